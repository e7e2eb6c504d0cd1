"""Conditions and rows of lists of leads."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from app.core.access.auth import Actor
from app.core.records.columns import ListedRecord
from app.core.records.typed import contains
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.registries import BESIDE
from app.promotion.leads import rules
from app.promotion.leads.models import Lead
from app.promotion.leads.policy import visible
from app.promotion.leads.queries.columns import BOARD_STAGES
from app.promotion.leads.queries.leads import WITH_PEOPLE
from app.promotion.leads.queries.stages import Stages, stages_on
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.models import Step
from app.promotion.steps.queries import next_steps
from app.register.enterprises.naming import about_company


def overdue(stages: Stages) -> ColumnElement[bool]:
    """In its stage for longer than the stage's clock allows."""
    late = [
        and_(Lead.stage == stage, Lead.stage_since < today() - timedelta(days=days))
        for stage, days in stages.clocks.items()
        if days is not None
    ]
    return or_(*late) if late else Lead.id.is_(None)


def late_step() -> ColumnElement[bool]:
    """Its next step was to be done before today."""
    return exists().where(
        Step.subject_kind == Lead.__tablename__,
        Step.subject_id == Lead.public_id,
        Step.state == StepState.OPEN,
        Step.kind == StepKind.NEXT,
        Step.due_on < today(),
    )


def _last_contact() -> ColumnElement[date]:
    return func.coalesce(Lead.last_contact_on, Lead.registered_on)


def going_cold() -> ColumnElement[bool]:
    """要凉的: still being worked on, and nobody has spoken to the company for longer than may be."""
    long_ago = today() - timedelta(days=rules.COLD_AFTER)
    return and_(Lead.stage.in_(BOARD_STAGES), _last_contact() < long_ago)


def by_text(text: str) -> ColumnElement[bool]:
    return about_company(text, Lead.enterprise_id, lambda term: contains(term, Lead.name, Lead.number))


def load(ids: list[int]) -> Sequence[Lead]:
    """The rows of one page of a list."""
    return list(db.session.scalars(select(Lead).where(Lead.id.in_(ids)).options(*WITH_PEOPLE)))


@dataclass(frozen=True, slots=True)
class ListedLead(ListedRecord[Lead]):
    """A lead with its next step, and what its stages are called and how long they may take."""

    stages: Stages
    step: Step | None


def listed(leads: Sequence[Lead]) -> list[ListedLead]:
    """What the rows of a page of the list are told from."""
    steps, stages = next_steps("lead", [lead.public_id for lead in leads]), stages_on()
    return [ListedLead(lead, stages, steps.get(lead.public_id)) for lead in leads]


def coldest(among: ColumnElement[bool], limit: int) -> list[Lead]:
    """Of these the leads that nobody has spoken to for longest."""
    query = (
        select(Lead)
        .where(among, going_cold())
        .options(*WITH_PEOPLE)
        .order_by(_last_contact(), Lead.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def leads_of(enterprise_ids: Collection[int], actor: Actor) -> list[Lead]:
    """The leads of some companies that this person may see, the latest first; one more than a page shows
    beside a company.
    """
    query = (
        select(Lead)
        .where(Lead.enterprise_id.in_(enterprise_ids), Lead.archived_at.is_(None), visible(actor))
        .options(*WITH_PEOPLE)
        .order_by(Lead.id.desc())
        .limit(BESIDE + 1)
    )
    return list(db.session.scalars(query))


def find_leads(text: str, actor: Actor, enterprise_id: int | None = None, limit: int = 10) -> list[Lead]:
    """Leads by name or number for a picker."""
    asked = [by_text(text)] if text else []
    asked += [Lead.enterprise_id == enterprise_id] if enterprise_id is not None else []
    query = (
        select(Lead)
        .where(visible(actor), Lead.archived_at.is_(None), *asked)
        .options(joinedload(Lead.enterprise))
        .order_by(Lead.updated_at.desc(), Lead.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))
