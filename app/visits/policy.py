"""Who may see and change a visit: one scope in its SQL, object and search-token forms.

Named on a visit are its author and participants; on a confidential one also whoever is named on the lead.
"""

from sqlalchemy import ColumnElement, and_, exists, or_, select

from app.accounts.enums import Permission
from app.core.auth import Actor
from app.core.clock import start_of, today
from app.core.permissions import AccessColumns, AccessFacts, Scope
from app.core.reach import Reach
from app.leads.models import Lead, LeadMember
from app.visits.models import Visit, VisitParticipant


def scope(actor: Actor) -> Scope:
    """What this person may see of visits."""
    return Scope(actor.person_id, Reach(actor.reach), actor.unit_ids, actor.team_ids)


def _took_part(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(VisitParticipant.id).where(VisitParticipant.visit_id == Visit.id, condition))


def _named(person_id: int) -> ColumnElement[bool]:
    on_lead = select(Lead.id).where(
        or_(
            Lead.owner_id == person_id,
            Lead.author_id == person_id,
            Lead.id.in_(select(LeadMember.lead_id).where(LeadMember.person_id == person_id)),
        )
    )
    return or_(
        Visit.author_id == person_id,
        _took_part(VisitParticipant.person_id == person_id),
        and_(Visit.confidential, Visit.lead_id.in_(on_lead)),
    )


COLUMNS = AccessColumns(
    confidential=Visit.confidential.expression,
    unit_in=lambda ids: or_(Visit.unit_id.in_(ids), _took_part(VisitParticipant.unit_id.in_(ids))),
    team_in=lambda ids: or_(Visit.team_id.in_(ids), _took_part(VisitParticipant.team_id.in_(ids))),
    named=_named,
)


def facts(visit: Visit) -> AccessFacts:
    """What the rule looks at on one visit."""
    teams = {row.team_id for row in visit.participants} | {visit.team_id}
    named = {visit.author_id} | {row.person_id for row in visit.participants}
    if visit.confidential and visit.lead is not None:
        named |= {visit.lead.owner_id, visit.lead.author_id}
        named |= {member.person_id for member in visit.lead.members}
    return AccessFacts(
        confidential=visit.confidential,
        unit_ids=frozenset({visit.unit_id} | {row.unit_id for row in visit.participants}),
        team_ids=frozenset(team for team in teams if team is not None),
        named=frozenset(named),
    )


def may_see(actor: Actor, visit: Visit) -> bool:
    return scope(actor).allows(facts(visit))


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
