"""Writes of placements: what the job proposes, what people decide. Never commits."""

from app.register.placements.services.deciding import (
    change_share,
    confirm,
    confirm_one,
    correct,
    place_by_hand,
    refuse,
    refuse_one,
    take_back,
)
from app.register.placements.services.proposing import CompanyJudged, Outcome, keep_proposed
from app.register.placements.services.running import Begun, advance, begin, end

__all__ = [
    "Begun",
    "CompanyJudged",
    "Outcome",
    "advance",
    "begin",
    "change_share",
    "confirm",
    "confirm_one",
    "correct",
    "end",
    "keep_proposed",
    "place_by_hand",
    "refuse",
    "refuse_one",
    "take_back",
]
