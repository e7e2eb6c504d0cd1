"""The rows of the numbers of an event: guests, or one guest for each company that came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, FromClause, func, or_, select
from sqlalchemy.orm import joinedload

from app.core.access.auth import Actor
from app.core.storage.db import db
from app.promotion.gatherings.enums import GatheringFigure as F
from app.promotion.gatherings.models import Gathering, Guest
from app.promotion.leads.models import Lead
from app.promotion.leads.policy import visible as lead_visible
from app.promotion.visits.models import Visit
from app.promotion.visits.policy import visible as visit_visible

FOLLOWED = {F.FOLLOWED_30: timedelta(days=30), F.FOLLOWED_90: timedelta(days=90)}


@dataclass(frozen=True, slots=True)
class GatheringAsked:
    """An event of which numbers are asked."""

    gathering: Gathering


def guests_counted(figure: F, asked: GatheringAsked, actor: Actor) -> FromClause:
    """(id of the guest): of a company that came its first guest stands for it."""
    theirs = select(Guest.id).where(Guest.gathering_id == asked.gathering.id)
    if figure is F.GUESTS:
        return theirs.subquery()
    came = theirs.where(Guest.came_at.is_not(None))
    if figure is F.CAME:
        return came.subquery()
    firsts = select(func.min(Guest.id)).where(
        Guest.gathering_id == asked.gathering.id,
        Guest.came_at.is_not(None),
        Guest.enterprise_id.is_not(None),
    )
    companies = theirs.where(Guest.id.in_(firsts.group_by(Guest.enterprise_id)))
    if figure is F.COMPANIES:
        return companies.subquery()
    return companies.where(_followed(asked.gathering, FOLLOWED[figure], actor)).subquery()


def _followed(gathering: Gathering, within: timedelta, actor: Actor) -> ColumnElement[bool]:
    """Whether there was a visit to the company, or a lead of it, after the event, within some days of it."""
    until = gathering.last_on + within
    visits = select(Visit.id).where(
        Visit.enterprise_id == Guest.enterprise_id,
        Visit.held_on > gathering.last_on,
        Visit.held_on <= until,
        Visit.archived_at.is_(None),
        visit_visible(actor),
    )
    leads = select(Lead.id).where(
        Lead.enterprise_id == Guest.enterprise_id,
        Lead.registered_on > gathering.last_on,
        Lead.registered_on <= until,
        Lead.archived_at.is_(None),
        lead_visible(actor),
    )
    return or_(visits.exists(), leads.exists())


def shown_guests(source: FromClause, most: int, skipped: int) -> Sequence[Guest]:
    """A page of the rows of a number."""
    query = select(Guest).where(Guest.id.in_(select(source.c.id))).options(joinedload(Guest.enterprise))
    return db.session.scalars(query.order_by(Guest.id).limit(most).offset(skipped)).all()
