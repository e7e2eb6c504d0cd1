"""Writes of outings. Never commits."""

from app.promotion.outings.services.outings import (
    ARCHIVING,
    HELD_OUTINGS,
    OutingData,
    change_outing,
    create_outing,
    must_be_theirs,
    write_minutes,
)
from app.promotion.outings.services.stops import StopData, add_stop, change_stop, remove_stop

__all__ = [
    "ARCHIVING",
    "HELD_OUTINGS",
    "OutingData",
    "StopData",
    "add_stop",
    "change_outing",
    "change_stop",
    "create_outing",
    "must_be_theirs",
    "remove_stop",
    "write_minutes",
]
