"""What every kind of file becomes: a table of lines, and what else could have been chosen in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from app.exchange.imports.headings import MergedCell, find_layout
from app.exchange.imports.vocabulary import Vocabulary


class Line(NamedTuple):
    """One row: its number, its cells, by column the row from which a merged cell was filled down, and over
    how many columns its widest cell is merged.
    """

    number: int
    cells: list[str]
    carried: Mapping[int, int] = MappingProxyType({})
    wide: int = 0


@dataclass(frozen=True, slots=True)
class TableOffered:
    """One sheet of a workbook, or one table of a page, and how many rows of it hold anything."""

    name: str
    rows: int
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The lines to keep; `spans` are the merged cells by which headings are read."""

    lines: Iterator[Line]
    name: str = ""
    choices: tuple[TableOffered, ...] = ()
    separator: str = ""
    spans: tuple[MergedCell, ...] = ()
    from_1904: bool = False


def is_blank(cell: str) -> bool:
    return not cell or cell.isspace()


def worth_of(
    lines: Iterable[Line], vocabulary: Vocabulary, spans: Sequence[MergedCell] = ()
) -> tuple[int, ...]:
    """How much the first lines look like a list of what is wanted: more is better."""
    first = [(line.number, line.cells) for line in lines if not all(is_blank(cell) for cell in line.cells)]
    layout = find_layout(first, vocabulary, spans=spans)
    return layout.is_complete, len(layout.places), len(first) > 1


def filled(lines: Iterable[Line], spans: Sequence[MergedCell]) -> Iterator[Line]:
    """A cell merged over rows stands in each of them that holds anything else; the line says whence."""
    tall: dict[int, list[MergedCell]] = {}
    wide: dict[int, int] = {}
    for span in spans:
        if span.last_row > span.row:
            tall.setdefault(span.row, []).append(span)
        else:
            wide[span.row] = max(wide.get(span.row, 0), span.last_column - span.column + 1)
    covers: dict[int, tuple[MergedCell, str]] = {}
    for line in lines:
        carried = _carry(line, covers)
        for span in tall.pop(line.number, ()):
            if span.column < len(line.cells):
                covers[span.column] = (span, line.cells[span.column])
        yield Line(line.number, line.cells, carried, wide.get(line.number, 0))


def _carry(line: Line, covers: dict[int, tuple[MergedCell, str]]) -> dict[int, int]:
    """Fills the cells of a line that a merged cell above covers; returns from which rows."""
    carried: dict[int, int] = {}
    if not covers or all(is_blank(cell) for cell in line.cells):
        return carried
    for column, (span, text) in list(covers.items()):
        if line.number > span.last_row:
            del covers[column]
        elif column < len(line.cells) and is_blank(line.cells[column]) and not is_blank(text):
            line.cells[column], carried[column] = text, span.row
    return carried
