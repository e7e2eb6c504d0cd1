"""One outing and the list of them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, literal, or_, select, union_all
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.core.access.auth import Actor, require_actor
from app.core.records.typed import contains, contains_any, each_term
from app.core.storage.db import db
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.values.registries import BESIDE, Sought
from app.promotion.outings.models import Outing, OutingMember, OutingStop
from app.promotion.outings.policy import visible
from app.register.enterprises.models import Enterprise

_TO_ONE = [
    joinedload(each) for each in (Outing.leader, Outing.owner, Outing.author, Outing.unit, Outing.team)
]
_MEMBERS = selectinload(Outing.members).joinedload(OutingMember.person)


def get_outing(public_id: str, actor: Actor | None = None) -> Outing:
    """The outing, if this person may see it; NotFound otherwise."""
    query = select(Outing).where(Outing.public_id == public_id, visible(actor or require_actor()))
    query = query.options(*_TO_ONE, _MEMBERS)
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def by_text(text: str) -> ColumnElement[bool]:
    """What the text box of the list asks, and the search without its index."""
    columns = (Outing.name, Outing.place, Outing.notes, Outing.minutes)
    at = select(OutingStop.outing_id).outerjoin(OutingStop.enterprise)

    def one(term: str) -> ColumnElement[bool]:
        theirs = at.where(contains(term, Enterprise.name, OutingStop.what))
        return or_(contains(term, *columns), Outing.id.in_(theirs))

    return each_term(text, one)


def load(ids: list[int]) -> Sequence[Outing]:
    """The rows of one page of the list."""
    return db.session.scalars(select(Outing).where(Outing.id.in_(ids)).options(*_TO_ONE)).all()


def outings_of_company(enterprise_id: int, actor: Actor) -> list[OutingStop]:
    """The stops at a company of outings that somebody sees, the latest first."""
    query = select(OutingStop).join(OutingStop.outing).options(contains_eager(OutingStop.outing))
    query = query.where(
        OutingStop.enterprise_id == enterprise_id, Outing.archived_at.is_(None), visible(actor)
    )
    return list(db.session.scalars(query.order_by(OutingStop.stop_on.desc()).limit(BESIDE + 1)))


def naming(sought: Sought, actor: Actor) -> list[tuple[str, str, str, str]]:
    """Where outings name somebody, as far as this person sees: the kind of record, its public id, that of
    the outing, its name; of its own words, and of what stands in its schedule. One statement.
    """
    own = (Outing.name, Outing.place, Outing.notes, Outing.minutes, Outing.archive_reason)
    of_outing = or_(contains_any(sought.words, *own), Outing.public_id.in_(sought.known_of("outing")))
    stop = OutingStop
    of_stop = or_(
        contains_any(sought.words, stop.what, stop.place, stop.receiver, stop.ask, stop.missed),
        stop.public_id.in_(sought.known_of("outing_stop")),
    )
    of = (Outing.public_id.label("outing"), Outing.name)
    outings = select(literal("outing"), Outing.public_id, *of).where(of_outing, visible(actor))
    stops = select(literal("outing_stop"), stop.public_id, *of).join(stop.outing)
    every = union_all(outings, stops.where(of_stop, visible(actor))).limit(BESIDE)
    return [(kind, public_id, outing, name) for kind, public_id, outing, name in db.session.execute(every)]
