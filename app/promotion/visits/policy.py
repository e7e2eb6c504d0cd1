"""Who may see and change a visit. On a confidential one whoever is named on its lead is named, too."""

from app.core.access.auth import Actor
from app.core.access.scopes import Above, Access, Charged, Members
from app.core.values.clock import start_of, today
from app.promotion.leads.policy import LEAD_ACCESS
from app.promotion.visits.models import Visit, VisitParticipant
from app.register.accounts.enums import Permission
from app.register.placements.queries import IN_CHAIN

VISIT_ACCESS = Access(
    Visit,
    Members(Visit.participants, VisitParticipant.visit_id, in_teams=True),
    Above(Visit.lead, Visit.lead_id, LEAD_ACCESS, if_confidential=True),
    Charged(Visit.enterprise_id, IN_CHAIN),
)
visible, may_see = VISIT_ACCESS.visible, VISIT_ACCESS.may_see


def may_write(actor: Actor, visit: Visit) -> bool:
    """Its author, and whoever assigns leads: they change, archive and restore it."""
    return actor.may(Permission.VISITS_WRITE) and (
        actor.person_id == visit.author_id or actor.may(Permission.LEADS_ASSIGN)
    )


def may_change(actor: Actor, visit: Visit) -> bool:
    """An archived one is read-only."""
    return not visit.is_archived and may_write(actor, visit)


def may_confirm(actor: Actor, visit: Visit) -> bool:
    """Anybody who sees it and logs visits, but who wrote it down; once."""
    is_others = actor.person_id is not None and actor.person_id != visit.author_id
    is_open = visit.confirmation is None and not visit.is_archived
    return is_others and is_open and actor.may(Permission.VISITS_WRITE) and may_see(actor, visit)


def is_of_today(visit: Visit) -> bool:
    """Written down today and confirmed by nobody: it opens no numbers yet."""
    return visit.confirmation is None and visit.created_at >= start_of(today())


def may_restore(actor: Actor, visit: Visit) -> bool:
    return visit.is_archived and may_write(actor, visit)
