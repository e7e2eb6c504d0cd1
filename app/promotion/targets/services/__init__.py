"""Writes of targets: taken up, moved on their ledger, given to others, following visits and leads, what they
are scored by. Never commits.
"""

from app.promotion.targets.services.entering import (
    ARCHIVING,
    NewTarget,
    TargetData,
    change_target,
    create_target,
)
from app.promotion.targets.services.following import after_dealing, after_join, after_lead_move
from app.promotion.targets.services.holding import HELD_TARGETS, assign_target
from app.promotion.targets.services.ledger import ARCHIVED, LEDGER, correct_entry, take_back
from app.promotion.targets.services.moving import move_target
from app.promotion.targets.services.scoring import (
    LIFTED,
    NOT_THEIR_VETO,
    FactData,
    enter_fact,
    fill_weights,
    lift_fact,
)

__all__ = [
    "ARCHIVED",
    "ARCHIVING",
    "HELD_TARGETS",
    "LEDGER",
    "FactData",
    "LIFTED",
    "NOT_THEIR_VETO",
    "NewTarget",
    "TargetData",
    "after_dealing",
    "after_join",
    "after_lead_move",
    "assign_target",
    "change_target",
    "correct_entry",
    "create_target",
    "enter_fact",
    "fill_weights",
    "lift_fact",
    "move_target",
    "take_back",
]
