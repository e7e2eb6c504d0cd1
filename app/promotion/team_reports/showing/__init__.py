"""From reports to what their list, their page and their files show.

A room beside `views`: it reads nothing that is not handed to it and decides nothing.
"""

from app.promotion.team_reports.showing.rows import (
    COUNTED,
    ReportHeading,
    ReportLine,
    figures_of,
    headings_in,
    headings_of,
    lines_of,
    period_cell,
    sent_cell,
    stands,
    whole_lines_of,
)
from app.promotion.team_reports.showing.word import (
    LISTS,
    ROWS,
    SINGLE,
    as_document,
    default_template,
    faults_of,
)
from app.promotion.team_reports.showing.workbooks import as_workbook

__all__ = [
    "COUNTED",
    "LISTS",
    "ROWS",
    "SINGLE",
    "ReportHeading",
    "ReportLine",
    "as_document",
    "as_workbook",
    "default_template",
    "faults_of",
    "figures_of",
    "headings_in",
    "headings_of",
    "lines_of",
    "period_cell",
    "sent_cell",
    "stands",
    "whole_lines_of",
]
