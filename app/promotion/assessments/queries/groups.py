"""Who is scored: resident teams and their people of a period, units of the county."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from app.core.storage.db import db
from app.core.values.credit import By
from app.core.values.errors import NotFound
from app.promotion.assessments.rules import AssessedSpan
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import Person, TeamMembership, Unit

_UNITS = (UnitKind.SECTION, UnitKind.DEPARTMENT, UnitKind.TOWNSHIP, UnitKind.PARK)


@dataclass(frozen=True, slots=True)
class Group:
    """A team, person or unit that is scored."""

    id: int
    public_id: str
    name: str


def _model(by: By) -> Any:
    return Person if by is By.PERSON else Unit


def groups_of(by: By, span: AssessedSpan) -> dict[int, Group]:
    """Teams with a member in a period and those members; of units those that are there by now."""
    model = _model(by)
    if by is By.UNIT:
        counts = Unit.kind.in_(_UNITS) & Unit.archived_at.is_(None)
    else:
        term = TeamMembership
        lasted = or_(term.ends_on.is_(None), term.ends_on >= span.first)
        whose = term.team_id if by is By.TEAM else term.person_id
        counts = model.id.in_(select(whose).where(term.starts_on <= span.last, lasted))
    return _read(model, counts)


def named(by: By, ids: Collection[int]) -> dict[int, Group]:
    """The same by their inner ids, whoever they are by now."""
    model = _model(by)
    return _read(model, model.id.in_(ids))


def _read(model: Any, counts: Any) -> dict[int, Group]:
    query = select(model.id, model.public_id, model.name).where(counts).order_by(model.id)
    return {row.id: Group(row.id, row.public_id, row.name) for row in db.session.execute(query)}


def get_group(by: By, public_id: str) -> Group:
    """One of them; NotFound otherwise."""
    model = _model(by)
    found = _read(model, model.public_id == public_id)
    if not found:
        raise NotFound
    return next(iter(found.values()))
