"""What the day asks of each role: steps due, own pipeline, leads going cold, the year so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload

from app.accounts.enums import Permission, Role
from app.core.auth import Actor
from app.core.db import db
from app.leads.enums import PATH, LeadStage
from app.leads.models import Lead
from app.leads.queries import BOARD_STAGES, stages_on
from app.leads.queries import visible as visible_leads
from app.reports.enums import Basis
from app.reports.policy import basis_for
from app.reports.queries import Amounted, StageFigures, funnel, sum_of
from app.reports.rules import checked_period
from app.steps.queries import DueSteps, due_groups, my_groups
from app.visits.queries import Filters as VisitFilters
from app.visits.queries import count_views as count_visits

COLD_AFTER = 30  # days without contact
COLD_SHOWN = 5
_UNDER_WAY = PATH[1:-1]  # 研判 to 上会


@dataclass(frozen=True, slots=True)
class Cold:
    """A lead nobody has spoken to for a while."""

    lead: Lead
    days: int


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Leads under way, by stage in the order of the path; amounts in 元."""

    rows: tuple[tuple[str, Amounted], ...]
    stages: tuple[str, ...] = tuple(stage.value for stage in BOARD_STAGES)  # what opens exactly these leads

    @property
    def total(self) -> Amounted:
        return sum_of(figure for _label, figure in self.rows)


@dataclass(frozen=True, slots=True)
class Desk:
    """The home page of somebody who works on leads."""

    groups: tuple[DueSteps, ...]
    pipeline: Pipeline
    visits_this_month: int
    leads_this_month: int
    leads_last_month: int
    cold: tuple[Cold, ...]
    cold_count: int


@dataclass(frozen=True, slots=True)
class Year:
    """The home page of a county leader: this year's funnel in a few figures, and what is late."""

    basis: Basis  # of the figures; `overdue` and `cold` are always what the reader may open
    figures: dict[LeadStage, StageFigures]
    labels: dict[LeadStage, str]
    overdue: tuple[DueSteps, ...]
    cold: tuple[Cold, ...]
    cold_count: int

    @property
    def under_way_stages(self) -> tuple[str, ...]:
        """What opens exactly the leads of `under_way`."""
        return tuple(stage.value for stage in _UNDER_WAY)

    @property
    def under_way(self) -> Amounted:
        return sum_of(self.figures[stage].stock for stage in _UNDER_WAY)

    @property
    def stock(self) -> tuple[tuple[str, Amounted], ...]:
        """What is being worked on, by stage in the order of the path."""
        return tuple((self.labels[stage], self.figures[stage].stock) for stage in BOARD_STAGES)

    @property
    def stock_total(self) -> Amounted:
        return sum_of(figure for _label, figure in self.stock)


def _held(actor: Actor, together: bool) -> ColumnElement[bool]:
    """My leads, or those of my team (my unit when I am in none)."""
    if not together:
        return Lead.owner_id == actor.person_id
    if actor.team_ids:
        return Lead.team_id.in_(sorted(actor.team_ids))
    return Lead.unit_id.in_(sorted(actor.unit_ids))


def _live(actor: Actor) -> ColumnElement[bool]:
    return and_(visible_leads(actor), Lead.archived_at.is_(None), Lead.stage.in_(BOARD_STAGES))


def _pipeline(actor: Actor, held: ColumnElement[bool]) -> Pipeline:
    query = (
        select(Lead.stage, func.count(), func.coalesce(func.sum(Lead.amount), 0))
        .where(_live(actor), held)
        .group_by(Lead.stage)
    )
    found = {stage: Amounted(count, int(amount)) for stage, count, amount in db.session.execute(query)}
    stages = stages_on()
    return Pipeline(tuple((stages.label(stage), found.get(stage, Amounted())) for stage in BOARD_STAGES))


def _cold(actor: Actor, held: ColumnElement[bool], today: date) -> tuple[tuple[Cold, ...], int]:
    last = func.coalesce(Lead.last_contact_on, Lead.registered_on)
    condition = and_(_live(actor), held, last < today - timedelta(days=COLD_AFTER))
    count = db.session.scalar(select(func.count()).select_from(Lead).where(condition)) or 0
    query = (
        select(Lead)
        .where(condition)
        .options(joinedload(Lead.enterprise), joinedload(Lead.owner))
        .order_by(last, Lead.id)
        .limit(COLD_SHOWN)
    )
    found = [
        Cold(lead, (today - (lead.last_contact_on or lead.registered_on)).days)
        for lead in db.session.scalars(query)
    ]
    return tuple(found), count


def _registered(actor: Actor, held: ColumnElement[bool], start: date, end: date) -> int:
    query = (
        select(func.count())
        .select_from(Lead)
        .where(visible_leads(actor), Lead.archived_at.is_(None), held)
        .where(Lead.registered_on >= start, Lead.registered_on <= end)
    )
    return db.session.scalar(query) or 0


def desk(actor: Actor, today: date, *, together: bool = False) -> Desk:
    """The day of one person, or of their team when `together`."""
    month = today.replace(day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    same_day = min(last_month + (today - month), month - timedelta(days=1))
    held, view = _held(actor, together), "team" if together else "mine"
    cold, cold_count = _cold(actor, held, today)
    return Desk(
        groups=tuple(
            due_groups(actor, today + timedelta(days=14), today) if together else my_groups(actor, today)
        ),
        pipeline=_pipeline(actor, held),
        visits_this_month=count_visits(VisitFilters(start=month, end=today), actor)[view],
        leads_this_month=_registered(actor, held, month, today),
        leads_last_month=_registered(actor, held, last_month, same_day),
        cold=cold,
        cold_count=cold_count,
    )


def year(actor: Actor, today: date) -> Year:
    """The county's year so far, for who reads figures."""
    figures = funnel(actor, checked_period(None, None, None, None, today))
    cold, cold_count = _cold(actor, Lead.id.is_not(None), today)
    late = due_groups(actor, today - timedelta(days=1), today)
    return Year(
        basis=basis_for(actor),
        figures={row.stage: row for row in figures},
        labels=dict(stages_on().labels),
        overdue=tuple(late),
        cold=cold,
        cold_count=cold_count,
    )


def kind_of_desk(actor: Actor) -> str:
    """Which home page a person gets: who works on leads, who reads figures, who looks after the system."""
    if actor.may(Permission.LEADS_WRITE):
        return "desk"
    if Role.LEADER in actor.roles:
        return "year"
    return "keeper"


def counts(groups: Sequence[DueSteps]) -> dict[str, int]:
    """How many steps stand under each heading, by its code."""
    return {group.group.value: group.count for group in groups}
