"""Whose outcomes somebody reads: the county's for whoever sees all of it, those of their unit, or of their
team and its people. The numbers themselves are the same for every reader (ADR 24).
"""

from app.core.access.auth import Actor
from app.core.access.reach import Reach
from app.figures.outcomes.enums import ComparedBy


def is_county(actor: Actor) -> bool:
    return Reach(actor.reach) is Reach.COUNTY


def compared_for(actor: Actor) -> tuple[ComparedBy, ...]:
    """By what this person may compare."""
    if is_county(actor):
        return tuple(ComparedBy)
    own = (ComparedBy.TEAM, ComparedBy.PERSON, ComparedBy.CAMPAIGN)
    return (ComparedBy.UNIT, *own) if Reach(actor.reach) is Reach.UNIT else own
