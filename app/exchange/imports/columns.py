"""How one file is read: where its headings stand, which column means what, the unit of its amounts. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from app.exchange.imports.enums import AmountUnit
from app.exchange.imports.vocabulary import Vocabulary, folded

_UNITS: Mapping[str, AmountUnit] = {unit.value: unit for unit in AmountUnit}
_ANY_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_DOLLARS = re.compile("美元|美金|港|日元|欧元|英镑|外币|usd|us\\$")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is read: the rows of its headings, the column of each meaning, unit and option.

    `header_row` counts from 1 as a spreadsheet does; `places` counts columns from 0.
    """

    vocabulary: Vocabulary  # of the kind of its rows; kept with the kind, not here
    header_row: int
    headings: tuple[str, ...]
    places: Mapping[str, int] = field(default_factory=dict)
    unit: AmountUnit = AmountUnit.WAN
    unit_named: bool = False  # the file or the user said so; a bare figure is then not doubted
    sheet: str = ""
    header_rows: int = 1  # headings over two or three rows
    unit_from: str = ""  # where the unit stands when not in the heading itself, as a sentence
    unit_doubt: str = ""  # that the file names two units, as a sentence
    separator: str = ""  # of a text file
    sheets: tuple[tuple[str, int, bool], ...] = ()  # every sheet: name, rows that hold anything, hidden
    from_1904: bool = False  # the workbook counts its days from 1904
    options: frozenset[str] = frozenset()  # what was ticked of that which the kind of rows offers

    @property
    def is_complete(self) -> bool:
        return not self.vocabulary.missing(self.places)

    @property
    def last_header_row(self) -> int:
        return self.header_row + self.header_rows - 1

    @property
    def unused(self) -> tuple[str, ...]:
        """The headings of columns that are not read, in the order of the file."""
        used = set(self.places.values())
        return tuple(heading for place, heading in enumerate(self.headings) if heading and place not in used)

    @property
    def headings_to_send(self) -> tuple[str, ...]:
        """The headings for a workbook that comes back: the unit stands in the heading of the amounts, since
        no line above the table and no choice on a page comes back with it.
        """
        place = self.places.get(self.vocabulary.amount)
        if place is None or is_foreign(self.headings[place]) or unit_of(self.headings[place]) is self.unit:
            return self.headings
        word = _ANY_BRACKETS.sub("", self.headings[place]).strip()
        return (*self.headings[:place], f"{word}（{self.unit.label}）", *self.headings[place + 1 :])

    def changed(self, **values: Any) -> "Layout":
        return replace(self, **values)

    def to_json(self) -> dict[str, Any]:
        return {
            "header_row": self.header_row,
            "headings": list(self.headings),
            "places": {str(column): place for column, place in self.places.items()},
            "unit": self.unit.value,
            "unit_named": self.unit_named,
            "sheet": self.sheet,
            "header_rows": self.header_rows,
            "unit_from": self.unit_from,
            "unit_doubt": self.unit_doubt,
            "separator": self.separator,
            "sheets": [list(sheet) for sheet in self.sheets],
            "from_1904": self.from_1904,
            **dict.fromkeys(sorted(self.options), True),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any], vocabulary: Vocabulary) -> "Layout":
        """Also one kept before the last fields came. What is true and no field of its own is an option."""
        own = {each.name for each in fields(cls)}
        return cls(
            vocabulary=vocabulary,
            header_row=kept["header_row"],
            headings=tuple(kept["headings"]),
            places=dict(kept["places"]),
            unit=_UNITS[kept["unit"]],
            unit_named=kept["unit_named"],
            sheet=kept["sheet"],
            header_rows=kept.get("header_rows", 1),
            unit_from=kept.get("unit_from", ""),
            unit_doubt=kept.get("unit_doubt", ""),
            separator=kept.get("separator", ""),
            sheets=tuple((name, rows, hidden) for name, rows, hidden in kept.get("sheets", ())),
            from_1904=kept.get("from_1904", False),
            options=frozenset(name for name, value in kept.items() if value is True and name not in own),
        )


# --- units ---

_BY_LENGTH = (
    ("亿", AmountUnit.YI),
    ("百万", AmountUnit.BAIWAN),
    ("万", AmountUnit.WAN),
    ("千", AmountUnit.QIAN),
)


def is_foreign(heading: str) -> bool:
    """Whether a heading of amounts names a foreign currency."""
    return bool(_DOLLARS.search(folded(heading)))


def unit_of(heading: str) -> AmountUnit | None:
    """The unit that a heading of amounts names; None when it names none, or a foreign one."""
    plain = folded(heading)
    if is_foreign(heading):
        return None
    for word, unit in _BY_LENGTH:
        if word in plain:
            return unit
    if plain.endswith("_wan"):
        return AmountUnit.WAN
    return AmountUnit.YUAN if "元" in plain else None
