"""The two passes over a file: the dry run, which only notes, and the writing, which commits batch by batch.

The writing judges every row again against the library of that moment, so what changed since the dry run
is seen; `written_through` moves in the transaction of the rows themselves, so a killed run goes on exactly.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, takewhile
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.core.storage.changes import BULK_ALLOWED
from app.core.storage.db import db
from app.core.values.clock import today
from app.exchange.imports import keeping, queries
from app.exchange.imports.columns import Layout
from app.exchange.imports.enums import Decision, RowVerdict
from app.exchange.imports.keeping import DOUBTS_KEPT
from app.exchange.imports.models import ImportBatch, ImportRow
from app.exchange.imports.rows import Bundle, Folded, Judged, Later, Remembering, verdict_of_later
from app.exchange.imports.surveys import Survey, data_rows
from app.exchange.imports.targets import Stamp, Target

T = TypeVar("T")
CHUNK = 500  # rows a transaction: short enough for others to write in between
_COUNTED = {
    RowVerdict.NEW: "created",
    RowVerdict.UPDATE: "updated",
    RowVerdict.UNCHANGED: "unchanged",
    RowVerdict.DUPLICATE: "suspected",
    RowVerdict.ERROR: "rejected",
}
COUNTS = tuple(_COUNTED.values())

Report = Callable[[int, int], None]  # (rows done, rows in all); commits, and raises to stop


# --- reading and judging ---


@dataclass(frozen=True, slots=True)
class _RowReader:
    """Understands rows of one file; pure work, done outside any transaction."""

    target: Target
    layout: Layout
    book: Any
    day: date

    @classmethod
    def of(cls, target: Target, layout: Layout) -> "_RowReader":
        book = target.reads.book()
        db.session.rollback()  # nothing was written; the parsing that follows holds no lock
        return cls(target, layout, book, today())

    def read(self, bundles: Iterable[Bundle]) -> list[Folded]:
        """The records of these bundles of rows."""
        reads = self.target.reads
        return [
            folded
            for rows in bundles
            for folded in reads.join(
                reads.row(number, cells, self.layout, self.book, self.day) for number, cells in rows
            )
        ]


def _chunks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _judge_all(
    target: Target, rows: Sequence[Folded], seen: Remembering, *, lock: bool
) -> tuple[list[Judged], Any]:
    """Each record against the library and those before it in the file; a wrong one against nothing."""
    found = target.judges.look_up([one for one in rows if not one.reading.problems], lock)
    judged = []
    for one in rows:
        if one.reading.problems:
            judged.append(Judged(one.reading, RowVerdict.ERROR))
            continue
        judged.append(target.judges.judge(one, found, seen))
        seen.remember(one)
    return judged, found


def _rows_of(judged: Iterable[tuple[Judged, Folded]], target: Target) -> Iterator[Judged]:
    """Every row of these records of the file."""
    for one, record in judged:
        yield one
        yield from _followers(one, record.later, one.verdict, target)


def _followers(
    judged: Judged, later: Sequence[Later], verdict: RowVerdict, target: Target
) -> Iterator[Judged]:
    """The later rows of one record of the file, whose first row came out as `verdict`."""
    number = judged.reading.number
    for one in later:
        yield Judged(
            one.reading,
            verdict_of_later(verdict, brought=one.brought),
            judged.match,
            f"和第 {number} 行是同一{target.measure}",
            follows=number,
        )


# --- the dry run ---


def dry_run(
    batch_id: int, folder: Path, layout: Layout, survey: Survey, target: Target, report: Report
) -> Counter[str]:
    """Judges every row and keeps those worth a look, chunk after chunk, each with its own commit by `report`;
    returns the counts by verdict, and `doubtful`. No row of the batch is kept yet.
    """
    reader, folds, counts = _RowReader.of(target, layout), survey.folds, Counter[str]()
    seen = target.judges.seen(folds)
    for chunk in _chunks(folds.bundles(lambda: data_rows(folder, layout, survey)), CHUNK):
        kept, records = [], reader.read(chunk)
        judged = _judge_all(target, records, seen, lock=False)[0]
        for one in _rows_of(zip(judged, records, strict=True), target):
            doubtful = one.is_doubtful
            counts[one.verdict] += 1
            counts["doubtful"] += doubtful
            if keeping.is_kept(one, counts, doubtful=doubtful):
                kept.append(keeping.row_of(batch_id, one, target))
        keeping.keep(kept)
        report(sum(counts[verdict] for verdict in RowVerdict), folds.total)
    return counts


# --- the writing ---


@dataclass(slots=True)
class _Tally:
    """What one chunk did, before it is committed."""

    counts: Counter[str]
    left: list[Judged]  # rows that were not written


class Writer:
    """Writes one batch. Built for one run; `go` starts after what is already written."""

    def __init__(
        self,
        batch: ImportBatch,
        folder: Path,
        layout: Layout,
        survey: Survey,
        target: Target,
    ) -> None:
        self._id, self._folder, self._layout, self._target = batch.id, folder, layout, target
        self._writes = target.writes(Stamp(batch.id, batch.owner_id, batch.writing.mark))
        self._through, self._total = batch.written_through, batch.rows_read - batch.skipped_count
        self._counts = Counter({name: int(batch.written.get(name, 0)) for name in COUNTS})
        self._decisions = queries.decisions_of(batch.id)
        self._noted = {
            number: verdict
            for number, verdict in db.session.execute(
                select(ImportRow.number, ImportRow.verdict).where(ImportRow.batch_id == batch.id)
            )
        }
        self._room = max(0, DOUBTS_KEPT - len(self._noted))
        self._survey, self._seen = survey, target.judges.seen(survey.folds)

    def go(self, report: Report) -> dict[str, int]:
        """Writes chunk after chunk, each with its own commit by `report`; returns the counts of the batch."""
        reader = _RowReader.of(self._target, self._layout)
        done = self._remember_written(reader)
        for chunk in _chunks(self._records(after=self._through), CHUNK):
            rows, room = reader.read(chunk), self._room
            try:
                tally = self._write(rows)
            except IntegrityError:
                # Somebody registered one of these a moment ago; now the library shows it.
                db.session.rollback()
                self._room, self._seen = room, self._target.judges.seen(self._survey.folds)
                self._remember_written(reader)
                tally = self._write(rows)
            self._counts += tally.counts
            self._through = chunk[-1][0][0]
            self._move()
            done += sum(map(len, chunk))
            report(done, self._total)
        return self._so_far()

    def _so_far(self) -> dict[str, int]:
        return {name: self._counts[name] for name in COUNTS}

    def _records(self, after: int = 0) -> Iterator[Bundle]:
        """Those whose first row stands behind this one; the rows of a record are written together."""
        bundles = self._survey.folds.bundles(lambda: data_rows(self._folder, self._layout, self._survey))
        return (bundle for bundle in bundles if bundle[0][0] > after)

    def _remember_written(self, reader: _RowReader) -> int:
        """After a restart, and when a chunk is begun again: the rows already written, for likeness within
        the file.
        """
        if not self._through:
            return 0
        written = takewhile(lambda bundle: bundle[0][0] <= self._through, self._records())
        count = 0
        for chunk in _chunks(written, CHUNK):
            count += sum(map(len, chunk))
            for one in reader.read(chunk):
                if not one.reading.problems:
                    self._seen.remember(one)
        return count

    def _move(self) -> None:
        """The mark of how far the writing is, in the transaction of the rows themselves."""
        values = {"written_through": self._through, "written": self._so_far()}
        statement = update(ImportBatch).where(ImportBatch.id == self._id).values(values)
        db.session.execute(statement, execution_options={BULK_ALLOWED: "the mark of a run, no decision"})

    def _write(self, rows: Sequence[Folded]) -> _Tally:
        judged, found = _judge_all(self._target, rows, self._seen, lock=True)
        by_verdict = {verdict: [one for one in judged if one.verdict is verdict] for verdict in RowVerdict}
        self._writes.insert(by_verdict[RowVerdict.NEW])
        self._writes.update(by_verdict[RowVerdict.UPDATE], found)
        tally = _Tally(Counter(), [])
        for one, record in zip(judged, rows, strict=True):
            done = self._decided(one) if one.verdict is RowVerdict.DUPLICATE else one
            for row in (done, *_followers(one, record.later, done.verdict, self._target)):
                tally.counts[_COUNTED[row.verdict]] += 1
                if row.verdict in {RowVerdict.ERROR, RowVerdict.DUPLICATE}:
                    tally.left.append(row)
        every = _rows_of(zip(judged, rows, strict=True), self._target)
        self._note([*tally.left, *self._to_look_at(every)])
        return tally

    def _decided(self, one: Judged) -> Judged:
        """Does with a suspected row what its reader decided, and returns what became of it; without a
        decision it is left.
        """
        decision, match_id = self._decisions.get(one.reading.number, (Decision.SKIP, None))
        if decision is Decision.CREATE:
            return self._writes.create_anyway(one)
        if decision is Decision.UPDATE:
            return self._writes.update_anyway(one, match_id)
        return one

    def _to_look_at(self, judged: Iterable[Judged]) -> list[Judged]:
        """Rows that are written with a doubt, as far as no dry run has kept them: the shell makes none."""
        fresh = (one for one in judged if one.is_doubtful and one.reading.number not in self._noted)
        kept = list(islice((one for one in fresh if one.verdict is not RowVerdict.DUPLICATE), self._room))
        self._room -= len(kept)
        return kept

    def _note(self, left: Sequence[Judged]) -> None:
        """Keeps what was left for the page and the workbook, where the dry run did not say so already."""
        fresh = [one for one in left if self._noted.get(one.reading.number) is not one.verdict]
        if not fresh:
            return
        keeping.forget_rows(self._id, [one.reading.number for one in fresh])
        keeping.keep([keeping.row_of(self._id, one, self._target) for one in fresh])
