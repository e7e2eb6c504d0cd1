"""Decisions about outcomes: which days, what one sum is over another, whose a contract is. Pure."""

from app.figures.outcomes.rules.credit import (
    NOBODY,
    OUTSIDE,
    UNTEAMED,
    Credited,
    FirstMeeting,
    Introduction,
    SignedLead,
    attributed,
    shared_out,
)
from app.figures.outcomes.rules.days import (
    FEW,
    OutcomeDays,
    checked_days,
    each_costs,
    each_yi_costs,
    instant_of,
    spells_of,
    written,
)

__all__ = [
    "FEW",
    "NOBODY",
    "OUTSIDE",
    "UNTEAMED",
    "Credited",
    "FirstMeeting",
    "Introduction",
    "OutcomeDays",
    "SignedLead",
    "attributed",
    "checked_days",
    "each_costs",
    "each_yi_costs",
    "instant_of",
    "shared_out",
    "spells_of",
    "written",
]
