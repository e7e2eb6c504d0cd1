"""Decisions about campaigns and their companies. Pure."""

from app.promotion.campaigns.rules.campaigns import (
    DETAILS,
    MOST_REGIONS,
    light_of,
    problems_of_days,
    problems_of_details,
    state_of,
)
from app.promotion.campaigns.rules.companies import (
    FULL,
    HEADINGS,
    MOST_COMPANIES,
    MOST_PASTED,
    IntroducerShare,
    Log,
    LogKind,
    Reached,
    problem_of_mark,
    problems_of_shares,
    reached,
)
from app.promotion.campaigns.rules.routes import (
    MOST_STOPS,
    by_city,
    moved,
    problem_of_stop,
    problems_of_stops,
)

__all__ = [
    "DETAILS",
    "FULL",
    "HEADINGS",
    "Log",
    "LogKind",
    "MOST_COMPANIES",
    "MOST_PASTED",
    "MOST_REGIONS",
    "MOST_STOPS",
    "Reached",
    "IntroducerShare",
    "by_city",
    "light_of",
    "moved",
    "problem_of_mark",
    "problem_of_stop",
    "problems_of_days",
    "problems_of_details",
    "problems_of_shares",
    "problems_of_stops",
    "reached",
    "state_of",
]
