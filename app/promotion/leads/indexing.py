"""Lead -> search document, with the access tokens of its scope; which changes re-index it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload

from app.core.access.auth import Actor
from app.core.index.searching import Document, Shown, Source, join_index
from app.core.records.typed import contains
from app.core.storage.db import db
from app.core.storage.outbox import Linked, watch
from app.core.values import money
from app.core.values.clock import in_beijing
from app.core.values.labels import label_of
from app.promotion.leads.models import Lead, LeadMember
from app.promotion.leads.policy import LEAD_ACCESS, SEEN_BY, visible
from app.promotion.leads.queries import stages_on
from app.register.accounts.enums import Permission
from app.register.accounts.indexing import Holders
from app.register.enterprises.indexing import follow_company
from app.register.enterprises.models import Enterprise
from app.register.enterprises.naming import about_company
from app.register.placements.indexing import follow_chains

KIND = "lead"


def document_of(lead: Lead, holders: Holders) -> Document:
    """What is searched of a lead: its name, its company under every name, its papers' words."""
    enterprise = lead.enterprise
    return Document(
        kind=KIND,
        id=lead.public_id,
        title=lead.name,
        about=enterprise.all_names,
        keys=(lead.number,),
        text="\n".join(filter(None, (lead.content, lead.assessment, lead.summary, lead.conclusion))),
        access=LEAD_ACCESS.tokens(lead),
        region=enterprise.region_code or "",
        industry=lead.industry_code or enterprise.industry_code or "",
        stage=lead.stage.value,
        units=holders.units(lead.unit_id),
        teams=holders.units(lead.team_id),
        owners=holders.people(lead.owner_id),
        amount=lead.amount,
        day=last_activity(lead).toordinal(),
    )


def last_activity(lead: Lead) -> date:
    """When the lead was last worked on: written to, or its company met."""
    written = in_beijing(lead.updated_at).date()
    return max(written, lead.last_contact_on or written)


def _live() -> Select[Lead]:
    return select(Lead).join(Lead.enterprise).where(Lead.is_kept())


_COMPANY = contains_eager(Lead.enterprise).selectinload(Enterprise.other_names)


def _documents(asked: Select[Lead]) -> list[Document]:
    leads = db.session.scalars(asked.options(_COMPANY, *LEAD_ACCESS.loads())).all()
    holders = Holders.of(leads, (lead.owner_id for lead in leads))
    return [document_of(lead, holders) for lead in leads]


def _shown(visible: Select[Lead], _actor: Actor) -> list[Shown]:
    labels = stages_on().labels
    return [
        Shown(
            public_id=lead.public_id,
            title=lead.name,
            note=f"{lead.enterprise.name}　{_sum(lead)}",
            fields=_fields(lead),
            status=labels[lead.stage],
            who=lead.owner.name,
            when=f"最后联系 {lead.last_contact_on.isoformat()}" if lead.last_contact_on else "",
            active_on=last_activity(lead),
        )
        for lead in db.session.scalars(visible.options(_COMPANY, joinedload(Lead.owner)))
    ]


def _fields(lead: Lead) -> tuple[tuple[str, str], ...]:
    return (
        (label_of(Lead.number), lead.number),
        (label_of(Lead.content), lead.content),
        (label_of(Lead.assessment), lead.assessment),
        (label_of(Lead.summary), lead.summary),
        (label_of(Lead.conclusion), lead.conclusion),
        *lead.enterprise.labelled_names,
    )


def _sum(lead: Lead) -> str:
    return money.in_words(lead.amount) if lead.amount else lead.amount_text


def _holds(text: str) -> ColumnElement[bool]:
    return about_company(
        text, Lead.enterprise_id, lambda term: contains(term, Lead.name, Lead.number), spoken=False
    )


SOURCE = Source(
    kind=KIND,
    label="线索",
    place=20,
    icon="route",
    endpoint="leads.detail",
    right=Permission.LEADS_READ,
    key=Lead.id,
    public_id=Lead.public_id,
    live=_live,
    documents=_documents,
    seen=visible,
    shown=_shown,
    holds=_holds,
)


def follow_lead(
    source: Source,
    lead: InstrumentedAttribute[Any],
    *,
    told: Sequence[InstrumentedAttribute[Any]] = (),
) -> None:
    """Who may see a document of this kind depends on who is named on the lead whose id is in this column: it
    follows whatever decides that, and the columns of the lead that it tells (`told`).
    """
    watch(Lead, Linked(source.kind, source.public_id, on=lead, holds=Lead.id), only=(*SEEN_BY, *told))
    watch(LeadMember, Linked(source.kind, source.public_id, on=lead, holds=LeadMember.lead_id))


def register() -> None:
    """Joins leads to the index."""
    join_index(SOURCE)
    watch(LeadMember, Linked(KIND, SOURCE.public_id, on=Lead.id, holds=LeadMember.lead_id))
    follow_company(SOURCE, Lead.enterprise_id)
    follow_chains(KIND, SOURCE.public_id, Lead.enterprise_id)
