"""Who may see and do what to a lead."""

from sqlalchemy import ColumnElement, FromClause

from app.core.access.auth import Actor
from app.core.access.scopes import Access, Charged, Columns, Members
from app.promotion.leads.enums import AgreementKind, LeadStage
from app.promotion.leads.models import Agreement, Lead, LeadMember
from app.register.accounts.enums import Permission
from app.register.placements.queries import IN_CHAIN

LEAD_ACCESS = Access(
    Lead, Members(Lead.members, LeadMember.lead_id), charged=Charged(Lead.enterprise_id, IN_CHAIN)
)
visible, may_see = LEAD_ACCESS.visible, LEAD_ACCESS.may_see
# What decides who sees that which hangs on a lead: the rule's own columns, whose it is, whether it counts.
SEEN_BY = (*LEAD_ACCESS.columns, Lead.enterprise_id, Lead.archived_at)


def visible_in(projection: FromClause, actor: Actor) -> ColumnElement[bool]:
    """The same rule over a projection, whose rows repeat the columns of the lead as it is now."""
    row = projection.c
    people = (row.seen_owner_id, row.seen_author_id)
    return visible(actor, Columns(row.lead_id, row.confidential, row.seen_unit_id, row.seen_team_id, people))


def may_change(actor: Actor, lead: Lead) -> bool:
    """Whether somebody who sees the lead may work on it: an archived one is read-only."""
    return actor.may(Permission.LEADS_WRITE) and not lead.is_archived


def may_name(actor: Actor, lead: Lead) -> bool:
    """Whether somebody may decide who else is named on the lead and whether it is confidential."""
    return may_change(actor, lead) and (
        actor.may(Permission.LEADS_ASSIGN) or actor.person_id in {lead.owner_id, lead.author_id}
    )


def may_assign(actor: Actor, lead: Lead) -> bool:
    return may_change(actor, lead) and actor.may(Permission.LEADS_ASSIGN)


def may_correct(actor: Actor, lead: Lead) -> bool:
    return may_change(actor, lead) and actor.may(Permission.LEADS_CORRECT)


def may_void(actor: Actor, lead: Lead) -> bool:
    """Saying that a lead was registered twice, or that it was not after all: the bureau's head, and who
    registered it as long as nothing came of it.
    """
    began = lead.stage is LeadStage.LEAD and actor.person_id == lead.author_id
    return actor.may(Permission.LEADS_WRITE) and (actor.may(Permission.LEADS_CORRECT) or began)


def is_evidence(agreement: Agreement) -> bool:
    """Whether a signing rests on the agreement, which then changes no more, nor does its review."""
    return agreement.lead.stage is LeadStage.SIGNED and agreement.kind is AgreementKind.CONTRACT


def may_change_agreement(actor: Actor, agreement: Agreement) -> bool:
    """Whether somebody who sees the lead may work on one of its agreements."""
    return may_change(actor, agreement.lead) and not is_evidence(agreement)


def is_asked(actor: Actor, agreement: Agreement) -> bool:
    """Whether the 公平竞争审查 of an agreement was asked of this person, who alone concludes it."""
    return agreement.review is not None and agreement.review.reviewer_id == actor.person_id


def may_enter_paper(actor: Actor, agreement: Agreement) -> bool:
    """Entering a conclusion that came on paper: anybody but the drafter."""
    return agreement.drafter_id != actor.person_id


def may_archive(actor: Actor, lead: Lead) -> bool:
    """Archiving and restoring: who assigns leads, and who registered this one."""
    return actor.may(Permission.LEADS_WRITE) and (
        actor.may(Permission.LEADS_ASSIGN) or actor.person_id == lead.author_id
    )
