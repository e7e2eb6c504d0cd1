"""What the day asks of each role: steps due, own pipeline, leads going cold, the year so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from app.core.access.auth import Actor
from app.core.records.listing import Asked
from app.core.storage.db import db
from app.core.web.pages import Count
from app.figures.reports.enums import Basis
from app.figures.reports.policy import basis_for
from app.figures.reports.queries import Amounted, StageFigures, funnel, sum_of
from app.figures.reports.rules import checked_period
from app.office.auditing.queries import Verified, counts_on, last_verified
from app.office.auditing.words import ACTIONS, VERBS
from app.office.operations.queries import state
from app.office.operations.watching import Condition
from app.promotion.leads.enums import PATH, LeadStage
from app.promotion.leads.listing import LEADS
from app.promotion.leads.models import Lead
from app.promotion.leads.queries import BOARD_STAGES, coldest, stages_on
from app.promotion.leads.rules import Light, days_of_silence, silence_light
from app.promotion.steps.queries import DueSteps, due_groups, my_groups
from app.promotion.visits.listing import VISITS
from app.register.accounts.enums import Permission, Role
from app.register.accounts.queries import ROLL_VIEWS, roll
from app.register.enterprises.queries import Opened, numbers_opened

COLD_SHOWN = 5
DUE_AHEAD = timedelta(days=14)  # how far the to-dos of a unit look ahead; one's own are all shown
_UNDER_WAY = PATH[1:-1]  # 研判 to 上会


@dataclass(frozen=True, slots=True)
class Cold:
    """A lead nobody has spoken to for a while."""

    lead: Lead
    light: Light


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both included."""

    start: date
    end: date

    @property
    def asked(self) -> dict[str, str]:
        """As the lists take it in their address."""
        return {"from": self.start.isoformat(), "to": self.end.isoformat()}


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
    """The home page of somebody who works on leads. Each figure of leads is that of the list it opens."""

    view: str  # the tab of the lists that the figures open
    month: Span
    last_month: Span  # as far as this month has come

    groups: tuple[DueSteps, ...]
    due_until: date | None  # the last day that `groups` reaches; None: all of them
    pipeline: Pipeline
    visits_this_month: Count
    leads_this_month: Count
    leads_last_month: Count
    cold: tuple[Cold, ...]
    cold_count: Count
    opened: tuple[Opened, ...]  # who opened many numbers today, for who answers for that


@dataclass(frozen=True, slots=True)
class Year:
    """The home page of a county leader: this year's funnel in a few figures, and what is late."""

    basis: Basis  # of the figures; `overdue` and `cold` are always what the reader may open
    figures: dict[LeadStage, StageFigures]
    labels: dict[LeadStage, str]
    overdue: tuple[DueSteps, ...]
    cold: tuple[Cold, ...]
    cold_count: Count

    @property
    def under_way_stages(self) -> tuple[str, ...]:
        """What opens exactly the leads of `under_way`."""
        return tuple(stage.value for stage in _UNDER_WAY)

    @property
    def under_way(self) -> Amounted:
        return sum_of(self.figures[stage].stock for stage in _UNDER_WAY)

    @property
    def stock_stages(self) -> tuple[str, ...]:
        """What opens the rows of `stock`, one by one."""
        return tuple(stage.value for stage in BOARD_STAGES)

    @property
    def stock(self) -> tuple[tuple[str, Amounted], ...]:
        """What is being worked on, by stage in the order of the path."""
        return tuple((self.labels[stage], self.figures[stage].stock) for stage in BOARD_STAGES)

    @property
    def stock_total(self) -> Amounted:
        return sum_of(figure for _label, figure in self.stock)


def _pipeline(actor: Actor, view: str) -> Pipeline:
    query = (
        select(Lead.stage, func.count(), func.coalesce(func.sum(Lead.amount), 0))
        .where(LEADS.where(LEADS.asked(view=view), actor), Lead.stage.in_(BOARD_STAGES))
        .group_by(Lead.stage)
    )
    found = {stage: Amounted(count, int(amount)) for stage, count, amount in db.session.execute(query)}
    stages = stages_on()
    return Pipeline(tuple((stages.label(stage), found.get(stage, Amounted())) for stage in BOARD_STAGES))


