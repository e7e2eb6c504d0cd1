"""Reads of contacts and of requests to erase one."""

from collections.abc import Collection

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import joinedload

from app.core.access.auth import Actor
from app.core.records.typed import contains_any
from app.core.storage.db import db
from app.core.values.errors import NotFound
from app.core.values.registries import BESIDE, Sought
from app.register.accounts.enums import Permission
from app.register.accounts.models import Person
from app.register.enterprises import policy
from app.register.enterprises.enums import ErasureState
from app.register.enterprises.models import Contact, ContactErasure, Enterprise, EnterpriseName
from app.register.enterprises.rules import (
    name_key,
)


def get_contact(public_id: str) -> Contact:
    """One contact with its company and personal fields; NotFound when there is none."""
    query = (
        select(Contact)
        .where(Contact.public_id == public_id)
        .options(
            joinedload(Contact.enterprise).joinedload(Enterprise.author).joinedload(Person.unit),
            joinedload(Contact.personal),
        )
    )
    row = db.session.scalar(query)
    if row is None:
        raise NotFound
    return row


def list_contacts(enterprise_id: int) -> list[Contact]:
    """The people of a company, those who decide first; archived ones are left out."""
    return list(db.session.scalars(_kept_contacts(enterprise_id)))


def list_contacts_to_show(enterprise_id: int) -> list[tuple[Contact, bool]]:
    """The same, each with whether it was asked that it be erased and nobody has decided yet."""
    asked = exists().where(ContactErasure.open_contact_id == Contact.id)
    return [
        (contact, waits)
        for contact, waits in db.session.execute(_kept_contacts(enterprise_id).add_columns(asked))
    ]


def contacts_in_use(ids: Collection[int]) -> Select[int, bool]:
    """The people of some companies as rows, to be read beside others: the inner id of the company, and
    whether they decide there.
    """
    query = select(Contact.enterprise_id, Contact.is_decider)
    return query.where(Contact.enterprise_id.in_(ids), Contact.archived_at.is_(None))


def _kept_contacts(enterprise_id: int) -> Select[Contact]:
    return (
        select(Contact)
        .where(Contact.enterprise_id == enterprise_id, Contact.archived_at.is_(None))
        .options(joinedload(Contact.personal))
        .order_by(Contact.is_decider.desc(), Contact.id)
    )


MOST_ERASURES = 50  # read at once; in a county there are a few


def open_erasure(contact: Contact) -> ContactErasure | None:
    """The request to erase a contact that nobody has decided yet."""
    return db.session.scalar(_open_erasures().where(ContactErasure.open_contact_id == contact.id))


def erasure_done(contact: Contact) -> ContactErasure | None:
    """The request by which a contact was erased."""
    query = select(ContactErasure).where(
        ContactErasure.contact_id == contact.id, ContactErasure.state == ErasureState.ERASED
    )
    return db.session.scalar(query.options(joinedload(ContactErasure.decided_by)).limit(1))


def erasures_of(contact: Contact) -> list[ContactErasure]:
    """Every request to erase a contact, the last one first."""
    query = select(ContactErasure).where(ContactErasure.contact_id == contact.id)
    return list(db.session.scalars(query.order_by(ContactErasure.id.desc())))


def latest_erasure(contact: Contact) -> ContactErasure | None:
    """The last request to erase a contact, decided or not."""
    return next(iter(erasures_of(contact)), None)


def list_erasures(actor: Actor) -> list[ContactErasure]:
    """The requests that wait for this person, the oldest first. Whether they work with a company is asked of
    each one: it stands in records of many kinds, and the requests are few.
    """
    if not actor.may(Permission.ENTERPRISES_ARCHIVE):
        return []
    query = _open_erasures().where(ContactErasure.asked_by_id != actor.person_id)
    found = db.session.scalars(query.order_by(ContactErasure.id).limit(MOST_ERASURES))
    return [asked for asked in found if policy.rights(actor, asked.contact.enterprise).decide(asked)]


def _open_erasures() -> Select[ContactErasure]:
    contact = joinedload(ContactErasure.contact)
    return (
        select(ContactErasure)
        .where(ContactErasure.open_contact_id.is_not(None))
        .options(
            joinedload(ContactErasure.asked_by).joinedload(Person.unit),
            contact.joinedload(Contact.personal),
            contact.joinedload(Contact.enterprise),
        )
    )


def company_naming(sought: Sought) -> Enterprise | None:
    """The company of somebody, when its own words name them."""
    other = exists().where(
        EnterpriseName.enterprise_id == Enterprise.id, contains_any(sought.words, EnterpriseName.name)
    )
    texts = (
        Enterprise.name,
        Enterprise.notes,
        Enterprise.scope,
        Enterprise.origin,
        Enterprise.archive_reason,
    )
    query = select(Enterprise).where(
        Enterprise.id == sought.enterprise_id,
        or_(
            contains_any(sought.words, *texts),
            other,
            Enterprise.public_id.in_(sought.known_of("enterprise")),
        ),
    )
    return db.session.scalar(query)


def contacts_naming(sought: Sought) -> list[Contact]:
    """The people on the page of a company, oneself among them, whose post or purpose name somebody."""
    query = _kept_contacts(sought.enterprise_id).where(
        or_(
            contains_any(sought.words, Contact.post, Contact.purpose),
            Contact.public_id.in_(sought.known_of("contact")),
        )
    )
    return list(db.session.scalars(query.limit(BESIDE)))


def find_same_contacts(
    enterprise_id: int, name: str, phone: str | None, exclude_id: int | None
) -> list[Contact]:
    """Live contacts of a company that may be the one in hand: the same name, or the same `phone`, which only
    somebody may ask about who may read the numbers of the company.
    """
    key = name_key(name)
    return [
        contact
        for contact in list_contacts(enterprise_id)
        if contact.id != exclude_id
        and (name_key(contact.personal.name) == key or (phone and contact.personal.phone == phone))
    ]
