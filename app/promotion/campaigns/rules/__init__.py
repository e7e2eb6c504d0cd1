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
    MOST_COMPANIES,
    MOST_PASTED,
    MOST_STOPS,
    IntroducerShare,
    Log,
    LogKind,
    Reached,
    moved,
    problem_of_mark,
    problem_of_stop,
    problems_of_shares,
    reached,
)

__all__ = [
    "DETAILS",
    "FULL",
    "Log",
    "LogKind",
    "MOST_COMPANIES",
    "MOST_PASTED",
    "MOST_REGIONS",
    "MOST_STOPS",
    "Reached",
    "IntroducerShare",
    "light_of",
    "moved",
    "problem_of_mark",
    "problem_of_stop",
    "problems_of_days",
    "problems_of_details",
    "problems_of_shares",
    "reached",
    "state_of",
]
