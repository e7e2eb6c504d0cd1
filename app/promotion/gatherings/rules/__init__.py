"""Decisions about events. Pure."""

from app.promotion.gatherings.rules.door import door_code, is_good_code
from app.promotion.gatherings.rules.guests import (
    MOST_GUESTS,
    MOST_PASTED,
    WANTED,
    TypedGuest,
    plain_phone,
    read_guests,
)
from app.promotion.gatherings.rules.times import (
    problems_of_days,
    why_no_door,
    why_no_reply,
)

__all__ = [
    "MOST_GUESTS",
    "MOST_PASTED",
    "WANTED",
    "TypedGuest",
    "door_code",
    "is_good_code",
    "plain_phone",
    "problems_of_days",
    "read_guests",
    "why_no_door",
    "why_no_reply",
]
