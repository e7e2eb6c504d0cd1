"""A report as a workbook: the form that offices send, and a sheet with its numbers."""

import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from app.core.values.clock import in_beijing
from app.promotion.team_reports.models import TeamReport
from app.promotion.team_reports.showing.rows import ReportHeading, ReportLine, figures_of

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_TABLE = 4  # row of the headings
_WIDE, _NAME, _NARROW = 36, 22, 12


def moment(at: datetime | None) -> str:
    """2026-11-27 09:40 of Beijing; words while it is not sent."""
    return f"{in_beijing(at):%Y-%m-%d %H:%M}" if at else "还没有报送"


def head_of(report: TeamReport) -> list[tuple[str, str]]:
    """What stands above the table: who reports, who wrote it, when it was sent."""
    return [
        ("填报单位", report.team.name),
        ("填报人", report.author.name),
        ("填报时间", moment(report.sent_at)),
    ]


def as_workbook(report: TeamReport, headings: Sequence[ReportHeading], lines: Sequence[ReportLine]) -> bytes:
    """Texts are texts, sums are figures in 万元, land is in 亩."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        sheet = book.add_worksheet(report.kind.label)
        _head(book, sheet, report, len(headings))
        _table(book, sheet, headings, lines)
        _foot(book, sheet, report, _TABLE + len(lines) + 2)
        _paper(sheet, report)
        _figures(book, report)
    return target.getvalue()


def _head(book: Any, sheet: Any, report: TeamReport, columns: int) -> None:
    title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    sheet.merge_range(0, 0, 0, max(columns, 1), report.name, title)
    sheet.set_row(0, 30)
    told = "　　".join(f"{label}：{words}" for label, words in head_of(report))
    sheet.write_string(1, 0, told)
    sheet.write_string(
        2, 0, f"{report.first_day} 至 {report.last_day}　　单位：万元　　数据截至 {moment(report.drawn_at)}"
    )


def _table(book: Any, sheet: Any, headings: Sequence[ReportHeading], lines: Sequence[ReportLine]) -> None:
    edge = {"border": 1, "valign": "top", "text_wrap": True}
    head = book.add_format({**edge, "bold": True, "bg_color": "#E6EFF8", "align": "center"})
    text = book.add_format(edge)
    figure = book.add_format({**edge, "num_format": "#,##0.##"})
    sheet.write_string(_TABLE, 0, "序号", head)
    sheet.set_column(0, 0, 6)
    for place, one in enumerate(headings, start=1):
        sheet.set_column(place, place, _WIDE if one.is_wide else _NAME if one.width else _NARROW)
        sheet.write_string(_TABLE, place, f"{one.label}（{one.unit}）" if one.unit else one.label, head)
    for number, line in enumerate(lines, start=1):
        sheet.write_number(_TABLE + number, 0, number, text)
        for place, cell in enumerate(line.cells, start=1):
            if isinstance(cell, Decimal):
                sheet.write_number(_TABLE + number, place, cell, figure)
            else:
                sheet.write_string(_TABLE + number, place, cell, text)
    if not lines:
        sheet.write_string(_TABLE + 1, 0, "没有新情况")
    sheet.freeze_panes(_TABLE + 1, 2)
    sheet.repeat_rows(_TABLE)


def _foot(book: Any, sheet: Any, report: TeamReport, row: int) -> None:
    wrapped = book.add_format({"text_wrap": False, "valign": "top"})
    texts = [("文字说明", report.summary), ("没有新情况的原因", report.silent_reason)]
    texts += [(f"补记（{period}）", words) for _key, period, words in report.late]
    for label, words in texts:
        for place, paragraph in enumerate(words.split("\n") if words else []):
            sheet.write_string(row, 0, f"{label}：{paragraph}" if not place else paragraph, wrapped)
            row += 1


def _paper(sheet: Any, report: TeamReport) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    name = report.name.replace("&", "&&")
    sheet.set_footer(f"&L内部资料&C{name}&R第 &P 页，共 &N 页")


def _figures(book: Any, report: TeamReport) -> None:
    sheet = book.add_worksheet("指标")
    bold = book.add_format({"bold": True})
    sheet.set_column(0, 0, 16)
    for place, label in enumerate(("指标", "数", "单位")):
        sheet.write_string(0, place, label, bold)
    for row, (label, number, unit) in enumerate(figures_of(report), start=1):
        sheet.write_string(row, 0, label)
        sheet.write_number(row, 1, number)
        sheet.write_string(row, 2, unit)
