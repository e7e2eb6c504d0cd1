"""The sheets of a workbook: which there are, which one is read, its rows as text."""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from app.exchange.imports.child.archive import check_archive, counts_from_1904
from app.exchange.imports.child.bounds import DAMAGED, EMPTY, Refused
from app.exchange.imports.child.patching import with_words
from app.exchange.imports.child.tables import Line, Table, TableOffered, filled, worth_of
from app.exchange.imports.headings import HEADS, MergedCell
from app.exchange.imports.vocabulary import Vocabulary

_PATCHED = "patched.xlsx"


def workbook_table(path: Path, folder: Path, wanted: str, vocabulary: Vocabulary) -> Table:
    """The wanted sheet, else the visible one whose first rows say most. Raises Refused."""
    check_archive(path)
    try:
        told = with_words(path, folder, percentages=vocabulary.percentages)
        book = CalamineWorkbook.from_path(str(told))
        return replace(_table(book, wanted, vocabulary), from_1904=counts_from_1904(path))
    except PasswordError as error:
        raise Refused("文件设了打开密码。去掉密码再传") from error
    except (CalamineError, OSError, ValueError) as error:
        raise Refused(DAMAGED) from error
    finally:
        (folder / _PATCHED).unlink(missing_ok=True)


def _table(book: CalamineWorkbook, wanted: str, vocabulary: Vocabulary) -> Table:
    abouts = [about for about in book.sheets_metadata if about.typ is SheetTypeEnum.WorkSheet]
    choices: list[TableOffered] = []
    best: tuple[tuple[int, ...], CalamineSheet] | None = None
    for about in abouts:
        sheet = _opened(book, about)
        choices.append(_choice(about, sheet))
        if sheet is None or (wanted and about.name != wanted) or not choices[-1].rows:
            continue
        worth = (
            about.visible is SheetVisibleEnum.Visible,
            *worth_of(islice(_texts(sheet), HEADS), vocabulary, _spans(sheet)),
        )
        if best is None or worth > best[0]:
            best = (worth, sheet)
    if best is None:
        raise Refused(_why_none(choices, wanted))
    sheet = best[1]
    spans = _spans(sheet)
    return Table(filled(_texts(sheet), spans), sheet.name, tuple(choices), spans=spans)


def _why_none(choices: list[TableOffered], wanted: str) -> str:
    names = "、".join(f"「{choice.name}」" for choice in choices[:20])
    if not wanted:
        return EMPTY
    if wanted in {choice.name for choice in choices}:
        return f"工作表「{wanted}」里没有内容。文件里有{names}"
    return f"没有叫「{wanted[:40]}」的工作表。文件里有{names}"


def _opened(book: CalamineWorkbook, about: SheetMetadata) -> CalamineSheet | None:
    """None for a sheet that cannot be read: the others still can."""
    try:
        return book.get_sheet_by_name(about.name)
    except CalamineError:
        return None


def _choice(about: SheetMetadata, sheet: CalamineSheet | None) -> TableOffered:
    rows = 0 if sheet is None else sum(any(cell != "" for cell in row) for row in sheet.iter_rows())
    return TableOffered(about.name, rows, is_hidden=about.visible is not SheetVisibleEnum.Visible)


def _texts(sheet: CalamineSheet) -> Iterator[Line]:
    before = [""] * (sheet.start[1] if sheet.start else 0)  # rows begin with the first used column
    for number, row in enumerate(sheet.iter_rows(), start=1):
        yield Line(number, [*before, *(as_text(cell) for cell in row)])


def _spans(sheet: CalamineSheet) -> tuple[MergedCell, ...]:
    return tuple(
        MergedCell(top + 1, left, bottom + 1, right)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )


def as_text(cell: Any) -> str:
    """A cell as people saw it: whole numbers without .0, dates as 2026-09-02, long numbers as 9.13E+17."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return _number_as_text(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def _number_as_text(number: float) -> str:
    # From 15 digits on a spreadsheet has lost the last ones; scientific notation says so.
    if abs(number) >= 1e15 or math.isnan(number):
        return f"{number:.5E}"
    if number.is_integer():
        return str(int(number))
    return f"{number:.10f}".rstrip("0").rstrip(".")
