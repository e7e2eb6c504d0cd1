"""Who may see and do what to a project. Whoever is named on its lead is named on it."""

from app.core.access.auth import Actor
from app.core.access.scopes import Above, Access, Charged
from app.delivery.projects.models import Project
from app.promotion.leads.policy import LEAD_ACCESS
from app.register.accounts.enums import Permission
from app.register.placements.queries import IN_CHAIN

PROJECT_ACCESS = Access(
    Project,
    above=Above(Project.lead, Project.lead_id, LEAD_ACCESS),
    charged=Charged(Project.enterprise_id, IN_CHAIN),
)
visible, may_see = PROJECT_ACCESS.visible, PROJECT_ACCESS.may_see


def may_change(actor: Actor, project: Project) -> bool:
    """Whether somebody who sees the project may work on it: an archived one is read-only."""
    return actor.may(Permission.PROJECTS_WRITE) and not project.is_archived


def may_correct(actor: Actor, project: Project) -> bool:
    """Jumps, steps back and corrections of the ledger."""
    return may_change(actor, project) and actor.may(Permission.LEADS_CORRECT)
