"""The schedule of an outing, and what came of each company of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.core.access.auth import Actor, require_actor
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.promotion.outings.enums import StopState
from app.promotion.outings.models import Outing, OutingStop
from app.promotion.outings.policy import visible
from app.promotion.outings.rules import stop_state
from app.promotion.visits.models import Visit
from app.promotion.visits.policy import visible as visit_visible
from app.promotion.visits.queries import MEETINGS


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """A line of the schedule; of a company what came of it, with its visits of that day in sight."""

    stop: OutingStop
    state: StopState | None
    visits: Sequence[Visit]
    may_be_met: bool  # by a visit that somebody logs now


def get_stop(public_id: str, actor: Actor | None = None) -> OutingStop:
    """A line of the schedule of an outing that this person may see; NotFound otherwise."""
    query = select(OutingStop).join(OutingStop.outing)
    query = query.where(OutingStop.public_id == public_id, visible(actor or require_actor()))
    query = query.options(contains_eager(OutingStop.outing), joinedload(OutingStop.enterprise))
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def stops_of(outing: Outing) -> Sequence[OutingStop]:
    """By day and time; what has no time comes first on its day."""
    query = select(OutingStop).where(OutingStop.outing_id == outing.id)
    query = query.options(joinedload(OutingStop.enterprise), joinedload(OutingStop.outing))
    return db.session.scalars(query.order_by(OutingStop.stop_on, OutingStop.starts_at, OutingStop.id)).all()


def lines_of(outing: Outing, actor: Actor) -> list[ScheduleLine]:
    """The schedule with what came of it."""
    stops = stops_of(outing)
    visits = _visits(stops, actor)
    return [_line(stop, visits) for stop in stops]


@dataclass(frozen=True, slots=True)
class _OfDay:
    """The visits to a company on a day: whether it was met, by whomever, and those that a reader sees."""

    seen: list[Visit] = field(default_factory=list)
    met: list[int] = field(default_factory=list)


def _visits(stops: Sequence[OutingStop], actor: Actor) -> dict[tuple[int, date], _OfDay]:
    """The visits to these companies on these days. That a company was met is no secret, save where the visit
    is; a call is not a meeting.
    """
    ids = {stop.enterprise_id for stop in stops if stop.enterprise_id is not None}
    seen = visit_visible(actor)
    query = select(Visit, seen.label("seen")).where(
        Visit.enterprise_id.in_(sorted(ids)),
        Visit.held_on.in_(sorted({stop.stop_on for stop in stops})),
        Visit.archived_at.is_(None),
        or_(Visit.confidential.is_(False), seen),
    )
    found: dict[tuple[int, date], _OfDay] = {}
    for visit, is_seen in db.session.execute(query.options(joinedload(Visit.author)).order_by(Visit.id)):
        of_day = found.setdefault((visit.enterprise_id, visit.held_on), _OfDay())
        if is_seen:
            of_day.seen.append(visit)
        if visit.kind in MEETINGS:
            of_day.met.append(visit.id)
    return found


def _line(stop: OutingStop, visits: dict[tuple[int, date], _OfDay]) -> ScheduleLine:
    if stop.enterprise_id is None:
        return ScheduleLine(stop, None, (), may_be_met=False)
    of_day, day = visits.get((stop.enterprise_id, stop.stop_on), _OfDay()), today()
    state = stop_state(stop.stop_on, bool(of_day.met), stop.missed, day)
    open_to = state in (StopState.AHEAD, StopState.SILENT) and stop.stop_on <= day
    is_live = not stop.outing.is_archived and stop.enterprise is not None and not stop.enterprise.is_archived
    return ScheduleLine(stop, state, of_day.seen, may_be_met=open_to and is_live)