def _cold(actor: Actor, view: str, today: date) -> tuple[Cold, ...]:
    found = coldest(LEADS.where(LEADS.asked(view=view), actor), COLD_SHOWN)
    return tuple(
        Cold(lead, silence_light(days_of_silence(lead.last_contact_on, lead.registered_on, today)))
        for lead in found
    )


def _registered(view: str, span: Span) -> Asked:
    return LEADS.asked({"from": span.start, "to": span.end}, view=view)


def _months(today: date) -> tuple[Span, Span]:
    """This month so far, and the last one up to the same day."""
    month = today.replace(day=1)
    last_day = month - timedelta(days=1)
    start = last_day.replace(day=1)
    return Span(month, today), Span(start, min(start + (today - month), last_day))


def opens_on_ours(actor: Actor) -> bool:
    """Whether a desk opens on 本单位: a head answers for what colleagues do."""
    return Role.BUREAU_HEAD in actor.roles


def desk(actor: Actor, today: date, *, together: bool = False) -> Desk:
    """The day of one person, or of their team when `together`."""
    view = "team" if together else "mine"
    month, last_month = _months(today)
    until = today + DUE_AHEAD if together else None
    counts = LEADS.counts(
        {
            "month": _registered(view, month),
            "last_month": _registered(view, last_month),
            "cold": LEADS.asked({"cold": True}, view=view),
        },
        actor,
    )
    in_month = VISITS.asked({"from": month.start, "to": month.end}, view=view)
    return Desk(
        view=view,
        month=month,
        last_month=last_month,
        groups=tuple(due_groups(actor, until, today, ours=True) if until else my_groups(actor, today)),
        due_until=until,
        pipeline=_pipeline(actor, view),
        visits_this_month=VISITS.count(in_month, actor),
        leads_this_month=counts["month"],
        leads_last_month=counts["last_month"],
        cold=_cold(actor, view, today),
        cold_count=counts["cold"],
        opened=_opened_many(actor),
    )


def _opened_many(actor: Actor) -> tuple[Opened, ...]:
    if not actor.may(Permission.REVEALS_READ):
        return ()
    return tuple(one for one in numbers_opened() if one.is_many)


def year(actor: Actor, today: date) -> Year:
    """The county's year so far, for who reads figures."""
    figures = funnel(actor, checked_period(None, None, None, None, today))
    late = due_groups(actor, today - timedelta(days=1), today)
    return Year(
        basis=basis_for(actor),
        figures={row.stage: row for row in figures},
        labels=dict(stages_on().labels),
        overdue=tuple(late),
        cold=_cold(actor, "all", today),
        cold_count=LEADS.count(LEADS.asked({"cold": True}), actor),
    )


@dataclass(frozen=True, slots=True)
class Keeping:
    """The home page of who looks after the system: people and accounts by the views of their page, and how
    each part of the system is.
    """

    people: tuple[tuple[str, str, int], ...]  # view of the page, its label, how many
    conditions: Sequence[Condition]


def keeping() -> Keeping:
    """The administrator's day."""
    found = roll()
    people = tuple((view, label, len(found.of(view))) for view, label in ROLL_VIEWS.items())
    return Keeping(people, state().conditions)


# What an auditor looks at first, in this order; locked: as it was called before.
TAKEN = ("print", "export")  # what leaves the product by the list
WATCHED = (
    *("account.sign_in_failed", "account.code_refused", "account.slowed", "account.locked"),
    *("contact.reveal", "contact.erase"),
    *("lead.correct", "project.correct", "account.roles_changed", "account.password_reset"),
)


@dataclass(frozen=True, slots=True)
class Watching:
    """The auditor's home page: what was done today of what they look at first, and how the chain is."""

    day: date
    number: int  # events of the day, looks at the ledger among them
    figures: tuple[tuple[str, str, int], ...]  # action, its label, how many
    verified: Verified | None


def watching(today: date) -> Watching:
    """The auditor's day."""
    counts = counts_on(today)
    of_lists = (
        (f"*.{verb}", f"{words}名单", sum(n for action, n in counts.items() if action.endswith(f".{verb}")))
        for verb, words in VERBS.items()
        if verb in TAKEN
    )
    figures = (
        *((action, ACTIONS[action], counts.get(action, 0)) for action in WATCHED),
        *of_lists,
    )
    return Watching(today, sum(counts.values()), figures, last_verified())


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
