"""报告的列: which columns a report has, in which order and under which heading, from when on."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint

from app.core.records.configured import serve_configuration
from app.core.records.configuring import Configuration
from app.promotion.team_reports import services
from app.promotion.team_reports.enums import ReportColumn
from app.promotion.team_reports.forms import ReportColumnsForm, heading_field, place_field
from app.promotion.team_reports.models import ReportColumns
from app.register.accounts.enums import Permission

bp = Blueprint("report_columns", __name__)


def _opened(row: ReportColumns) -> Mapping[str, Any]:
    places = {column: place for place, (column, _heading) in enumerate(row.columns, start=1)}
    headings = dict(row.columns)
    found: dict[str, Any] = {}
    for column in ReportColumn:
        found[place_field(column)] = places.get(column, 0)
        found[heading_field(column)] = headings.get(column, column.label)
    return found


def _fill(row: ReportColumns, form: Any, _before: ReportColumns) -> None:
    places = {column: form[place_field(column)].data for column in ReportColumn}
    headings = {column: form[heading_field(column)].data or "" for column in ReportColumn}
    services.fill_columns(row, places, headings)


def _told(row: ReportColumns) -> Mapping[str, str]:
    return {
        f"第 {place} 列": heading if heading == column.label else f"{heading}（{column.label}）"
        for place, (column, heading) in enumerate(row.columns, start=1)
    }


REPORT_COLUMNS = Configuration(
    model=ReportColumns,
    title="周报的列",
    reads=Permission.TEAM_REPORTS_READ,
    writes=Permission.TEAM_REPORTS_SET,
    form=ReportColumnsForm,
    opened=_opened,
    fill=_fill,
    told=_told,
)
serve_configuration(bp, REPORT_COLUMNS)
