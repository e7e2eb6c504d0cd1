"""Decisions on reports of resident teams: periods and deadlines, what is drafted, what may be done. Pure."""

from app.promotion.team_reports.rules.drafting import (
    DraftedRow,
    StepOutcome,
    TeamLog,
    figures_of,
    late_keys,
    rows_of,
)
from app.promotion.team_reports.rules.periods import DUE_DAYS, DUE_HOUR, DUE_WEEKDAY, ReportPeriod
from app.promotion.team_reports.rules.stating import (
    MOST_COLUMNS,
    OPEN,
    SHIPPED,
    SILENT_WEEKS,
    WHY_SILENT,
    light_of,
    must_say_why,
    problems_of_columns,
)

__all__ = [
    "DUE_DAYS",
    "DUE_HOUR",
    "DUE_WEEKDAY",
    "DraftedRow",
    "MOST_COLUMNS",
    "OPEN",
    "ReportPeriod",
    "SHIPPED",
    "SILENT_WEEKS",
    "StepOutcome",
    "TeamLog",
    "WHY_SILENT",
    "figures_of",
    "late_keys",
    "light_of",
    "must_say_why",
    "problems_of_columns",
    "rows_of",
]
