"""Reads of events, all within what somebody may see."""

from app.promotion.gatherings.queries.figures import GatheringAsked, guests_counted, shown_guests
from app.promotion.gatherings.queries.gatherings import (
    by_text,
    get_gathering,
    get_open_gathering,
    load,
    naming,
    of_company,
)
from app.promotion.gatherings.queries.guests import (
    count_guests,
    get_guest,
    get_invited,
    get_signing,
    guest_at_door,
    guests_of,
    lead_named,
    leads_seen,
    phones_of,
    signings_of,
    tries_since,
)

__all__ = [
    "GatheringAsked",
    "by_text",
    "count_guests",
    "get_gathering",
    "get_guest",
    "get_invited",
    "get_open_gathering",
    "get_signing",
    "guest_at_door",
    "guests_counted",
    "guests_of",
    "lead_named",
    "leads_seen",
    "load",
    "naming",
    "of_company",
    "phones_of",
    "shown_guests",
    "signings_of",
    "tries_since",
]
