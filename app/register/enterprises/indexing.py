"""Enterprise -> search document, for everyone signed in; which changes re-index it."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import ColumnElement, Select, false, select, true
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from app.core.access.auth import Actor
from app.core.index.searching import EVERYONE, Document, Shown, Source, join_index
from app.core.storage.db import db
from app.core.storage.outbox import Linked, watch
from app.core.values import money
from app.core.values.clock import in_beijing
from app.core.values.labels import label_of, short_of
from app.core.values.registries import LAST_CONTACTS
from app.register.accounts.enums import Permission
from app.register.accounts.indexing import Holders
from app.register.enterprises.models import Enterprise, EnterpriseName
from app.register.enterprises.naming import about_company
from app.register.reference.queries import division_names, industry_names

KIND = "enterprise"


def document_of(enterprise: Enterprise, holders: Holders, last_contact: date | None) -> Document:
    """What is searched of an enterprise: every name it goes by, its code, its scope and notes. It belongs to
    whoever registered it; its day is that of the last ordinary meeting, whoever had it.
    """
    return Document(
        kind=KIND,
        id=enterprise.public_id,
        title=enterprise.name,
        names=tuple(other.name for other in enterprise.other_names),
        keys=(enterprise.credit_code,) if enterprise.credit_code else (),
        text="\n".join(filter(None, (enterprise.scope, enterprise.notes))),
        access=(EVERYONE,),
        region=enterprise.region_code or "",
        industry=enterprise.industry_code or "",
        status=enterprise.status.value,
        units=holders.units(enterprise.unit_id),
        teams=holders.units(enterprise.team_id),
        owners=holders.people(enterprise.author_id),
        amount=enterprise.capital or 0,
        day=last_activity(enterprise, last_contact).toordinal(),
        founded=enterprise.established_on.toordinal() if enterprise.established_on else 0,
        headcount=enterprise.headcount or 0,
    )


def last_activity(enterprise: Enterprise, last_contact: date | None) -> date:
    """When it was last met; of one that nobody has met, when it was last written to."""
    return last_contact or in_beijing(enterprise.updated_at).date()


def _live() -> Select[Enterprise]:
    return select(Enterprise).where(Enterprise.is_kept())


def _documents(asked: Select[Enterprise]) -> list[Document]:
    found = db.session.scalars(asked.options(selectinload(Enterprise.other_names))).all()
    contacts = last_contacts_of(row.id for row in found)
    holders = Holders.of(found, (row.author_id for row in found))
    return [document_of(row, holders, contacts.get(row.id)) for row in found]


def last_contacts_of(enterprise_ids: Iterable[int]) -> dict[int, date]:
    """When each of these companies was last met, as every feature that knows of meetings has it."""
    ids, latest = list(enterprise_ids), dict[int, date]()
    for ask in LAST_CONTACTS.values():
        for enterprise_id, day in ask(ids).items():
            latest[enterprise_id] = max(day, latest.get(enterprise_id, day))
    return latest


def _shown(visible: Select[Enterprise], _actor: Actor) -> list[Shown]:
    reads = (selectinload(Enterprise.other_names), joinedload(Enterprise.author))
    found = db.session.scalars(visible.options(*reads)).all()
    contacts = last_contacts_of(row.id for row in found)
    regions = division_names({row.region_code for row in found if row.region_code})
    industries = industry_names({row.industry_code for row in found if row.industry_code})
    return [
        Shown(
            public_id=row.public_id,
            title=row.name,
            note="　".join(filter(None, _facts(row, regions, industries))),
            fields=_fields(row),
            status="" if row.status == row.status.ACTIVE else row.status.label,
            who=f"{row.author.name}登记" if row.author else "",
            when=f"最后联系 {contacts[row.id].isoformat()}" if row.id in contacts else "没有联系过",
            active_on=last_activity(row, contacts.get(row.id)),
        )
        for row in found
    ]


def _facts(
    row: Enterprise, regions: Mapping[str, str], industries: Mapping[str, str]
) -> tuple[str | None, ...]:
    capital = f"{label_of(Enterprise.capital)} {money.in_words(row.capital)}" if row.capital else None
    return regions.get(row.region_code or ""), industries.get(row.industry_code or ""), capital


def _fields(row: Enterprise) -> tuple[tuple[str, str], ...]:
    return (
        *row.labelled_names,
        (short_of(Enterprise.credit_code), row.credit_code or ""),
        (label_of(Enterprise.scope), row.scope),
        (label_of(Enterprise.notes), row.notes),
    )


def _holds(text: str) -> ColumnElement[bool]:
    return about_company(text, Enterprise.id, lambda _term: false(), spoken=False)


SOURCE = Source(
    kind=KIND,
    label="企业",
    place=10,
    icon="building",
    endpoint="enterprises.detail",
    right=Permission.ENTERPRISES_READ,
    key=Enterprise.id,
    public_id=Enterprise.public_id,
    live=_live,
    documents=_documents,
    seen=lambda _actor: true(),
    shown=_shown,
    holds=_holds,
    oldest_first=True,
)


def follow_company(source: Source, company: InstrumentedAttribute[int]) -> None:
    """Documents that hold the names and the place of the company whose id is in this column follow it."""
    of_name = EnterpriseName.enterprise_id
    watch(Enterprise, Linked(source.kind, source.public_id, on=company, holds=Enterprise.id))
    watch(EnterpriseName, Linked(source.kind, source.public_id, on=company, holds=of_name))


def register() -> None:
    """Joins enterprises to the index."""
    join_index(SOURCE)
    watch(
        EnterpriseName, Linked(KIND, SOURCE.public_id, on=Enterprise.id, holds=EnterpriseName.enterprise_id)
    )
