"""Conditions and rows of the list of steps."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from app.core.access.auth import require_actor
from app.core.records.columns import ListedRecord
from app.core.records.typed import contains
from app.core.storage.db import db
from app.core.storage.subjects import lines_of
from app.core.values.clock import today
from app.core.values.registries import RelatedRow
from app.promotion.steps.enums import DueGroup, StepState
from app.promotion.steps.models import Step
from app.promotion.steps.queries.due import due_in
from app.register.enterprises.naming import about_company


def load(ids: list[int]) -> Sequence[Step]:
    """The rows of one page of the list."""
    query = select(Step).where(Step.id.in_(ids))
    return db.session.scalars(query.options(joinedload(Step.enterprise), joinedload(Step.owner))).all()


@dataclass(frozen=True, slots=True)
class ListedStep(ListedRecord[Step]):
    """A step, and the lead or project it is about, where that may be seen."""

    line: RelatedRow | None


def listed(steps: Sequence[Step]) -> list[ListedStep]:
    """What the rows of a page of the list are told from."""
    lines = lines_of((step.about for step in steps if not step.is_of_company), require_actor())
    return [ListedStep(step, lines.get(step.about)) for step in steps]


def by_text(text: str) -> ColumnElement[bool]:
    """What the text box of the list asks."""
    return about_company(text, Step.enterprise_id, lambda term: contains(term, Step.what))


def under(group: DueGroup) -> ColumnElement[bool]:
    """The heading; 逾期 of what is closed is what was closed after its date."""
    due = due_in(group, today())
    if group is not DueGroup.OVERDUE:
        return due
    is_open = Step.state == StepState.OPEN
    return or_(and_(is_open, due), and_(~is_open, Step.done_on > Step.due_on))
