"""A version of the columns of reports."""

from collections.abc import Mapping

from app.core.values.errors import RuleBroken
from app.promotion.team_reports import rules
from app.promotion.team_reports.enums import ReportColumn
from app.promotion.team_reports.models import ReportColumns


def fill_columns(
    row: ReportColumns, places: Mapping[ReportColumn, int], headings: Mapping[ReportColumn, str]
) -> None:
    """Writes onto a version which columns stand where; a place of 0 leaves one out. Raises RuleBroken."""
    if problems := rules.problems_of_columns(dict(places), dict(headings)):
        raise RuleBroken(problems)
    shown = sorted((place, column) for column, place in places.items() if place)
    row.listed = [[column.value, headings[column].strip()] for _place, column in shown]
