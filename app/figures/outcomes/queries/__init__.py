"""Reads of outcomes: who is compared, what is counted of each, the rows behind a number."""

from app.figures.outcomes.queries.counting import (
    OpenedRows,
    OutcomeRows,
    days_from_contact,
    opened,
    rows_of,
    tallies,
    took,
    wholes,
)
from app.figures.outcomes.queries.groups import Compared, compared_of
from app.figures.outcomes.queries.signings import (
    first_meetings,
    introductions,
    leads_open_to,
    named,
    signings,
)
from app.figures.outcomes.queries.week import WeekSheet, teams_in, week_sheet

__all__ = [
    "Compared",
    "OpenedRows",
    "OutcomeRows",
    "WeekSheet",
    "compared_of",
    "days_from_contact",
    "first_meetings",
    "introductions",
    "leads_open_to",
    "named",
    "opened",
    "rows_of",
    "signings",
    "tallies",
    "teams_in",
    "took",
    "week_sheet",
    "wholes",
]
