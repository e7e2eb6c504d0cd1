"""The visits and leads of a company, as far as they count for a target of it."""

from datetime import date

from sqlalchemy import select

from app.core.storage.db import db
from app.core.values.clock import in_beijing
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead
from app.promotion.targets.models import TargetEnterprise
from app.promotion.targets.rules import SILENCE, Dealings, LeadTalk
from app.promotion.visits.models import Visit


def dealings_of(target: TargetEnterprise) -> Dealings:
    """The ordinary ones, whoever sees them; a lead that was registered twice is none."""
    return Dealings(_visits(target), _leads(target))


def _visits(target: TargetEnterprise) -> dict[int, date]:
    query = select(Visit.id, Visit.held_on).where(
        Visit.enterprise_id == target.enterprise_id,
        Visit.archived_at.is_(None),
        ~Visit.confidential,
        Visit.held_on >= target.registered_on - SILENCE,
    )
    return {visit: day for visit, day in db.session.execute(query)}


def _leads(target: TargetEnterprise) -> dict[int, LeadTalk]:
    query = select(Lead).where(
        Lead.enterprise_id == target.enterprise_id, ~Lead.confidential, Lead.duplicate_of_id.is_(None)
    )
    return {
        lead.id: LeadTalk(lead.registered_on, _ended_on(lead))
        for lead in db.session.scalars(query)
        if not _is_over(lead, target.registered_on)
    }


def _is_over(lead: Lead, since: date) -> bool:
    """Whether it was signed, lost or put away before the target was taken up, for something new."""
    ended_on = lead.stage_since if lead.stage is LeadStage.SIGNED else _ended_on(lead)
    return ended_on is not None and ended_on < since


def _ended_on(lead: Lead) -> date | None:
    """When it was lost or put away."""
    if lead.archived_at is not None:
        return in_beijing(lead.archived_at).date()
    return lead.stage_since if lead.stage is LeadStage.LOST else None
