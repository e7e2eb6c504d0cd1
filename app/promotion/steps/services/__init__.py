"""Writes of steps: opened on any record, closed, moved, carried on. Never commits."""

from app.promotion.steps.services.closing import (
    BY_CONCLUSION,
    WITH_AGREEMENT,
    close_and_go_on,
    close_step,
    done_or_later,
    move_step,
    note_outcome,
    reopen_by_hand,
    reopen_step,
    why_not_close,
    why_not_here,
    why_not_move,
    why_not_tell,
)
from app.promotion.steps.services.handing_over import (
    HELD_STEPS,
    drop_if_archived,
    drop_work,
    follow,
    give,
    hand_over,
)
from app.promotion.steps.services.opening import CompanyAlone, open_step

__all__ = [
    "BY_CONCLUSION",
    "CompanyAlone",
    "HELD_STEPS",
    "WITH_AGREEMENT",
    "close_and_go_on",
    "close_step",
    "done_or_later",
    "drop_if_archived",
    "drop_work",
    "follow",
    "give",
    "hand_over",
    "move_step",
    "note_outcome",
    "open_step",
    "reopen_by_hand",
    "reopen_step",
    "why_not_close",
    "why_not_here",
    "why_not_move",
    "why_not_tell",
]
