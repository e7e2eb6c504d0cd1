"""One event and the list of them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, literal, or_, select, union_all
from sqlalchemy.orm import contains_eager, joinedload

from app.core.access.auth import Actor, require_actor
from app.core.records.typed import contains, contains_any, each_term
from app.core.storage.db import db
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.values.registries import BESIDE, Sought
from app.promotion.gatherings.models import Gathering, Guest
from app.promotion.gatherings.policy import visible

_FULL = [joinedload(each) for each in (Gathering.owner, Gathering.author, Gathering.unit, Gathering.team)]


def get_gathering(public_id: str, actor: Actor | None = None) -> Gathering:
    """The event, if this person may see it; NotFound otherwise."""
    query = select(Gathering).where(Gathering.public_id == public_id, visible(actor or require_actor()))
    found = db.session.scalar(query.options(*_FULL)) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def get_open_gathering(public_id: str) -> Gathering:
    """An event for whoever stands at its door, without an account; NotFound for one that was put away."""
    query = select(Gathering).where(Gathering.public_id == public_id, Gathering.archived_at.is_(None))
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def by_text(text: str) -> ColumnElement[bool]:
    """What the text box of the list asks, and the search without its index."""
    columns = (Gathering.name, Gathering.place, Gathering.agenda, Gathering.notes)
    return each_term(text, lambda term: contains(term, *columns))


def load(ids: list[int]) -> Sequence[Gathering]:
    """The rows of one page of the list."""
    return db.session.scalars(select(Gathering).where(Gathering.id.in_(ids)).options(*_FULL)).all()


def of_company(enterprise_id: int, actor: Actor) -> list[Guest]:
    """The guests of a company at events that somebody sees, the latest event first."""
    query = select(Guest).join(Guest.gathering).options(contains_eager(Guest.gathering))
    query = query.where(Guest.enterprise_id == enterprise_id, Gathering.archived_at.is_(None), visible(actor))
    order = (Gathering.first_on.desc(), Guest.id)
    return list(db.session.scalars(query.order_by(*order).limit(BESIDE + 1)))


def naming(sought: Sought, actor: Actor) -> list[tuple[str, str, str, str]]:
    """Where events name somebody, as far as this person sees: the kind of record, its public id, that of
    the event, its name; of its own words, and of its guests. One statement.
    """
    own = (Gathering.name, Gathering.place, Gathering.agenda, Gathering.notes, Gathering.archive_reason)
    of_event = or_(contains_any(sought.words, *own), Gathering.public_id.in_(sought.known_of("gathering")))
    of_guest = or_(
        contains_any(sought.words, Guest.name, Guest.reply_note, Guest.post),
        Guest.public_id.in_(sought.known_of("gathering_guest")),
    )
    of = (Gathering.public_id.label("event"), Gathering.name)
    events = select(literal("gathering"), Gathering.public_id, *of).where(of_event, visible(actor))
    guests = select(literal("gathering_guest"), Guest.public_id, *of).join(Guest.gathering)
    every = union_all(events, guests.where(of_guest, visible(actor))).limit(BESIDE)
    return [(kind, public_id, event, name) for kind, public_id, event, name in db.session.execute(every)]
