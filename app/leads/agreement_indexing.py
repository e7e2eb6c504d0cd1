"""Agreement -> search document, seen as its lead is; which changes re-index it."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.enums import Permission
from app.accounts.indexing import Holders
from app.core import money
from app.core.auth import Actor
from app.core.clock import in_beijing
from app.core.db import db
from app.core.outbox import Itself, Linked, Through, watch
from app.core.searching import SOURCES, Document, Shown, Source
from app.enterprises.models import Enterprise, EnterpriseName
from app.leads.indexing import holders_of_leads
from app.leads.models import Agreement, FairReview, Lead, LeadMember
from app.leads.policy import COLUMNS, SEEN_BY, facts, scope

KIND = "agreement"


def document_of(agreement: Agreement, holders: Holders) -> Document:
    """What is searched of an agreement: its title, kind and review, its lead, the company's names."""
    lead, company = agreement.lead, agreement.lead.enterprise
    return Document(
        kind=KIND,
        id=agreement.public_id,
        title=agreement.title,
        about=(lead.name, *company.all_names),
        keys=(agreement.review.number,) if agreement.review else (),
        text=f"{agreement.kind.label}\n{lead.number}",
        access=facts(lead).tokens(),
        region=company.region_code or "",
        industry=lead.industry_code or company.industry_code or "",
        units=holders.units(lead.unit_id),
        teams=holders.units(lead.team_id),
        owners=holders.people(lead.owner_id),
        amount=agreement.amount or 0,
        day=_last_activity(agreement).toordinal(),
    )


def _last_activity(agreement: Agreement) -> date:
    return agreement.signed_on or in_beijing(agreement.updated_at).date()


def _live() -> Select[Agreement]:
    return select(Agreement).join(Lead, Lead.id == Agreement.lead_id).where(Lead.archived_at.is_(None))


def build(public_ids: Sequence[str]) -> list[Document]:
    query = (
        _live()
        .where(Agreement.public_id.in_(public_ids))
        .options(
            joinedload(Agreement.review),
            joinedload(Agreement.lead).joinedload(Lead.enterprise).selectinload(Enterprise.other_names),
            joinedload(Agreement.lead).selectinload(Lead.members),
        )
    )
    agreements = db.session.scalars(query).all()
    holders = holders_of_leads([row.lead for row in agreements])
    return [document_of(row, holders) for row in agreements]


def show(public_ids: Sequence[str], actor: Actor) -> Mapping[str, Shown]:
    query = (
        _live()
        .where(Agreement.public_id.in_(public_ids), scope(actor).where(COLUMNS))
        .options(
            joinedload(Agreement.review),
            joinedload(Agreement.lead).joinedload(Lead.enterprise).selectinload(Enterprise.other_names),
            joinedload(Agreement.lead).joinedload(Lead.owner),
        )
    )
    return {row.public_id: _shown(row) for row in db.session.scalars(query)}


def _shown(row: Agreement) -> Shown:
    lead = row.lead
    amount = money.in_words(row.amount) if row.amount else row.amount_text
    return Shown(
        public_id=row.public_id,
        page_id=lead.public_id,
        title=row.title,
        note="　".join(filter(None, (lead.enterprise.name, lead.name, amount))),
        fields=(
            ("线索编号", lead.number),
            ("审查文号", row.review.number if row.review else ""),
            *lead.enterprise.labelled_names,
        ),
        status=row.kind.label,
        who=lead.owner.name,
        when=f"签订 {row.signed_on.isoformat()}" if row.signed_on else "还没有签订",
        active_on=_last_activity(row),
    )


def find(text: str, actor: Actor, limit: int) -> Sequence[str]:
    """By a piece of its title or of the company's name, while the index is unavailable."""
    query = (
        select(Agreement.public_id)
        .join(Lead, Lead.id == Agreement.lead_id)
        .join(Enterprise, Enterprise.id == Lead.enterprise_id)
        .where(
            Lead.archived_at.is_(None),
            scope(actor).where(COLUMNS),
            or_(
                Agreement.title.contains(text, autoescape=True),
                Enterprise.name.contains(text, autoescape=True),
            ),
        )
        .order_by(Agreement.id.desc())
        .limit(limit)
    )
    return db.session.scalars(query).all()


def register() -> None:
    """Joins agreements to the index."""
    SOURCES.add(
        KIND,
        Source(
            kind=KIND,
            label="协议",
            icon="file-text",
            endpoint="leads.detail",
            right=Permission.LEADS_READ,
            key=Agreement.id,
            public_id=Agreement.public_id,
            build=build,
            show=show,
            find=find,
        ),
    )
    public_id, lead = Agreement.public_id, Agreement.lead_id
    watch(Agreement, Itself(KIND))
    watch(FairReview, Linked(KIND, public_id, on=Agreement.id, holds=FairReview.agreement_id))
    told = (Lead.name, Lead.number, Lead.industry_code)
    watch(Lead, Linked(KIND, public_id, on=lead, holds=Lead.id), only=(*SEEN_BY, *told))
    watch(LeadMember, Linked(KIND, public_id, on=lead, holds=LeadMember.lead_id))
    company = Lead.enterprise_id
    watch(Enterprise, Through(KIND, public_id, lead, Lead.id, on=company, holds=Enterprise.id))
    of_name = EnterpriseName.enterprise_id
    watch(EnterpriseName, Through(KIND, public_id, lead, Lead.id, on=company, holds=of_name))
