"""Lead -> search document, with the access tokens of its scope; which changes re-index it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.enums import Permission
from app.core import money
from app.core.auth import Actor
from app.core.db import db
from app.core.outbox import Itself, Linked, watch
from app.core.searching import SOURCES, Document, Shown, Source
from app.enterprises.models import Enterprise, EnterpriseName
from app.leads.models import Lead, LeadMember
from app.leads.policy import COLUMNS, facts, scope
from app.leads.queries import stages_on

KIND = "lead"


def document_of(lead: Lead) -> Document:
    """What is searched of a lead: its name, its company under every name, its papers' words."""
    enterprise = lead.enterprise
    return Document(
        kind=KIND,
        id=lead.public_id,
        title=lead.name,
        names=(enterprise.name, *(other.name for other in enterprise.other_names)),
        keys=(lead.number,),
        text="\n".join(filter(None, (lead.content, lead.assessment, lead.summary, lead.conclusion))),
        access=facts(lead).tokens(),
        region=enterprise.region_code or "",
        industry=lead.industry_code or enterprise.industry_code or "",
        stage=lead.stage.value,
        amount=lead.amount,
        day=lead.updated_at.date().toordinal(),
    )


def build(public_ids: Sequence[str]) -> list[Document]:
    query = (
        select(Lead)
        .where(Lead.public_id.in_(public_ids), Lead.archived_at.is_(None))
        .options(joinedload(Lead.enterprise).selectinload(Enterprise.other_names), selectinload(Lead.members))
    )
    return [document_of(lead) for lead in db.session.scalars(query)]


def show(public_ids: Sequence[str], actor: Actor) -> Mapping[str, Shown]:
    query = (
        select(Lead)
        .where(Lead.public_id.in_(public_ids), Lead.archived_at.is_(None), scope(actor).where(COLUMNS))
        .options(joinedload(Lead.enterprise), joinedload(Lead.owner))
    )
    labels = stages_on().labels
    return {
        lead.public_id: Shown(
            public_id=lead.public_id,
            title=lead.name,
            note=f"{lead.enterprise.name}　{_sum(lead)}",
            body=lead.content,
            status=labels[lead.stage],
            who=lead.owner.name,
            when=f"最后联系 {lead.last_contact_on.isoformat()}" if lead.last_contact_on else "",
        )
        for lead in db.session.scalars(query)
    }


def _sum(lead: Lead) -> str:
    return money.in_words(lead.amount) if lead.amount else lead.amount_text


def find(text: str, actor: Actor, limit: int) -> Sequence[str]:
    """By a piece of its name, number or company, while the index is unavailable."""
    query = (
        select(Lead.public_id)
        .join(Enterprise, Enterprise.id == Lead.enterprise_id)
        .where(
            Lead.archived_at.is_(None),
            scope(actor).where(COLUMNS),
            or_(
                Lead.name.contains(text, autoescape=True),
                Lead.number == text.upper(),
                Enterprise.name.contains(text, autoescape=True),
            ),
        )
        .order_by(Lead.id.desc())
        .limit(limit)
    )
    return db.session.scalars(query).all()


def register() -> None:
    """Joins leads to the index."""
    SOURCES.add(
        KIND,
        Source(
            kind=KIND,
            label="线索",
            icon="route",
            endpoint="leads.detail",
            right=Permission.LEADS_READ,
            key=Lead.id,
            public_id=Lead.public_id,
            build=build,
            show=show,
            find=find,
        ),
    )
    watch(Lead, Itself(KIND))
    watch(LeadMember, Linked(KIND, Lead.public_id, on=Lead.id, holds=LeadMember.lead_id))
    company = Lead.enterprise_id
    watch(Enterprise, Linked(KIND, Lead.public_id, on=company, holds=Enterprise.id))
    watch(EnterpriseName, Linked(KIND, Lead.public_id, on=company, holds=EnterpriseName.enterprise_id))
