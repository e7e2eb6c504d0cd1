"""Who is compared: teams, units and people at work or with a number, ways of finding investors, campaigns."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, true

from app.core.access.auth import Actor
from app.core.access.reach import Reach
from app.core.storage.db import db
from app.figures.outcomes.enums import ComparedBy
from app.figures.outcomes.policy import is_county
from app.figures.outcomes.rules import OutcomeDays
from app.promotion.campaigns.models import Campaign
from app.promotion.campaigns.policy import visible as campaign_visible
from app.promotion.leads.enums import LeadSource
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import Person, TeamMembership, Unit

METHOD_IDS = {source: number for number, source in enumerate(LeadSource, 1)}


@dataclass(frozen=True, slots=True)
class Compared:
    """One of those whose outcomes stand beside each other; `id` is what rows credit."""

    id: int
    public_id: str
    name: str


def compared_of(by: ComparedBy, days: OutcomeDays, actor: Actor, found: Collection[int]) -> list[Compared]:
    """Those that this person may compare; `found` have a number on these days."""
    if by is ComparedBy.METHOD:
        return [Compared(METHOD_IDS[one], one.value, one.label) for one in LeadSource]
    model, counts, order = _asked(by, days, actor, sorted(found))
    query = select(model.id, model.public_id, model.name).where(counts)
    return [Compared(*row) for row in db.session.execute(query.order_by(*order))]


def _asked(
    by: ComparedBy, days: OutcomeDays, actor: Actor, found: list[int]
) -> tuple[Any, ColumnElement[bool], tuple[Any, ...]]:
    if by is ComparedBy.CAMPAIGN:
        runs = Campaign.archived_at.is_(None) & (Campaign.first_on <= days.last)
        last = Campaign.last_on >= days.first
        return Campaign, runs & last & campaign_visible(actor), (Campaign.first_on.desc(), Campaign.id)
    if by is ComparedBy.PERSON:
        counts = or_(Person.id.in_(_members(TeamMembership.person_id, days)), Person.id.in_(found))
        return Person, counts & _people_of(actor, days), (Person.unit_id, Person.id)
    order = (Unit.position, Unit.id)
    if by is ComparedBy.TEAM:
        counts = or_(Unit.id.in_(_members(TeamMembership.team_id, days)), Unit.id.in_(found))
        return Unit, counts & (Unit.kind == UnitKind.RESIDENT_TEAM) & _units_of(actor), order
    return Unit, Unit.id.in_(found) & (Unit.kind != UnitKind.RESIDENT_TEAM) & _units_of(actor), order


def _members(whose: Any, days: OutcomeDays) -> Select[Any]:
    term = TeamMembership
    lasted = or_(term.ends_on.is_(None), term.ends_on >= days.first)
    return select(whose).where(term.starts_on <= days.last, lasted)


def _units_of(actor: Actor) -> ColumnElement[bool]:
    if is_county(actor):
        return true()
    theirs = Unit.id.in_(sorted(actor.team_ids))
    if Reach(actor.reach) is Reach.UNIT:
        below = sorted(actor.unit_ids)
        return or_(theirs, Unit.id.in_(below), Unit.parent_id.in_(below))
    return theirs


def _people_of(actor: Actor, days: OutcomeDays) -> ColumnElement[bool]:
    if is_county(actor):
        return true()
    mates = _members(TeamMembership.person_id, days).where(TeamMembership.team_id.in_(sorted(actor.team_ids)))
    theirs = or_(Person.id == actor.person_id, Person.id.in_(mates))
    if Reach(actor.reach) is Reach.UNIT:
        return or_(theirs, Person.unit_id.in_(sorted(actor.unit_ids)))
    return theirs
