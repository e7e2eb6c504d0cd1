"""Contact -> search document: the name for all who may see contacts, the number and its end only for those
who may read it in full (docs/adr/0005); which changes re-index it.
"""

import re
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, false, select, true
from sqlalchemy.orm import contains_eager

from app.core.access.auth import Actor
from app.core.index.searching import Document, Shown, Source, holders_of, join_index, phone_number
from app.core.records.typed import contains
from app.core.storage.db import db
from app.core.storage.outbox import Linked, Through, touch, watch
from app.core.values.clock import in_beijing, start_of, today
from app.register.accounts.enums import Permission
from app.register.accounts.indexing import Holders
from app.register.enterprises.indexing import follow_company
from app.register.enterprises.models import Contact, ContactPersonal, Enterprise
from app.register.enterprises.policy import COMPANY_ACCESS, WORK, may_unmask
from app.register.enterprises.rules import masked_phone

KIND = "contact"
_TAIL = 4
_EXTENSION = re.compile(r"(?<=\d{7})-\d{1,6}$")
_SHORTEST = 7  # digits of a number whose last four say little by themselves


def tail_of(phone: str | None) -> str:
    """The last four digits of a number without its extension, empty when it is too short to have an end."""
    number = _EXTENSION.sub("", phone or "")
    digits = "".join(char for char in number if char.isascii() and char.isdigit())
    return digits[-_TAIL:] if len(digits) >= _SHORTEST else ""


def _findable_by(phone: str | None) -> tuple[str, ...]:
    """The end of a number, and all of it; without its extension as well."""
    written = phone or ""
    whole = (phone_number(written), phone_number(written.rpartition("-")[0]))
    return tuple(dict.fromkeys(filter(None, (tail_of(phone), *whole)))) if tail_of(phone) else ()


def document_of(contact: Contact, holders: Holders, works_with: set[str]) -> Document:
    """What is searched of a contact: name, post and company; and for whom the end of the number is."""
    company, tails = contact.enterprise, _findable_by(contact.personal.phone)
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
        tails=tails,
        tail_access=tuple(sorted(works_with | set(COMPANY_ACCESS.tokens(company)))) if tails else (),
    )


def _last_activity(contact: Contact) -> date:
    return in_beijing(contact.updated_at).date()


def _live() -> Select[Contact]:
    return (
        select(Contact)
        .join(Contact.enterprise)
        .join(Contact.personal)
        .where(Contact.archived_at.is_(None), Enterprise.archived_at.is_(None))
    )


_PERSONAL, _COMPANY = contains_eager(Contact.personal), contains_eager(Contact.enterprise)
_NAMES = _COMPANY.selectinload(Enterprise.other_names)


def _documents(asked: Select[Contact]) -> list[Document]:
    found = db.session.scalars(asked.options(_PERSONAL, _NAMES)).all()
    companies = [row.enterprise for row in found]
    holders = Holders.of(companies, (row.author_id for row in companies))
    works_with = tokens_by_enterprise({row.id for row in companies})
    return [document_of(row, holders, works_with.get(row.enterprise_id, set())) for row in found]


def tokens_by_enterprise(enterprise_ids: set[int]) -> dict[int, set[str]]:
    """Who works with each of these companies, as every feature that may_unmask asks has it."""
    held: dict[int, set[str]] = {}
    for work in WORK.values():
        for enterprise_id, tokens in work.tokens(sorted(enterprise_ids)).items():
            held.setdefault(enterprise_id, set()).update(tokens)
    return held


def _seen(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.may(Permission.CONTACTS_READ) else false()


def _all_shown(visible: Select[Contact], actor: Actor) -> list[Shown]:
    reads = (_PERSONAL, _NAMES, _COMPANY.joinedload(Enterprise.author))
    return [_shown(row, actor) for row in db.session.scalars(visible.options(*reads))]


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


SOURCE = Source(
    kind=KIND,
    label="联系人",
    place=60,
    icon="user",
    endpoint="enterprises.detail",
    right=Permission.CONTACTS_READ,
    key=Contact.id,
    public_id=Contact.public_id,
    live=_live,
    documents=_documents,
    seen=_seen,
    shown=_all_shown,
    holds=lambda text: contains(text, ContactPersonal.name),
    has_tails=True,
)


_LATELY = timedelta(days=8)  # longer than a machine may be off over a holiday weekend


def follow_the_day() -> None:
    """By night: what was entered on a day opens numbers from the next one on, also to who looks for them."""
    since, met = start_of(today()) - _LATELY, set[int]()
    for work in WORK.values():
        record: Any = work.access.model
        met.update(db.session.scalars(select(work.company).where(record.created_at >= since).distinct()))
    for public_id in db.session.scalars(select(Contact.public_id).where(Contact.enterprise_id.in_(met))):
        touch(KIND, public_id)


def register() -> None:
    """Joins contacts to the index, which follow all WORK: it is to be there before."""
    join_index(SOURCE)
    of_contact = ContactPersonal.contact_id
    watch(ContactPersonal, Linked(KIND, SOURCE.public_id, on=Contact.id, holds=of_contact))
    follow_company(SOURCE, Contact.enterprise_id)
    at = Contact.enterprise_id
    for work in WORK.values():
        record: Any = work.access.model
        watch(record, Linked(KIND, SOURCE.public_id, on=at, holds=work.company), only=work.only)
        for part in work.parts:
            holder: Any = part.class_
            watch(holder, Through(KIND, SOURCE.public_id, at, work.company, record.id, part))
