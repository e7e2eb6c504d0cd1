"""Reads of campaigns, all within what somebody may see."""

from app.promotion.campaigns.queries.campaigns import (
    by_text,
    chain_named,
    chains_to_choose,
    get_campaign,
    in_state,
    load,
    units_named,
    units_to_choose,
)
from app.promotion.campaigns.queries.places import codes_meant, places_written, read_places

__all__ = [
    "by_text",
    "chain_named",
    "chains_to_choose",
    "codes_meant",
    "get_campaign",
    "in_state",
    "load",
    "places_written",
    "read_places",
    "units_named",
    "units_to_choose",
]
