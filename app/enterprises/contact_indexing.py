"""Contact -> search document: the name for all who may see contacts, the end of the number only for those who
may read it in full (docs/adr/0005); which changes re-index it."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.accounts.enums import Permission
from app.accounts.indexing import Holders
from app.core.auth import Actor
from app.core.clock import in_beijing
from app.core.db import db
from app.core.outbox import Itself, Linked, watch
from app.core.registries import WORKS_WITH_TOKENS
from app.core.searching import SOURCES, Document, Shown, Source, holders_of
from app.enterprises.models import Contact, ContactPersonal, Enterprise, EnterpriseName
from app.enterprises.policy import facts, may_unmask
from app.enterprises.rules import masked_phone

KIND = "contact"
_TAIL = 4
_SHORTEST = 7  # digits of a number whose last four say little by themselves


def tail_of(phone: str | None) -> str:
    """The last four digits of a number, empty when it is too short to have an end."""
    digits = "".join(char for char in phone or "" if char.isascii() and char.isdigit())
    return digits[-_TAIL:] if len(digits) >= _SHORTEST else ""


def document_of(contact: Contact, holders: Holders, works_with: set[str]) -> Document:
    """What is searched of a contact: name, post and company; and for whom the end of the number is."""
    company, tail = contact.enterprise, tail_of(contact.personal.phone)
    return Document(
        kind=KIND,
        id=contact.public_id,
        title=contact.personal.name,
        text="\n".join(filter(None, (contact.post, *company.all_names))),
        access=(holders_of(Permission.CONTACTS_READ),),
        region=company.region_code or "",
        industry=company.industry_code or "",
        units=holders.units(company.unit_id),
        teams=holders.units(company.team_id),
        owners=holders.people(company.author_id),
        day=_last_activity(contact).toordinal(),
        tails=(tail,) if tail else (),
        tail_access=tuple(sorted(works_with | set(facts(company).tokens()))) if tail else (),
    )


def _last_activity(contact: Contact) -> date:
    return in_beijing(contact.updated_at).date()


def _live() -> Select[Contact]:
    return (
        select(Contact)
        .join(Enterprise, Enterprise.id == Contact.enterprise_id)
        .where(Contact.archived_at.is_(None), Enterprise.archived_at.is_(None))
        .options(
            joinedload(Contact.personal),
            joinedload(Contact.enterprise).selectinload(Enterprise.other_names),
        )
    )


def build(public_ids: Sequence[str]) -> list[Document]:
    found = [
        row
        for row in db.session.scalars(_live().where(Contact.public_id.in_(public_ids)))
        if row.personal is not None
    ]
    companies = [row.enterprise for row in found]
    holders = Holders(
        (unit for row in companies for unit in (row.unit_id, row.team_id)),
        (row.author_id for row in companies),
    )
    works_with = tokens_by_enterprise({row.id for row in companies})
    return [document_of(row, holders, works_with.get(row.enterprise_id, set())) for row in found]


def tokens_by_enterprise(enterprise_ids: set[int]) -> dict[int, set[str]]:
    """Who works with each of these companies, as every feature that may_unmask asks has it."""
    held: dict[int, set[str]] = {}
    for ask in WORKS_WITH_TOKENS.values():
        for enterprise_id, tokens in ask(sorted(enterprise_ids)).items():
            held.setdefault(enterprise_id, set()).update(tokens)
    return held


def show(public_ids: Sequence[str], actor: Actor) -> Mapping[str, Shown]:
    if not actor.may(Permission.CONTACTS_READ):
        return {}
    query = (
        _live()
        .where(Contact.public_id.in_(public_ids))
        .options(joinedload(Contact.enterprise).joinedload(Enterprise.author))
    )
    return {row.public_id: _shown(row, actor) for row in db.session.scalars(query) if row.personal}


def _shown(row: Contact, actor: Actor) -> Shown:
    company, tail = row.enterprise, tail_of(row.personal.phone)
    fields = list(company.labelled_names)
    if tail and may_unmask(actor, company):
        fields.append(("手机尾号", tail))
    return Shown(
        public_id=row.public_id,
        page_id=company.public_id,
        title=row.personal.name,
        note="　".join(filter(None, (row.post, company.name))),
        fields=tuple(fields),
        who=f"{company.author.name}登记" if company.author else "",
        when=masked_phone(row.personal.phone) or "",
        active_on=_last_activity(row),
    )


def find(text: str, actor: Actor, limit: int) -> Sequence[str]:
    """By a piece of the name, while the index is unavailable."""
    if not actor.may(Permission.CONTACTS_READ):
        return []
    query = (
        select(Contact.public_id)
        .join(Enterprise, Enterprise.id == Contact.enterprise_id)
        .join(ContactPersonal, ContactPersonal.contact_id == Contact.id)
        .where(
            Contact.archived_at.is_(None),
            Enterprise.archived_at.is_(None),
            ContactPersonal.name.contains(text, autoescape=True),
        )
        .order_by(Contact.id.desc())
        .limit(limit)
    )
    return db.session.scalars(query).all()


def register() -> None:
    """Joins contacts to the index."""
    SOURCES.add(
        KIND,
        Source(
            kind=KIND,
            label="联系人",
            icon="user",
            endpoint="enterprises.detail",
            right=Permission.CONTACTS_READ,
            key=Contact.id,
            public_id=Contact.public_id,
            build=build,
            show=show,
            find=find,
            has_tails=True,
        ),
    )
    company = Contact.enterprise_id
    watch(Contact, Itself(KIND))
    watch(ContactPersonal, Linked(KIND, Contact.public_id, on=Contact.id, holds=ContactPersonal.contact_id))
    watch(Enterprise, Linked(KIND, Contact.public_id, on=company, holds=Enterprise.id))
    watch(EnterpriseName, Linked(KIND, Contact.public_id, on=company, holds=EnterpriseName.enterprise_id))
