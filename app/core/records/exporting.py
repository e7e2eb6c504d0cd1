"""A declared list as a file: exactly the rows that its conditions find, with who took them and what for.

What a row says is what stands in the list, so that nothing leaves as a file that is masked on the page.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import xlsxwriter
from flask import Response, render_template, send_file, url_for
from wtforms.validators import InputRequired

from app.core.access.auth import Actor, require_actor
from app.core.records import listed
from app.core.records.columns import Cell, ListColumn
from app.core.records.listing import Listing
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import Subject
from app.core.values.clock import in_beijing, now
from app.core.values.enums import LabelledEnum
from app.core.values.errors import RuleBroken
from app.core.web import pages
from app.core.web.budgets import HOUR, Budget, declare, spend
from app.core.web.forms import BaseForm, Radios, line_field

MOST = 5000  # rows of one file
EXPORTS = declare(Budget("exports", "导出", "次", HOUR, 30))
_LONGEST_CELL = 32_767  # characters that a cell of a workbook holds
_WIDTHS = {"narrow": 8, "date": 12, "light": 14, "money": 14, "name": 30, "wide": 50}
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
# What a spreadsheet takes for a formula at the beginning of a cell of a text file, also behind blanks.
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


class FileFormat(LabelledEnum):
    """The files a list can be taken along as."""

    XLSX = "xlsx", "Excel 工作簿"
    CSV = "csv", "CSV 文本"


class ExportForm(BaseForm):
    """Which file, and what for."""

    format = Radios(
        "格式",
        [InputRequired("请选一种格式")],
        choices=FileFormat.choices(),
        default=FileFormat.XLSX.value,
    )
    purpose = line_field("用途", 100, required="请写导出做什么用", hint="例如 十月调度会材料。记入审计")


@dataclass(frozen=True, slots=True)
class ExportedList:
    """A list as it leaves: its columns, what stands in them, what it is and for what, who took it when."""

    title: str
    columns: Sequence[ListColumn]
    rows: Sequence[Sequence[Cell | date]]
    conditions: str
    basis: str  # of its sums: 招商口径
    purpose: str
    by: Actor
    at: datetime  # in Beijing

    @property
    def headings(self) -> list[str]:
        return [f"{one.label}（{one.unit}）" if one.unit else one.label for one in self.columns]

    @property
    def told(self) -> list[tuple[str, str]]:
        """What stands beside the rows: what they are, who took them."""
        return [
            ("名单", self.title),
            ("条件", self.conditions),
            ("行数", f"{len(self.rows):,}，{self.by.name} 本人可见"),
            *([("合计口径", self.basis)] if self.basis else []),
            ("用途", self.purpose),
            ("导出", f"{self.by.unit_name} {self.by.name}，{self.at:%Y-%m-%d %H:%M}"),
            ("提醒", "内部资料，不得外传，用完删除"),
        ]


def ask(listing: Listing[Any]) -> str:
    """The page before the file."""
    return _asking(listing, ExportForm(formdata=None))


def answer(listing: Listing[Any]) -> Response | tuple[str, int]:
    """The file; what was asked for wrongly stands on the form again."""
    form, made = ExportForm(), list[ExportedList]()
    if not pages.took(form, lambda: made.append(_take(listing, form.purpose.data or ""))):
        return _asking(listing, form), 422
    taken, kind = made[0], FileFormat(form.format.data)
    spend(pages.ROWS_TAKEN, len(taken.rows))
    of_file = f"导出「{taken.title}」{len(taken.rows)} 条（{kind.label}）"
    summary = f"{of_file}，用途：{taken.purpose}，条件：{taken.conditions}"
    audit.record_look(f"{listing.kind}.export", Subject(listing.kind, ""), summary)
    name = f"{taken.title} {taken.at:%Y%m%d-%H%M} {taken.by.name}.{kind.value}"
    write, mimetype = _WRITERS[kind]
    return send_file(io.BytesIO(write(taken)), mimetype=mimetype, as_attachment=True, download_name=name)


def _asking(listing: Listing[Any], form: ExportForm) -> str:
    actor, asked = require_actor(), listed.read_asked(listing)
    columns = [one.label for one in listed.columns_on_paper(listing, asked, actor)]
    return render_template(
        "layouts/export.html",
        listing=listing,
        form=form,
        found=listing.count(asked, actor),
        most=MOST,
        counted=listed.counted(listing, asked, actor),
        chips=listed.chips(listing, asked),
        columns=columns,
        back_url=url_for(listing.endpoint, **pages.asked_again("page")),
    )


def _take(listing: Listing[Any], purpose: str) -> ExportedList:
    """All that the file says, in words; raises RuleBroken when it is too much or nothing."""
    actor, asked = require_actor(), listed.read_asked(listing)
    found = listing.count(asked, actor)
    if found.number > MOST:
        raise RuleBroken(
            {"": f"一共 {found} {listing.counter}，一个文件最多 {MOST:,} 行。请回到列表加条件，分几次导出"}
        )
    if not found.number:
        raise RuleBroken({"": f"没有符合条件的{listing.noun}，请回到列表换条件"})
    sort = pages.read_sort(listing.sorts, listing.sorted_by)
    page = listing.page(asked, actor, sort=sort, size=MOST, found=found)
    columns = listed.columns_on_paper(listing, asked, actor)
    rows = [[_said(one, row) for one in columns] for row in listing.shown(page.rows)]
    conditions, basis = listed.in_words(listing, asked, actor), listing.sum.words if listing.sum else ""
    db.session.rollback()  # what was read is in words by now
    return ExportedList(listing.title, columns, rows, conditions, basis, purpose, actor, in_beijing(now()))


def _said(column: ListColumn, row: Any) -> Cell | date:
    said = column.paper(row) if column.paper else column.cell(row)
    if isinstance(said, Cell | date):
        return said
    return Cell("" if said is None else said)


# --- workbooks ---


def as_workbook(taken: ExportedList) -> bytes:
    """One sheet of rows, one on what they are. Texts are texts, figures are figures in the unit of their
    heading, days are days.
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        _write_rows(book, taken)
        about = book.add_worksheet("说明")
        about.set_column(0, 0, 10)
        about.set_column(1, 1, 80, book.add_format({"text_wrap": True}))
        for number, (label, words) in enumerate(taken.told):
            about.write_string(number, 0, label)
            about.write_string(number, 1, words)
    return target.getvalue()


