"""Workbooks that leave the product: the template, and the user's own rows with what is wrong with them.

Every cell is written as text: a name that begins with = must not become a formula.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import xlsxwriter

from app.exchange.imports.enums import AmountUnit
from app.exchange.imports.targets import EXAMPLE, Target

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": False,
}
_LONGEST_TEXT = 32_767  # characters a cell can hold
_FILLED_BY_HAND = 2000  # rows of the template that get drop-downs


def write_template(target: Target, stream: Any) -> None:
    """The file to fill in: headings, one example row, drop-downs, and a sheet of notes."""
    columns, labels = target.template, target.labels
    with xlsxwriter.Workbook(stream, {**_OPTIONS, "in_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": "#E6EFF8", "border": 1})
        grey = book.add_format({"font_color": "#616B77", "num_format": "@"})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(target.noun)
        for place, (column, sample) in enumerate(columns.items()):
            sheet.set_column(place, place, sample.width, text)
            sheet.write_string(0, place, _heading(target, column), head)
            sheet.write_string(1, place, sample.example, grey)
            if sample.choices:
                offered = {"validate": "list", "source": list(sample.choices)}
                sheet.data_validation(1, place, _FILLED_BY_HAND, place, offered)
        sheet.freeze_panes(1, 1)
        notes = book.add_worksheet("填写说明")
        notes.set_column(0, 0, 20)
        notes.set_column(1, 1, 60)
        for row, (column, sample) in enumerate(columns.items()):
            notes.write_string(row, 0, labels[column], head)
            notes.write_string(row, 1, sample.note)
        named = labels[target.naming]
        notes.write_string(
            len(columns) + 1, 0, f"第 2 行是示例，{named}以「{EXAMPLE}」开头的行不导入。列可以增减、换位置。"
        )


def _heading(target: Target, column: str) -> str:
    label = target.labels[column]
    return f"{label}（{AmountUnit.WAN.label}）" if column == target.vocabulary.amount else label


class ProblemSheet(Enum):
    """The sheets of the workbook of problems, in their order: name, heading of its last column."""

    LEFT = "没有写入的行", "问题和改法"
    DOUBTED = "照常写入，请核对", "怎么读的"
    ASIDE = "没有当作", "怎么读的"  # with what they are not


Told = tuple[ProblemSheet, str, Sequence[str]]  # where it belongs, a sentence, cells of the user's file


def write_problems(
    target: Path, headings: Sequence[str], rows: Iterable[Told], *, with_asides: bool, noun: str
) -> None:
    """The user's own rows, each with its problem in a last column: first those that were not written, which
    can be put right and sent again, then those that were written and want a look, then those that were not
    taken for records, where there are any. All in one look over the file.
    """
    with xlsxwriter.Workbook(str(target), {**_OPTIONS, "constant_memory": True}) as book:
        red = book.add_format({"font_color": "#B42318"})
        sheets = {
            kind: _sheet(book, name + noun if kind is ProblemSheet.ASIDE else name, last, headings)
            for kind, (name, last) in ((kind, kind.value) for kind in ProblemSheet)
            if with_asides or kind is not ProblemSheet.ASIDE
        }
        written = Counter[ProblemSheet]()
        for kind, sentence, cells in rows:
            written[kind] += 1
            _write_row(sheets[kind], written[kind], cells, sentence, red, len(headings))


def _sheet(book: xlsxwriter.Workbook, name: str, last: str, headings: Sequence[str]) -> Any:
    head = book.add_format({"bold": True})
    sheet = book.add_worksheet(name)
    sheet.set_column(len(headings), len(headings), 60)
    for place, heading in enumerate([*headings, last]):
        sheet.write_string(0, place, heading, head)
    return sheet


def _write_row(sheet: Any, number: int, cells: Sequence[str], sentence: str, look: Any, width: int) -> None:
    for place, cell in enumerate(cells[:width]):
        sheet.write_string(number, place, cell[:_LONGEST_TEXT])
    sheet.write_string(number, width, sentence[:_LONGEST_TEXT], look)
