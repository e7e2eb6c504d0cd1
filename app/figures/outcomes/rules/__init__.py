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
from app.figures.outcomes.rules.week import WorkWeek, days_over, result_of, week_around

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
    "WorkWeek",
    "attributed",
    "checked_days",
    "days_over",
    "each_costs",
    "each_yi_costs",
    "instant_of",
    "result_of",
    "shared_out",
    "spells_of",
    "week_around",
    "written",
]
