"""Who sees which scores, enters numbers, sets schemes, closes and rules.

Whoever reads assessments reads every ranking. What a score is made of is open to the bureau, to units and to
leaders; members of a resident team open that of their own team, or their own.
"""

from app.core.access.auth import Actor
from app.core.access.reach import Reach
from app.core.values.credit import By
from app.promotion.assessments.models import AssessmentScheme
from app.register.accounts.enums import Permission


def may_set(actor: Actor) -> bool:
    return actor.may(Permission.ASSESSMENTS_SET)


def may_enter(actor: Actor) -> bool:
    return actor.may(Permission.ASSESSMENTS_WRITE)


def is_theirs(actor: Actor, scheme: AssessmentScheme, group_id: int) -> bool:
    """Whether it is this person who is scored, or their team or unit."""
    if scheme.by is By.PERSON:
        return actor.person_id == group_id
    return group_id in (actor.team_ids if scheme.by is By.TEAM else {actor.unit_id})


def may_open(actor: Actor, scheme: AssessmentScheme, group_id: int) -> bool:
    """Whether somebody may read what a score is made of."""
    return Reach(actor.reach) is not Reach.TEAM or is_theirs(actor, scheme, group_id)
