"""Reads of outings, all within what somebody may see."""

from app.promotion.outings.queries.outings import (
    by_text,
    get_outing,
    load,
    naming,
    outings_of_company,
)
from app.promotion.outings.queries.sheets import Briefing, briefings_of, drafted
from app.promotion.outings.queries.stops import ScheduleLine, get_stop, lines_of, stops_of

__all__ = [
    "Briefing",
    "ScheduleLine",
    "briefings_of",
    "by_text",
    "drafted",
    "get_outing",
    "get_stop",
    "lines_of",
    "load",
    "naming",
    "outings_of_company",
    "stops_of",
]
