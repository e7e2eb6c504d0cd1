"""A small workbook of tables made here, for A4 across. Lists have their own (`core/records/exporting`)."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Table = Sequence[Sequence[Any]]


def workbook_of(sheets: Mapping[str, Table], held: int = 1) -> bytes:
    """Each sheet by its name: a row of headings, then texts and numbers. Headings and the first `held`
    columns stay in sight. A text is never taken for a formula or an address.
    """
    target = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(target, options) as book:
        head = book.add_format({"bold": True, "bg_color": "#E6EFF8", "bottom": 1, "text_wrap": True})
        for name, table in sheets.items():
            _write(book.add_worksheet(name), head, table, held)
    return target.getvalue()


def _write(sheet: Any, head: Any, table: Table, held: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.freeze_panes(1, held)
    for number, row in enumerate(table):
        for place, value in enumerate(row):
            write = sheet.write_string if isinstance(value, str) else sheet.write_number
            write(number, place, value, *([head] if number == 0 else []))
