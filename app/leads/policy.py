"""Who may see and do what to a lead: one scope in its SQL, object and search-token forms."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, or_, select

from app.accounts.enums import Permission
from app.core.auth import Actor
from app.core.permissions import AccessColumns, AccessFacts, Scope
from app.core.reach import Reach
from app.leads.enums import LeadStage
from app.leads.models import Agreement, Lead, LeadMember


def scope(actor: Actor) -> Scope:
    """What this person may see of leads."""
    return Scope(actor.person_id, Reach(actor.reach), actor.unit_ids, actor.team_ids)


def _lead_named(person_id: int) -> ColumnElement[bool]:
    named_on = select(LeadMember.lead_id).where(LeadMember.person_id == person_id)
    return (Lead.owner_id == person_id) | (Lead.author_id == person_id) | Lead.id.in_(named_on)


COLUMNS = AccessColumns(
    confidential=Lead.confidential.expression,
    unit_in=lambda ids: Lead.unit_id.in_(ids),
    team_in=lambda ids: Lead.team_id.in_(ids),
    named=_lead_named,
)


# What decides who sees that which hangs on a lead: the rule's own columns, whose it is, whether it counts.
SEEN_BY = (
    Lead.confidential,
    Lead.unit_id,
    Lead.team_id,
    Lead.owner_id,
    Lead.author_id,
    Lead.enterprise_id,
    Lead.archived_at,
)


def columns_of(projection: FromClause) -> AccessColumns:
    """The same rule over a projection, whose rows repeat the access columns of the lead as it is now."""
    row: Any = projection.c

    def named(person_id: int) -> ColumnElement[bool]:
        # One reading of the person's memberships: a look per row cost a third of the funnel on SQLite.
        named_on = select(LeadMember.lead_id).where(LeadMember.person_id == person_id)
        return or_(row.seen_owner_id == person_id, row.seen_author_id == person_id, row.lead_id.in_(named_on))

    return AccessColumns(row.confidential, row.seen_unit_id.in_, row.seen_team_id.in_, named)


def facts(lead: Lead) -> AccessFacts:
    """What the rule looks at on one lead."""
    named = {lead.owner_id, lead.author_id} | {member.person_id for member in lead.members}
    teams = frozenset() if lead.team_id is None else frozenset({lead.team_id})
    return AccessFacts(lead.confidential, frozenset({lead.unit_id}), teams, frozenset(named))


def may_see(actor: Actor, lead: Lead) -> bool:
    return scope(actor).allows(facts(lead))


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
