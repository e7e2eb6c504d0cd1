"""Agreement -> search document, seen as its lead is; which changes re-index it."""

from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from app.core.access.auth import Actor
from app.core.index.searching import Document, Shown, Source, join_index
from app.core.records.typed import contains
from app.core.storage.db import db
from app.core.storage.outbox import Linked, Through, watch
from app.core.values import money
from app.core.values.clock import in_beijing
from app.core.values.labels import label_of
from app.promotion.leads.indexing import follow_lead
from app.promotion.leads.models import Agreement, FairReview, Lead
from app.promotion.leads.policy import LEAD_ACCESS, visible
from app.register.accounts.enums import Permission
from app.register.accounts.indexing import Holders
from app.register.enterprises.models import Enterprise, EnterpriseName
from app.register.enterprises.naming import about_company
from app.register.placements.indexing import follow_chains

KIND = "agreement"


def document_of(agreement: Agreement, holders: Holders) -> Document:
    """What is searched of an agreement: its title, kind and review, its lead, the company's names."""
    lead, company = agreement.lead, agreement.lead.enterprise
    return Document(
        kind=KIND,
        id=agreement.public_id,
        title=agreement.title,
        about=(lead.name, *company.all_names),
        keys=(agreement.review.number,) if agreement.review and agreement.review.number else (),
        text=f"{agreement.kind.label}\n{lead.number}",
        access=LEAD_ACCESS.tokens(lead),
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
    return select(Agreement).join(Agreement.lead).join(Lead.enterprise).where(Lead.archived_at.is_(None))


_REVIEW, _LEAD = joinedload(Agreement.review), contains_eager(Agreement.lead)
_COMPANY = _LEAD.contains_eager(Lead.enterprise).selectinload(Enterprise.other_names)


def _documents(asked: Select[Agreement]) -> list[Document]:
    reads = (_REVIEW, _COMPANY, _LEAD.selectinload(Lead.members))
    agreements = db.session.scalars(asked.options(*reads)).all()
    leads = [row.lead for row in agreements]
    holders = Holders.of(leads, (lead.owner_id for lead in leads))
    return [document_of(row, holders) for row in agreements]


def _all_shown(visible: Select[Agreement], _actor: Actor) -> list[Shown]:
    reads = (_REVIEW, _COMPANY, _LEAD.joinedload(Lead.owner))
    return [_shown(row) for row in db.session.scalars(visible.options(*reads))]


def _shown(row: Agreement) -> Shown:
    lead = row.lead
    amount = money.in_words(row.amount) if row.amount else row.amount_text
    return Shown(
        public_id=row.public_id,
        page_id=lead.public_id,
        title=row.title,
        note="　".join(filter(None, (lead.enterprise.name, lead.name, amount))),
        fields=(
            (f"线索{label_of(Lead.number)}", lead.number),
            (f"审查{label_of(FairReview.number)}", row.review.number if row.review else ""),
            *lead.enterprise.labelled_names,
        ),
        status=row.kind.label,
        who=lead.owner.name,
        when=f"签订 {row.signed_on.isoformat()}" if row.signed_on else "还没有签订",
        active_on=_last_activity(row),
    )


SOURCE = Source(
    kind=KIND,
    label="协议",
    place=50,
    icon="file-text",
    endpoint="leads.detail",
    right=Permission.LEADS_READ,
    key=Agreement.id,
    public_id=Agreement.public_id,
    live=_live,
    documents=_documents,
    seen=visible,
    shown=_all_shown,
    holds=lambda text: about_company(
        text, Lead.enterprise_id, lambda term: contains(term, Agreement.title), spoken=False
    ),
)


def register() -> None:
    """Joins agreements to the index."""
    join_index(SOURCE)
    lead, company = Agreement.lead_id, Lead.enterprise_id
    watch(FairReview, Linked(KIND, SOURCE.public_id, on=Agreement.id, holds=FairReview.agreement_id))
    follow_lead(SOURCE, lead, told=(Lead.name, Lead.number, Lead.industry_code))
    follow_chains(KIND, SOURCE.public_id, company, (lead, Lead.id))
    watch(Enterprise, Through(KIND, SOURCE.public_id, lead, Lead.id, on=company, holds=Enterprise.id))
    of_name = EnterpriseName.enterprise_id
    watch(EnterpriseName, Through(KIND, SOURCE.public_id, lead, Lead.id, on=company, holds=of_name))
