"""Writes of events. Never commits."""

from app.promotion.gatherings.services.door import DoorData, answer, check_in, count_try, forget_tries
from app.promotion.gatherings.services.gatherings import (
    ARCHIVING,
    HELD_GATHERINGS,
    GatheringData,
    change_gathering,
    create_gathering,
    must_be_theirs,
)
from app.promotion.gatherings.services.guests import (
    GuestData,
    add_guest,
    add_pasted,
    change_guest,
    mark_came,
    remove_guest,
)
from app.promotion.gatherings.services.signings import SigningData, add_signing, remove_signing

__all__ = [
    "ARCHIVING",
    "HELD_GATHERINGS",
    "DoorData",
    "GatheringData",
    "GuestData",
    "SigningData",
    "add_guest",
    "add_pasted",
    "add_signing",
    "answer",
    "change_gathering",
    "change_guest",
    "check_in",
    "count_try",
    "forget_tries",
    "create_gathering",
    "mark_came",
    "must_be_theirs",
    "remove_guest",
    "remove_signing",
]
