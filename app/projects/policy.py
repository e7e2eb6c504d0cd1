"""Who may see and do what to a project: one scope in its SQL, object and search-token forms.

Named on a project are its owner and author and whoever is named on its lead.
"""

from sqlalchemy import ColumnElement, or_, select

from app.accounts.enums import Permission
from app.core.auth import Actor
from app.core.permissions import AccessColumns, AccessFacts, Scope
from app.core.reach import Reach
from app.leads.models import Lead, LeadMember
from app.projects.models import Project


def scope(actor: Actor) -> Scope:
    """What this person may see of projects."""
    return Scope(actor.person_id, Reach(actor.reach), actor.unit_ids, actor.team_ids)


def _named(person_id: int) -> ColumnElement[bool]:
    member_of = select(LeadMember.lead_id).where(LeadMember.person_id == person_id)
    holds = select(Lead.id).where(or_(Lead.owner_id == person_id, Lead.author_id == person_id))
    return or_(
        Project.owner_id == person_id,
        Project.author_id == person_id,
        Project.lead_id.in_(member_of),
        Project.lead_id.in_(holds),
    )


COLUMNS = AccessColumns(
    confidential=Project.confidential.expression,
    unit_in=lambda ids: Project.unit_id.in_(ids),
    team_in=lambda ids: Project.team_id.in_(ids),
    named=_named,
)


def facts(project: Project) -> AccessFacts:
    """What the rule looks at on one project."""
    named = {project.owner_id, project.author_id}
    if project.lead is not None:
        named |= {project.lead.owner_id, project.lead.author_id}
        named |= {member.person_id for member in project.lead.members}
    teams = frozenset() if project.team_id is None else frozenset({project.team_id})
    return AccessFacts(project.confidential, frozenset({project.unit_id}), teams, frozenset(named))


def may_see(actor: Actor, project: Project) -> bool:
    return scope(actor).allows(facts(project))


def may_change(actor: Actor, project: Project) -> bool:
    """Whether somebody who sees the project may work on it: an archived one is read-only."""
    return actor.may(Permission.PROJECTS_WRITE) and not project.is_archived


def may_correct(actor: Actor, project: Project) -> bool:
    """Jumps, steps back and corrections of the ledger."""
    return may_change(actor, project) and actor.may(Permission.LEADS_CORRECT)
