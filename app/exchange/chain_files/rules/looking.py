"""One look over the tables of a file: what is wrong in which row, and what every table has of cells. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from app.core.values.clean import in_half_width
from app.exchange.chain_files.rules.tables import COLUMNS, Cells, ChainSheet, SheetColumn, Tables, most_of

MOST_PROBLEMS = 200  # told at once
_DAY = re.compile(r"(?P<y>[0-9]{4})[-/.年](?P<m>[0-9]{1,2})[-/.月](?P<d>[0-9]{1,2})日?")
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")  # of a spreadsheet whose cell has lost its format


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one row of one table."""

    sheet: ChainSheet
    number: int
    sentence: str

    def __str__(self) -> str:
        return f"「{self.sheet.label}」第 {self.number} 行：{self.sentence}"


@dataclass(slots=True, kw_only=True)
class Look:
    """One look over some tables of a file, and what it finds wrong."""

    tables: Tables
    today: date
    problems: list[Problem] = field(default_factory=list)

    def _say(self, sheet: ChainSheet, number: int, sentence: str) -> None:
        self.problems.append(Problem(sheet, number, sentence))

    def _rows(self, sheet: ChainSheet) -> Iterator[tuple[int, Cells]]:
        """The rows of a table in which all cells may stand as they are; what may not is said."""
        rows = self.tables.get(sheet, ())
        most = most_of(sheet)
        if len(rows) > most:
            self._say(sheet, rows[most][0], f"最多 {most} 行，后面的没有读")
        for number, cells in rows[:most]:
            for name, column in COLUMNS[sheet].items():
                self._check(sheet, number, column, cells.get(name))
            yield number, cells

    def _check(self, sheet: ChainSheet, number: int, column: SheetColumn, told: str | None) -> None:
        text = told or ""
        if column.required and not text:
            self._say(sheet, number, f"没有写{column.label}")
        if column.always and told is None:
            self._say(sheet, number, f"没有{column.label}这一项，不知道就留空")
        if len(text) > column.longest:
            self._say(sheet, number, f"{column.label}最多 {column.longest} 个字")
        if column.choices and text and text not in column.choices:
            self._say(
                sheet, number, f"{column.label}写成了「{text[:20]}」，只能是 {'、'.join(column.choices)}"
            )

    def _count(self, sheet: ChainSheet, number: int, label: str, text: str, within: range) -> int | None:
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) < 5 and int(text) in within:
            return int(text)
        self._say(sheet, number, f"{label}写成了「{text[:20]}」，要写 {within[0]} 到 {within[-1]} 之间的整数")
        return None

    def _day(self, sheet: ChainSheet, number: int, name: str, cells: Cells) -> date | None:
        """The day in a cell: 2026-03-31, 2026/3/31, 2026年3月31日. None where it is blank, and where none
        can be read, which is said.
        """
        text, label = cells.get(name, ""), COLUMNS[sheet][name].label
        day = day_in(text)
        if text and day is None:
            lost = "这是表格软件的日期序号，把这一格设成日期格式，或者" if _SERIAL.fullmatch(text) else ""
            self._say(sheet, number, f"{label}写成了「{text[:20]}」，{lost}要写成 2026-03-31 这样")
        return day


def day_in(text: str) -> date | None:
    """The day that a text says whole, in one of the ways in which people write it."""
    found = _DAY.fullmatch(in_half_width(text))
    try:
        return date(*(int(part) for part in found.group("y", "m", "d"))) if found else None
    except ValueError:
        return None