def _write_rows(book: Any, taken: ExportedList) -> None:
    sheet = book.add_worksheet(taken.title[:31])
    head = book.add_format({"bold": True, "bg_color": "#E6EFF8", "bottom": 1, "text_wrap": True})
    for place, (column, heading) in enumerate(zip(taken.columns, taken.headings, strict=True)):
        sheet.set_column(place, place, _WIDTHS.get(column.width, 14))
        sheet.write_string(0, place, heading, head)
    formats = _Formats(book)
    for number, cells in enumerate(taken.rows, start=1):
        for place, (column, cell) in enumerate(zip(taken.columns, cells, strict=True)):
            _write(sheet, (number, place), column, cell, formats)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(taken.rows), len(taken.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    who = f"{taken.by.name} {taken.at:%Y-%m-%d %H:%M}".replace("&", "&&")
    sheet.set_footer(f"&L内部资料&C{who}&R第 &P 页，共 &N 页")


class _Formats:
    """How figures look: with as many decimals as they have, and their tags behind them."""

    def __init__(self, book: Any) -> None:
        self._book, self._made = book, dict[str, Any]()

    def of(self, pattern: str) -> Any:
        return self._made.setdefault(pattern, self._book.add_format({"num_format": pattern}))

    def of_figure(self, figure: Decimal, tags: Sequence[str]) -> Any:
        pattern = "#,##0" if figure == int(figure) else "#,##0.00##"
        return self.of(f'{pattern}"（{"、".join(tags)}）"' if tags else pattern)


def _write(sheet: Any, at: tuple[int, int], column: ListColumn, cell: Cell | date, formats: _Formats) -> None:
    if isinstance(cell, date):
        sheet.write_datetime(*at, cell, formats.of("yyyy-mm-dd"))
        return
    figure = figure_of(column, cell)
    if figure is not None:
        sheet.write_number(*at, figure, formats.of_figure(figure, cell.tags))
    elif words := str(cell):
        sheet.write_string(*at, words[:_LONGEST_CELL])


def figure_of(column: ListColumn, cell: Cell) -> Decimal | None:
    """The figure of a cell, where it is one, in the unit of its column."""
    if not column.is_number or cell.is_bare:
        return None
    try:
        return Decimal(cell.words.replace(",", ""))
    except InvalidOperation:
        return None


# --- text files ---


def as_text(taken: ExportedList) -> bytes:
    """Rows of texts with a mark that Excel knows as UTF-8; no text begins like a formula."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([harmless(words) for words in taken.headings])
    for cells in taken.rows:
        writer.writerow([_in_text(*pair) for pair in zip(taken.columns, cells, strict=True)])
    return target.getvalue().encode("utf-8-sig")


def _in_text(column: ListColumn, cell: Cell | date) -> str:
    if isinstance(cell, Cell) and not cell.tags and (figure := figure_of(column, cell)) is not None:
        return str(figure)
    return harmless(str(cell))


def harmless(words: str) -> str:
    """A text that no spreadsheet computes: an apostrophe goes before what begins like a formula."""
    return f"'{words}" if words.lstrip().startswith(_BEGINS_A_FORMULA) else words


_WRITERS: dict[FileFormat, tuple[Callable[[ExportedList], bytes], str]] = {
    FileFormat.XLSX: (as_workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    FileFormat.CSV: (as_text, "text/csv; charset=utf-8"),
}
