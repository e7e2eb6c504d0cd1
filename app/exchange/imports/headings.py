"""Where the headings of a table stand, over one row or several, what each column means by them, and the unit
that a line above the table gives. Pure.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from app.exchange.imports.columns import Layout, is_foreign, unit_of
from app.exchange.imports.vocabulary import LONGEST_HEADING, PATH, Vocabulary

HEADER_WITHIN = 10  # the header stands in one of the first so many rows
_MOST_HEADING_ROWS = 4
HEADS = HEADER_WITHIN + _MOST_HEADING_ROWS
_A_VALUE = re.compile(r"^[\d\s.,:/%+-]+$|\d{7}|有限(?:责任)?公司")

Row = tuple[int, Sequence[str]]


class MergedCell(NamedTuple):
    """A merged cell: rows count from 1, columns from 0, both ends included."""

    row: int
    column: int
    last_row: int
    last_column: int

    def covers(self, row: int, column: int) -> bool:
        return self.row <= row <= self.last_row and self.column <= column <= self.last_column


def find_layout(
    first_rows: Sequence[Row],
    vocabulary: Vocabulary,
    sheet: str = "",
    *,
    spans: Sequence[MergedCell] = (),
    header_row: int | None = None,
) -> Layout:
    """The best guess from the first rows: those with most known headings, best of all with a name; or from
    the row that somebody named.
    """
    rows = {number: cells for number, cells in first_rows}
    starts = [number for number in rows if number <= HEADER_WITHIN] if header_row is None else [header_row]
    blocks = [block for start in starts for block in _blocks(rows, start, vocabulary)]
    guesses = [_layout_of(block, spans, vocabulary) for block in blocks]
    best = max(
        guesses,
        key=lambda layout: (layout.is_complete, len(layout.places), -layout.header_rows),
        default=Layout(vocabulary, header_row or 1, ()),
    )
    above = [(number, cells) for number, cells in rows.items() if number < best.header_row]
    return _with_unit(best, above, sheet)


def _blocks(rows: Mapping[int, Sequence[str]], start: int, vocabulary: Vocabulary) -> Iterator[list[Row]]:
    """One row and more from here on that may be headings together; all over which that of names is merged."""
    if _names_go_on(rows.get(start - 1, ()), rows.get(start, ()), vocabulary):
        return
    block: list[Row] = []
    for number in range(start, start + _MOST_HEADING_ROWS):
        cells = rows.get(number)
        if cells is None or (block and not _may_go_on(block[-1][1], cells, vocabulary)):
            return
        block = [*block, (number, cells)]
        if not _names_go_on(cells, rows.get(number + 1, ()), vocabulary):
            yield block


def _names_go_on(upper: Sequence[str], lower: Sequence[str], vocabulary: Vocabulary) -> bool:
    pairs = zip(upper, lower, strict=False)
    return any(above == below and vocabulary.names(above) for above, below in pairs)


def _may_go_on(upper: Sequence[str], lower: Sequence[str], vocabulary: Vocabulary) -> bool:
    return _names_go_on(upper, lower, vocabulary) or not any(
        _A_VALUE.search(cell.strip()) for cell in lower if cell
    )


def _layout_of(block: Sequence[Row], spans: Sequence[MergedCell], vocabulary: Vocabulary) -> Layout:
    width = max(len(cells) for _number, cells in block)
    grid = [
        [cells[place].strip() if place < len(cells) else "" for place in range(width)] for _n, cells in block
    ]
    paths = _paths([number for number, _cells in block], grid, spans)
    headings = tuple(PATH.join(path)[:LONGEST_HEADING] for path in paths)
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        meaning = vocabulary.meaning_of(heading)
        if meaning in places:
            meaning = vocabulary.second.get(meaning)
        if meaning:
            places.setdefault(meaning, place)
    is_named_below = len(grid) > 1 and not _name_ends_the_block(grid, places, vocabulary)
    return Layout(
        vocabulary,
        header_row=block[0][0],
        headings=headings,
        places={} if is_named_below else places,
        header_rows=len(block),
    )


def _name_ends_the_block(
    grid: Sequence[Sequence[str]], places: Mapping[str, int], vocabulary: Vocabulary
) -> bool:
    """Below the heading of names nothing else may stand in its column: that would be the first row."""
    place = places.get(vocabulary.naming)
    if place is None:
        return True
    texts = [row[place] for row in grid]
    named = next((at for at, text in enumerate(texts) if vocabulary.names(text)), len(texts) - 1)
    return all(text in {"", texts[named]} for text in texts[named + 1 :])


def _paths(
    numbers: Sequence[int], grid: list[list[str]], spans: Sequence[MergedCell]
) -> list[tuple[str, ...]]:
    """The words over each column from top to bottom, each once."""
    for at in range(len(grid) - 1):
        _spread(numbers[at], grid[at], grid[at + 1 :], spans)
    columns = zip(*grid, strict=True)
    return [tuple(dict.fromkeys(text for text in column if text)) for column in columns]


def _spread(number: int, row: list[str], below: Sequence[Sequence[str]], spans: Sequence[MergedCell]) -> None:
    """A heading merged over several columns stands over each; where nothing is merged, over what has none."""
    merged = [span for span in spans if span.covers(number, span.column)]
    for span in merged:
        for place in range(span.column + 1, min(span.last_column + 1, len(row))):
            row[place] = row[place] or row[span.column]
    if merged:
        return
    for place in range(1, len(row)):
        if not row[place] and any(lower[place] for lower in below):
            row[place] = row[place - 1]


# --- the unit above a table ---

_UNIT = "(?:亿|百万|十万|万|千)?(?:元|美元|美金|港元|港币|欧元|日元|英镑)|亿|万"
_LINE = re.compile(
    r"(?:单位|币种)\s*[:为]?[^。;；]{0,20}?(?:(?<![\u4e00-\u9fff])|(?<=为))(?:人民币)?"
    rf"({_UNIT})(?![\u4e00-\u9fff/])"
)
_BRACKETED = re.compile(rf"[(\[【]\s*(?:人民币)?({_UNIT})\s*[)\]】]")


def _with_unit(layout: Layout, above: Sequence[Row], sheet: str) -> Layout:
    place = layout.places.get(layout.vocabulary.amount)
    if place is None:
        return layout
    heading = layout.headings[place]
    own = unit_of(heading)
    if own or is_foreign(heading):
        return layout.changed(unit=own or layout.unit, unit_named=own is not None)
    named = [(word, f"第 {number} 行") for number, cells in above for word in _units_in(" ".join(cells))]
    named = [(word, "工作表名") for word in _units_in(sheet)] + named
    if not named:
        return layout
    word, where = named[-1]  # the nearest to the table
    others = [f"{there}写着 {other}" for other, there in named if other != word]
    doubt = f"{where}写着单位 {word}，{'、'.join(others)}，按 {word} 读入" if others else ""
    headings = list(layout.headings)
    headings[place] = f"{heading}（{word}）"
    unit = unit_of(headings[place])
    return layout.changed(
        headings=tuple(headings),
        unit=unit or layout.unit,
        unit_named=unit is not None,
        unit_from=f"{where}写着单位 {word}",
        unit_doubt=doubt,
    )


def _units_in(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text)
    found = [match[1] for match in _LINE.finditer(plain)] or [
        match[1] for match in _BRACKETED.finditer(plain)
    ]
    return [word + "元" if word in {"亿", "万"} else word for word in found]
