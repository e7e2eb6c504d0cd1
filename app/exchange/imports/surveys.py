"""One look over a whole file: which rows are records and which are one; the same rows for later passes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.exchange.imports import reading
from app.exchange.imports.asides import filled_rows, sorted_rows
from app.exchange.imports.columns import Layout
from app.exchange.imports.rows import Folds, Row
from app.exchange.imports.targets import EXAMPLE, Target


def _file_rows(folder: Path, layout: Layout) -> Iterator[reading.FileRow]:
    """The rows of the file without the template's example."""
    name = layout.places[layout.vocabulary.naming]
    for row in reading.file_rows(folder):
        if not (name < len(row.cells) and row.cells[name].startswith(EXAMPLE)):
            yield row


@dataclass(slots=True)
class Survey:
    """What one look over a whole file finds: the rows that are no record, with what each is instead, those
    that say 同上, and which are one record. Sorting rows out costs most of reading them: later passes go by
    this.
    """

    asides: dict[int, str]
    dittos: set[int]
    folds: Folds

    @classmethod
    def of(cls, folder: Path, layout: Layout, target: Target) -> "Survey":
        """Reads the file once; of its rows nothing but numbers and keys is kept."""
        asides: dict[int, str] = {}
        dittos: set[int] = set()

        def others() -> Iterator[Row]:
            rows = ((row.number, row.cells, row.wide) for row in _file_rows(folder, layout))
            for row, why, is_filled in sorted_rows(rows, layout):
                if is_filled:
                    dittos.add(row[0])
                if why:
                    asides[row[0]] = why
                else:
                    yield row

        folds = target.reads.fold(others(), layout)
        return cls(asides, dittos, folds)


def rows_again(folder: Path, layout: Layout, survey: Survey) -> Iterator[Row]:
    """The rows under the headings, records or not."""
    last = layout.last_header_row
    rows = ((row.number, row.cells) for row in _file_rows(folder, layout) if row.number > last)
    return filled_rows(rows, survey.asides, survey.dittos)


def data_rows(folder: Path, layout: Layout, survey: Survey) -> Iterator[Row]:
    """The rows that are records."""
    return (row for row in rows_again(folder, layout, survey) if row[0] not in survey.asides)
