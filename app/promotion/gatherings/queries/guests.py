"""The guests of an event, what was signed there, and who stands at its door."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, true
from sqlalchemy.orm import contains_eager, joinedload

from app.core.access.auth import Actor, require_actor
from app.core.records.metrics import Rows
from app.core.storage.db import db
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.promotion.gatherings.models import DoorTry, Gathering, Guest, Signing
from app.promotion.gatherings.policy import visible
from app.promotion.leads.models import Lead
from app.promotion.leads.policy import visible as lead_visible

_WITH = (joinedload(Guest.enterprise), joinedload(Guest.inviter))


def guests_of(gathering: Gathering, most: int, skipped: int = 0) -> Sequence[Guest]:
    """Those who came last first, then those who have not, in the order in which they joined."""
    query = select(Guest).where(Guest.gathering_id == gathering.id).options(*_WITH)
    order = (Guest.came_at.is_(None), Guest.came_at.desc(), Guest.id)
    return db.session.scalars(query.order_by(*order).limit(most).offset(skipped)).all()


def count_guests(gathering: Gathering) -> int:
    return _count(select(Guest.id).where(Guest.gathering_id == gathering.id))


def _count(rows: Select[Any]) -> int:
    return Rows(rows.subquery(), true()).total().count


def get_guest(public_id: str, actor: Actor | None = None) -> Guest:
    """A guest of an event that this person may see; NotFound otherwise."""
    query = select(Guest).join(Guest.gathering).options(contains_eager(Guest.gathering), *_WITH)
    query = query.where(Guest.public_id == public_id, visible(actor or require_actor()))
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def get_invited(public_id: str) -> Guest:
    """A guest for whoever has their invitation, without an account; NotFound where the event was put away."""
    query = select(Guest).join(Guest.gathering).options(contains_eager(Guest.gathering))
    query = query.where(Guest.public_id == public_id, Gathering.archived_at.is_(None))
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def get_signing(public_id: str) -> Signing:
    """What was signed at an event that this person may see; NotFound otherwise."""
    query = select(Signing).join(Signing.gathering).options(contains_eager(Signing.gathering))
    query = query.where(Signing.public_id == public_id, visible(require_actor()))
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def guest_at_door(gathering: Gathering, phone: str, name: str) -> Guest | None:
    """Whom the list means by a phone, or by a name where it has no phone of one who is called so."""
    theirs = select(Guest).where(Guest.gathering_id == gathering.id)
    found = db.session.scalars(theirs.where(Guest.phone == phone)).first()
    if found is not None:
        return found
    called = db.session.scalars(theirs.where(Guest.phone == "", Guest.name == name)).all()
    return called[0] if len(called) == 1 else None


def phones_of(gathering: Gathering) -> dict[str, str]:
    """Whose phones stand on the list already: {phone: name}."""
    query = select(Guest.phone, Guest.name).where(Guest.gathering_id == gathering.id, Guest.phone != "")
    return {phone: name for phone, name in db.session.execute(query)}


def signings_of(gathering: Gathering) -> Sequence[Signing]:
    """What was signed, contracts first."""
    query = select(Signing).where(Signing.gathering_id == gathering.id).options(joinedload(Signing.lead))
    return db.session.scalars(query.order_by(Signing.kind, Signing.id)).all()


def leads_seen(rows: Sequence[Signing], actor: Actor) -> set[int]:
    """Which of the leads of what was signed this person may see, by inner id."""
    ids = {row.lead_id for row in rows if row.lead_id is not None}
    query = select(Lead.id).where(Lead.id.in_(ids), lead_visible(actor))
    return set(db.session.scalars(query)) if ids else set()


def lead_named(number: str, actor: Actor) -> Lead | None:
    """The lead of a number, if this person may see it."""
    query = select(Lead).where(Lead.number == number, Lead.archived_at.is_(None), lead_visible(actor))
    return db.session.scalar(query)


def tries_since(gathering: Gathering, address: str, moment: datetime) -> int:
    """How many forms were sent from an address since an instant."""
    query = select(DoorTry.id).where(
        DoorTry.gathering_id == gathering.id, DoorTry.address == address, DoorTry.at > moment
    )
    return _count(query)
