"""The door-knocking route of a campaign: its days, the stops of one, and what to know at each door."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.core.access.auth import Actor
from app.core.storage.db import db
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.promotion.campaigns.models import Campaign, CampaignTarget, RouteStop
from app.promotion.campaigns.policy import visible
from app.promotion.campaigns.rules import by_city
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.models import Step
from app.promotion.steps.policy import visible as step_visible
from app.promotion.visits.models import Visit
from app.promotion.visits.policy import visible as visit_visible
from app.register.accounts.enums import Permission
from app.register.enterprises.models import Contact

_BEFORE = 2  # visits told at each door


@dataclass(frozen=True, slots=True)
class KnownThere:
    """Of a company, as far as somebody sees: its people, what was said last, open promises."""

    contacts: Sequence[Contact] = ()
    visits: Sequence[Visit] = ()
    promises: Sequence[Step] = ()


@dataclass(frozen=True, slots=True)
class Door:
    """A stop with all that whoever knocks should know."""

    stop: RouteStop
    known: KnownThere


def days_of(campaign: Campaign) -> list[tuple[date, int]]:
    """The days that have stops, each with how many."""
    query = select(RouteStop.stop_on).where(RouteStop.campaign_id == campaign.id)
    return sorted(Counter(db.session.scalars(query)).items())


def stops_on(campaign: Campaign, day: date) -> Sequence[RouteStop]:
    """The stops of a day, in their order."""
    query = select(RouteStop).where(RouteStop.campaign_id == campaign.id, RouteStop.stop_on == day)
    query = query.options(
        joinedload(RouteStop.row).joinedload(CampaignTarget.enterprise),
        joinedload(RouteStop.row).joinedload(CampaignTarget.owner),
    )
    return db.session.scalars(query.order_by(RouteStop.position, RouteStop.id)).all()


def get_stop(public_id: str, actor: Actor) -> RouteStop:
    """A stop of a campaign that this person may see; NotFound otherwise."""
    query = select(RouteStop).join(RouteStop.campaign).where(RouteStop.public_id == public_id, visible(actor))
    query = query.options(contains_eager(RouteStop.campaign), joinedload(RouteStop.row))
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def next_stops(rows: Collection[int], since: date) -> dict[int, date]:
    """The next day on which some companies (inner ids of rows) are to be visited."""
    query = select(RouteStop.row_id, func.min(RouteStop.stop_on)).where(
        RouteStop.row_id.in_(rows), RouteStop.stop_on >= since
    )
    return {row_id: day for row_id, day in db.session.execute(query.group_by(RouteStop.row_id))}


def has_stops(row: CampaignTarget) -> bool:
    query = select(RouteStop.id).where(RouteStop.row_id == row.id).limit(1)
    return db.session.scalar(query) is not None


def doors_on(campaign: Campaign, day: date, actor: Actor) -> list[Door]:
    """The stops of a day with all that whoever knocks should know, as far as they see it."""
    stops = stops_on(campaign, day)
    known = known_there([stop.row.enterprise_id for stop in stops], actor)
    return [Door(stop, known[stop.row.enterprise_id]) for stop in stops]


def known_there(enterprise_ids: Collection[int], actor: Actor) -> dict[int, KnownThere]:
    """What to know before one goes to each of some companies, in three statements."""
    contacts = _contacts(enterprise_ids) if actor.may(Permission.CONTACTS_READ) else {}
    visits = _visits(enterprise_ids, actor) if actor.may(Permission.VISITS_READ) else {}
    promises = _promises(enterprise_ids, actor)
    return {
        each: KnownThere(contacts.get(each, ()), visits.get(each, ()), promises.get(each, ()))
        for each in enterprise_ids
    }


def is_scattered(doors: Sequence[Door]) -> bool:
    """Whether the stops of a day go back to a city that they had left."""
    order = [door.stop.id for door in doors]
    return order != by_city({door.stop.id: door.stop.row.enterprise.region_code for door in doors})


def _contacts(ids: Collection[int]) -> Mapping[int, list[Contact]]:
    query = select(Contact).where(Contact.enterprise_id.in_(ids), Contact.archived_at.is_(None))
    query = query.options(joinedload(Contact.personal)).order_by(Contact.is_decider.desc(), Contact.id)
    found: dict[int, list[Contact]] = defaultdict(list)
    for contact in db.session.scalars(query):
        found[contact.enterprise_id].append(contact)
    return found


def _visits(ids: Collection[int], actor: Actor) -> Mapping[int, list[Visit]]:
    place = func.row_number().over(
        partition_by=Visit.enterprise_id, order_by=(Visit.held_on.desc(), Visit.id.desc())
    )
    seen = select(Visit.id, place.label("place")).where(
        Visit.enterprise_id.in_(ids), Visit.archived_at.is_(None), visit_visible(actor)
    )
    latest = seen.subquery()
    query = select(Visit).join(latest, latest.c.id == Visit.id).where(latest.c.place <= _BEFORE)
    query = query.options(joinedload(Visit.author)).order_by(Visit.held_on.desc(), Visit.id.desc())
    found: dict[int, list[Visit]] = defaultdict(list)
    for visit in db.session.scalars(query):
        found[visit.enterprise_id].append(visit)
    return found


def _promises(ids: Collection[int], actor: Actor) -> Mapping[int, list[Step]]:
    query = select(Step).where(
        Step.enterprise_id.in_(ids),
        Step.kind == StepKind.PROMISE,
        Step.state == StepState.OPEN,
        step_visible(actor),
    )
    found: dict[int, list[Step]] = defaultdict(list)
    for step in db.session.scalars(query.options(joinedload(Step.owner)).order_by(Step.due_on, Step.id)):
        if step.enterprise_id is not None:
            found[step.enterprise_id].append(step)
    return found
