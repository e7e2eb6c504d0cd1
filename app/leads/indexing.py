"""Lead -> search document, with the access tokens of its scope; which changes re-index it."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.enums import Permission
from app.accounts.indexing import Holders
from app.core import money
from app.core.auth import Actor
from app.core.clock import in_beijing
from app.core.db import db
from app.core.outbox import Itself, Linked, Through, watch
from app.core.registries import WORKS_WITH_TOKENS
from app.core.searching import SOURCES, Document, Shown, Source
from app.enterprises.contact_indexing import KIND as CONTACT
from app.enterprises.models import Contact, Enterprise, EnterpriseName
from app.leads.models import Lead, LeadMember
from app.leads.policy import COLUMNS, SEEN_BY, facts, scope
from app.leads.queries import stages_on

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
        access=facts(lead).tokens(),
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


def holders_of_leads(leads: Sequence[Lead]) -> Holders:
    return Holders(
        (unit for lead in leads for unit in (lead.unit_id, lead.team_id)), (lead.owner_id for lead in leads)
    )


def build(public_ids: Sequence[str]) -> list[Document]:
    query = (
        select(Lead)
        .where(Lead.public_id.in_(public_ids), Lead.is_kept())
        .options(joinedload(Lead.enterprise).selectinload(Enterprise.other_names), selectinload(Lead.members))
    )
    leads = db.session.scalars(query).all()
    holders = holders_of_leads(leads)
    return [document_of(lead, holders) for lead in leads]


def show(public_ids: Sequence[str], actor: Actor) -> Mapping[str, Shown]:
    query = (
        select(Lead)
        .where(Lead.public_id.in_(public_ids), Lead.is_kept(), scope(actor).where(COLUMNS))
        .options(joinedload(Lead.enterprise).selectinload(Enterprise.other_names), joinedload(Lead.owner))
    )
    labels = stages_on().labels
    return {
        lead.public_id: Shown(
            public_id=lead.public_id,
            title=lead.name,
            note=f"{lead.enterprise.name}　{_sum(lead)}",
            fields=_fields(lead),
            status=labels[lead.stage],
            who=lead.owner.name,
            when=f"最后联系 {lead.last_contact_on.isoformat()}" if lead.last_contact_on else "",
            active_on=last_activity(lead),
        )
        for lead in db.session.scalars(query)
    }


def _fields(lead: Lead) -> tuple[tuple[str, str], ...]:
    return (
        ("编号", lead.number),
        ("投资内容", lead.content),
        ("研判意见", lead.assessment),
        ("项目概要", lead.summary),
        ("会议结论", lead.conclusion),
        *lead.enterprise.labelled_names,
    )


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


def tokens_by_enterprise(enterprise_ids: list[int]) -> dict[int, set[str]]:
    """Whoever sees a live lead of a company works with it: `queries.works_with` as search tokens."""
    query = (
        select(Lead)
        .where(Lead.enterprise_id.in_(enterprise_ids), Lead.archived_at.is_(None))
        .options(selectinload(Lead.members))
    )
    found: dict[int, set[str]] = {}
    for lead in db.session.scalars(query):
        found.setdefault(lead.enterprise_id, set()).update(facts(lead).tokens())
    return found


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
    WORKS_WITH_TOKENS.add("leads", tokens_by_enterprise)
    _contacts_follow()
    company = Lead.enterprise_id
    watch(Enterprise, Linked(KIND, Lead.public_id, on=company, holds=Enterprise.id))
    watch(EnterpriseName, Linked(KIND, Lead.public_id, on=company, holds=EnterpriseName.enterprise_id))


def _contacts_follow() -> None:
    """Who may find a contact by the end of the number depends on who sees the leads of the company."""
    company = Contact.enterprise_id
    watch(Lead, Linked(CONTACT, Contact.public_id, on=company, holds=Lead.enterprise_id), only=SEEN_BY)
    of_member = LeadMember.lead_id
    watch(LeadMember, Through(CONTACT, Contact.public_id, company, Lead.enterprise_id, Lead.id, of_member))
