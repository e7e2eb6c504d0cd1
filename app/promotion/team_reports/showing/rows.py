"""The rows of a report under their headings, its numbers, how it stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.core.records.columns import Cell
from app.core.values.clock import in_beijing, now
from app.core.values.lights import Light
from app.core.values.money import in_wan
from app.promotion.team_reports.enums import ReportColumn as C
from app.promotion.team_reports.enums import ReportFigure as F
from app.promotion.team_reports.models import ReportColumns, TeamReport, TeamReportRow
from app.promotion.team_reports.rules import light_of
from app.register.enterprises.rules import masked_phone

WAN = "万元"
SUMS = (C.FIXED, C.TOTAL)
UNITS = {C.FIXED: WAN, C.TOTAL: WAN, C.LAND: "亩"}
NUMBERS = frozenset(UNITS)
COUNTED = {
    F.OUTBOUND: "次",
    F.RECEPTIONS: "次",
    F.CALLS: "次",
    F.FIRST_MET: "家",
    F.MET_AGAIN: "家",
    F.LEADS: "条",
    F.TARGETS: "家",
    F.MOVES: "次",
    F.KEPT: "件",
    F.SLIPPED: "件",
}
NAMES = frozenset({C.PROJECT, C.INVESTOR, C.VERDICT})
WIDE = frozenset({C.PROFILE, C.CONTENT, C.PROGRESS})


def period_cell(report: TeamReport) -> str:
    return report.period.words


def stands(report: TeamReport) -> Light:
    return light_of(report.state, report.due_at, report.sent_at, now())


def sent_cell(report: TeamReport) -> Cell:
    if report.sent_at is None:
        return Cell("还没有报")
    tags = ("没有新情况",) if report.is_silent else ()
    return Cell(f"{in_beijing(report.sent_at):%Y-%m-%d %H:%M}", tags=tags)


@dataclass(frozen=True, slots=True)
class ReportHeading:
    """A column of a report: which one, what stands above it, in which unit."""

    column: C
    label: str

    @property
    def unit(self) -> str:
        return UNITS.get(self.column, "")

    @property
    def is_number(self) -> bool:
        return self.column in NUMBERS

    @property
    def is_wide(self) -> bool:
        return self.column in WIDE

    @property
    def is_short(self) -> bool:
        """Never broken on paper."""
        return self.column in (C.PHONE, C.ZONE)

    @property
    def width(self) -> str:
        """As the columns of lists are called."""
        return "name" if self.is_wide or self.column in NAMES else ""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A row as it is shown: what stands under each heading, figures as figures."""

    row: TeamReportRow
    cells: Sequence[str | Decimal]

    @property
    def words(self) -> list[str]:
        return [_written(cell) for cell in self.cells]


def _written(cell: str | Decimal) -> str:
    return f"{cell:,f}" if isinstance(cell, Decimal) else cell


def headings_of(report: TeamReport) -> list[ReportHeading]:
    return [] if report.columns is None else headings_in(report.columns)


def headings_in(columns: ReportColumns) -> list[ReportHeading]:
    """Those of a version of the columns."""
    return [ReportHeading(column, label) for column, label in columns.columns]


def lines_of(report: TeamReport, hidden: Collection[int], *, left_out: bool = False) -> list[ReportLine]:
    """The rows that stand in a report, or those left out of it; but for the hidden ones."""
    return _lines(report, [one.column for one in headings_of(report)], hidden, left_out=left_out)


def whole_lines_of(report: TeamReport, hidden: Collection[int]) -> list[ReportLine]:
    """The rows that stand in a report with the cells of all columns in their order, also of those not shown:
    for templates that ask for others.
    """
    return _lines(report, list(C), hidden)


def _lines(
    report: TeamReport, columns: Sequence[C], hidden: Collection[int], *, left_out: bool = False
) -> list[ReportLine]:
    return [
        ReportLine(row, [_cell(row, column) for column in columns])
        for row in report.rows
        if row.id not in hidden and row.left_out is left_out
    ]


def _cell(row: TeamReportRow, column: C) -> str | Decimal:
    if column is C.PROGRESS:
        return row.progress
    if column in (C.CONTACT, C.PHONE):
        return _of_contact(row, column)
    value: Any = row.cells.get(column.value)
    if value in (None, ""):
        return ""
    if column in SUMS:
        return Decimal(in_wan(value).replace(",", ""))
    return Decimal(value) if column is C.LAND else str(value)


def _of_contact(row: TeamReportRow, column: C) -> str:
    """Whom to call, as the contact is by now; the number masked as everywhere."""
    contact = row.contact
    if contact is None or contact.is_archived or contact.personal is None:
        return ""
    if column is C.PHONE:
        return masked_phone(contact.personal.phone) or ""
    return f"{contact.personal.name}{' ' + contact.post if contact.post else ''}"


def figures_of(report: TeamReport) -> list[tuple[str, int, str]]:
    """Label, number and unit of each."""
    return [(figure.label, report.figure(figure), COUNTED[figure]) for figure in F]
