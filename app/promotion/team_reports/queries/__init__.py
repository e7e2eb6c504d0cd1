"""Reads of reports of resident teams, and of the logs that they are drafted from."""

from app.promotion.team_reports.queries.cells import cells_of
from app.promotion.team_reports.queries.logs import logs_for
from app.promotion.team_reports.queries.reports import (
    by_text,
    columns_on,
    get_report,
    get_row,
    hidden_rows,
    is_late,
    load,
    naming,
    of_my_team,
    report_of,
    sent_before,
    silent_before,
)
from app.promotion.team_reports.queries.templates import (
    FILE_KIND,
    own_template,
    template_may_be_read,
    templates_set,
)
from app.promotion.team_reports.queries.weeks import (
    due_at,
    read_period,
    side_by_side,
    teams_at_work,
    teams_written_by,
    to_decide,
    waiting_for,
)

__all__ = [
    "FILE_KIND",
    "by_text",
    "cells_of",
    "columns_on",
    "due_at",
    "get_report",
    "get_row",
    "hidden_rows",
    "is_late",
    "load",
    "logs_for",
    "naming",
    "of_my_team",
    "own_template",
    "read_period",
    "report_of",
    "sent_before",
    "side_by_side",
    "silent_before",
    "teams_at_work",
    "teams_written_by",
    "template_may_be_read",
    "templates_set",
    "to_decide",
    "waiting_for",
]
