"""What one kind of row says of itself, so that its tables can be imported: a `Target`.

The engine knows files, headings, cells, batches, decisions and pages; of what a row means it asks the target.
A kind is declared in rooms of its own above the engine and joined to `TARGETS` by feature.py.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import Select

from app.core.access.auth import Actor
from app.core.values.errors import NotFound
from app.core.values.registries import Registry
from app.exchange.imports.columns import Layout
from app.exchange.imports.models import ImportBatch
from app.exchange.imports.rows import (
    Assessed,
    Folded,
    Folds,
    Judged,
    Remembering,
    Row,
    RowReading,
    each_alone,
    forget,
    unfolded,
)
from app.exchange.imports.vocabulary import Vocabulary

EXAMPLE = "示例："  # how what a row is called begins in the template's second row

# --- columns ---


@dataclass(frozen=True, slots=True)
class Sample:
    """A column of the template: its width, an example, what to write there, words to choose from."""

    width: int
    example: str = ""
    note: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column of the user's file may mean."""

    code: str
    label: str
    is_shown: bool = False  # rows are recognised by it: the page shows it where the file has it
    is_personal: bool = False  # the page never shows it


@dataclass(frozen=True, slots=True)
class Switch:
    """A question of the page 对应列 that is answered by yes or no; the layout has its code in `options`."""

    code: str
    label: str
    hint: str = ""


# --- what is done with a row ---


@dataclass(frozen=True, slots=True)
class Reads:
    """How rows are read. `book` is asked once for each look over a file, outside of all writing; the others
    are pure. `fold` looks over all rows of a file before any is judged and says which are one record, `join`
    makes records of the rows that it put together.
    """

    row: Callable[[int, Sequence[str], Layout, Any, date], RowReading]
    book: Callable[[], Any] = lambda: None
    fold: Callable[[Iterable[Row], Layout], Folds] = each_alone
    join: Callable[[Iterable[Any]], Sequence[Folded]] = unfolded


@dataclass(frozen=True, slots=True)
class Judges:
    """What a row is to the library. `look_up` finds by indexed keys what stands there for some records, and
    locks it on demand; `judge` is pure: one record against what was found and what came before it in the
    file.
    """

    look_up: Callable[[Sequence[Any], bool], Any]
    judge: Callable[[Any, Any, Any], Judged]
    seen: Callable[[Any], Remembering] = forget  # anew for each run over these folds


@dataclass(frozen=True, slots=True)
class Stamp:
    """For whom and by which import something is written; `mark` is what its events say."""

    batch_id: int
    author_id: int | None
    mark: str


class Writes(Protocol):
    """The writer of one run, by the bulk writer alone. It never commits."""

    def insert(self, rows: Sequence[Any], /) -> None:
        """New records."""

    def update(self, rows: Sequence[Any], found: Any, /) -> None:
        """Changes of records that were found."""

    def create_anyway(self, one: Any, /) -> Judged:
        """A suspected row of which somebody decided 另建, as it came out."""

    def update_anyway(self, one: Any, match_id: int | None, /) -> Judged:
        """A suspected row of which somebody decided 更新, and of which record, as it came out."""


@dataclass(frozen=True, slots=True)
class TakesBack:
    """How an import is undone: the inner ids of what it wrote to, what may be undone of some of them (with a
    lock on demand), and the doing, with the mark of its events.
    """

    touched: Callable[[ImportBatch], Sequence[int]]
    assess: Callable[[ImportBatch, Sequence[int], bool], Sequence[Assessed]]
    undo: Callable[[Sequence[Assessed], str], None]


# --- what pages say ---


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A record of the library as pages name it; `about` tells it from others of its name."""

    id: int
    public_id: str
    name: str
    about: str = ""
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class Shows:
    """What pages say of such records and of their rows."""

    named: Callable[[Collection[int]], dict[int, NamedRecord]]
    in_words: Callable[[Any], dict[str, list[str]]]  # what a judged row changes: label -> before, after
    page: str  # endpoint of one record
    home: str  # endpoint of their list
    home_label: str
    home_icon: str
    known_by: str  # by what a row is found to be one of the library
    told_apart_by: str  # why 更新 may mean none of those that a row resembles
    # Columns named below what a row is called; of several in one place the first that is filled.
    beside: tuple[tuple[str, ...], ...] = ()
    remark: Callable[[Layout], str] = lambda _layout: ""
    # Which of these records (a query of inner ids) are archived, and who may bring such back.
    archived: Callable[[Select[Any]], set[int]] = lambda _ids: set()
    may_restore: Callable[[Actor], bool] = lambda _actor: True


def _nothing() -> None:
    """Nothing follows."""


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of row. `code` is the kind of its batches and the name of its command; `meanings` stand in the
    order of the page, `template` in that of the file to fill in. `follows` asks for what is to be done with
    the records once they are written, in the transaction that says so.
    """

    code: str
    vocabulary: Vocabulary
    meanings: tuple[Meaning, ...]
    template: Mapping[str, Sample]
    reads: Reads
    judges: Judges
    writes: Callable[[Stamp], Writes]
    takes_back: TakesBack
    shows: Shows
    switches: tuple[Switch, ...] = ()
    follows: Callable[[], None] = _nothing

    @property
    def noun(self) -> str:
        return self.vocabulary.noun

    @property
    def measure(self) -> str:
        return self.vocabulary.measure

    @property
    def naming(self) -> str:
        return self.vocabulary.naming

    def beside(self, cells: Mapping[str, str]) -> str:
        """What a row is told apart by, as it stands in its cells."""
        told = (next((cells[column] for column in one if cells.get(column)), "") for one in self.shows.beside)
        return "，".join(filter(None, told))

    def called(self, columns: Iterable[str]) -> str:
        """Columns by their labels, for a sentence."""
        labels = self.labels
        return "、".join(labels[column] for column in columns)

    @property
    def labels(self) -> Mapping[str, str]:
        return {meaning.code: meaning.label for meaning in self.meanings}

    @property
    def personal(self) -> frozenset[str]:
        return frozenset(meaning.code for meaning in self.meanings if meaning.is_personal)


TARGETS: Registry[Target] = Registry("import targets")


def target_of(batch: ImportBatch) -> Target:
    """The kind of a batch; NotFound for a kind that there is no longer."""
    target = TARGETS.get(batch.kind)
    if target is None:
        raise NotFound
    return target
