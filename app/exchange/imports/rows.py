"""What the engine and the kinds of rows hand each other: a row as read, the rows that are one record, a row
as judged. A kind keeps more with each in a class of its own. Pure.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.exchange.imports.cells import told, why_empty
from app.exchange.imports.columns import Layout
from app.exchange.imports.enums import Fate, RowVerdict

Row = tuple[int, list[str]]
Bundle = list[Row]  # the rows of one record, in the order of the file
Changes = dict[str, tuple[Any, Any]]  # column of the table -> before, after


@dataclass(slots=True)
class RowReading:
    """One row as understood. `problems` refuse it, `doubts` were guessed and are shown, both by column of the
    file; `values` are those of the table.
    """

    number: int
    cells: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)


def cells_of(row: Sequence[str], layout: Layout) -> tuple[dict[str, str], dict[str, str]]:
    """(what the cells of a row say by column, which hold something in place of text, and what)."""
    cells = {
        column: text
        for column, place in layout.places.items()
        if place < len(row) and row[place] and (text := told(row[place]))
    }
    empty = {column: why for column, text in cells.items() if (why := why_empty(text))}
    for column in empty:
        del cells[column]
    return cells, empty


# --- rows that are one record ---


@dataclass(slots=True)
class Folds:
    """How the rows of a file belong together, by the numbers of the rows."""

    total: int = 0
    leaders: dict[int, int] = field(default_factory=dict)  # a later row -> the first row of its record

    def bundles(self, read: Callable[[], Iterator[Row]]) -> Iterator[Bundle]:
        """The rows record by record, each where its first row stands. `read` starts from the top of the
        file; only the later rows of a record are held in memory.
        """
        later: defaultdict[int, Bundle] = defaultdict(list)
        if self.leaders:
            for row in read():
                if row[0] in self.leaders:
                    later[self.leaders[row[0]]].append(row)
        for row in read():
            if row[0] not in self.leaders:
                yield [row, *later.pop(row[0], ())]


def each_alone(rows: Iterable[Row], _layout: Layout) -> Folds:
    """Of a kind whose every row is a record."""
    return Folds(sum(1 for _row in rows))


@dataclass(frozen=True, slots=True)
class Later:
    """A row that is one record with an earlier one; whether it `brought` anything of its own."""

    reading: RowReading
    brought: bool


@dataclass(slots=True)  # not frozen, as Judged
class Folded:
    """One record of the file: its first readable row, into which the later ones are folded."""

    reading: RowReading
    later: tuple[Later, ...] = ()


def unfolded(readings: Iterable[RowReading]) -> list[Folded]:
    """Of a kind whose every row is a record."""
    return [Folded(reading) for reading in readings]


def verdict_of_later(first: RowVerdict, *, brought: bool) -> RowVerdict:
    """What becomes of a later row: it waits with the first, or is written with it if it adds something."""
    if first in {RowVerdict.DUPLICATE, RowVerdict.ERROR}:
        return RowVerdict.DUPLICATE
    is_written = brought and first in {RowVerdict.NEW, RowVerdict.UPDATE}
    return RowVerdict.UPDATE if is_written else RowVerdict.UNCHANGED


# --- a row against the library ---


class Remembering(Protocol):
    """What a kind keeps of the rows before this one in the same file."""

    def remember(self, row: Any, /) -> None:
        """A record of the file (`Folded`) that was read before."""


class Forgetful:
    """Of a kind whose rows say nothing of each other."""

    def remember(self, row: Any, /) -> None:
        """Nothing is kept."""


def forget(_folds: Folds) -> Remembering:
    return Forgetful()


class Match(Protocol):
    """A record of the library that a row concerns."""

    @property
    def id(self) -> int: ...


@dataclass(slots=True)  # not frozen, which sets each field in a call of its own: one for every row
class Judged:
    """One row with its verdict. `match` is the record it concerns, `reason` says why it is suspected,
    `candidates` are those which 更新 may mean. A row that is one record with an earlier one `follows`
    it: that row's number.
    """

    reading: RowReading
    verdict: RowVerdict
    match: Match | None = None
    reason: str = ""
    changes: Changes = field(default_factory=dict)
    candidates: tuple[int, ...] = ()
    follows: int | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether the row is written, or may be, with something that was guessed or not understood."""
        return bool(self.reading.doubts) and self.verdict is not RowVerdict.ERROR


# --- what an undo finds ---


@dataclass(frozen=True, slots=True)
class Assessed:
    """One record that an import wrote to, with what an undo does with it; `why` says why it is kept, `trace`
    is what its kind needs in order to do it.
    """

    public_id: str
    name: str
    is_created: bool
    fate: Fate
    why: str = ""
    trace: Any = None
