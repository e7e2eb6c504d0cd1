"""The two passes over a file: the dry run, which only notes, and the writing, which commits batch by batch.

The writing judges every row again against the library of that moment, so what changed since the dry run
is seen; `written_through` moves in the transaction of the rows themselves, so a killed run goes on exactly.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from itertools import islice, takewhile
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.core.storage import bulk
from app.core.storage.changes import BULK_ALLOWED
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.labels import label_of
from app.core.values.money import in_words
from app.exchange.imports import parts, queries, reading
from app.exchange.imports.asides import filled_rows, sorted_rows
from app.exchange.imports.codebook import Codebook
from app.exchange.imports.columns import Layout
from app.exchange.imports.enums import Column, Decision, RowVerdict
from app.exchange.imports.folding import Bundle, Folded, Folds, Later, fold, verdict_of_later
from app.exchange.imports.models import ImportBatch, ImportRow
from app.exchange.imports.people import COLUMNS as PEOPLE_COLUMNS
from app.exchange.imports.rules import Reading, read_row
from app.exchange.imports.updates import Additions, Changes, Found, Keyed, first_additions
from app.exchange.imports.verdicts import Judged, Seen, as_known, first_match, judge
from app.exchange.imports.workbooks import Sheet, write_problems
from app.register.enterprises.enums import EnterpriseStatus, NameKind
from app.register.enterprises.models import Enterprise
from app.register.enterprises.queries import LABELS
from app.register.enterprises.rules import codes_differ
from app.register.enterprises.services import registered_by

T = TypeVar("T")
CHUNK = 500  # rows a transaction: short enough for others to write in between
KEPT = 500  # rows of each harmless verdict that are kept for the page
DOUBTS_KEPT = 5000  # rows with a doubt that are kept
_COUNTED = {
    RowVerdict.NEW: "created",
    RowVerdict.UPDATE: "updated",
    RowVerdict.UNCHANGED: "unchanged",
    RowVerdict.DUPLICATE: "suspected",
    RowVerdict.ERROR: "rejected",
}
COUNTS = tuple(_COUNTED.values())
EXAMPLE = "示例："  # the template's second row
PROBLEMS = "problems.xlsx"


Report = Callable[[int, int], None]  # (rows done, rows in all); commits, and raises to stop


# --- reading rows ---


def _file_rows(folder: Path, layout: Layout) -> Iterator[reading.FileRow]:
    """The rows of the file without the template's example."""
    name = layout.places[Column.NAME]
    for row in reading.file_rows(folder):
        if not (name < len(row.cells) and row.cells[name].startswith(EXAMPLE)):
            yield row


@dataclass(slots=True)
class Survey:
    """What one look over a whole file finds: the rows that are no company, with what each is instead, those
    that say 同上, and which are one company. Sorting rows out costs most of reading them: later passes go by
    this.
    """

    asides: dict[int, str]
    dittos: set[int]
    folds: Folds

    @classmethod
    def of(cls, folder: Path, layout: Layout) -> "Survey":
        """Reads the file once; of its rows nothing but numbers and keys is kept."""
        asides: dict[int, str] = {}
        dittos: set[int] = set()

        def others() -> Iterator[reading.Row]:
            rows = ((row.number, row.cells, row.wide) for row in _file_rows(folder, layout))
            for row, why, is_filled in sorted_rows(rows, layout):
                if is_filled:
                    dittos.add(row[0])
                if why:
                    asides[row[0]] = why
                else:
                    yield row

        folds = Folds.of(others(), layout)
        return cls(asides, dittos, folds)


def _rows_again(folder: Path, layout: Layout, survey: Survey) -> Iterator[reading.Row]:
    """The rows under the headings, companies or not."""
    last = layout.last_header_row
    rows = ((row.number, row.cells) for row in _file_rows(folder, layout) if row.number > last)
    return filled_rows(rows, survey.asides, survey.dittos)


def data_rows(folder: Path, layout: Layout, survey: Survey) -> Iterator[reading.Row]:
    """The rows that are companies."""
    return (row for row in _rows_again(folder, layout, survey) if row[0] not in survey.asides)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Understands rows of one file; pure work, done outside any transaction."""

    layout: Layout
    book: Codebook
    day: date

    def read(self, bundles: Iterable[Bundle]) -> list[Folded]:
        """The companies of these bundles of rows."""
        return [
            folded
            for rows in bundles
            for folded in fold(
                read_row(number, cells, self.layout, self.book, self.day) for number, cells in rows
            )
        ]


def _reader(layout: Layout) -> _Reader:
    book = queries.codebook()
    db.session.rollback()  # nothing was written; the parsing that follows holds no lock
    return _Reader(layout, book, today())


def _chunks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _judge_all(rows: Sequence[Folded], seen: Seen, *, lock: bool) -> tuple[list[Judged], Found]:
    found = queries.look_up([one.keys for one in rows if one.keys], lock=lock)
    return [judge(one.reading, one.keys, found, seen) for one in rows], found


def _followers(judged: Judged, later: Sequence[Later], verdict: RowVerdict) -> Iterator[Judged]:
    """The later rows of one company of the file, whose first row came out as `verdict`."""
    number = judged.reading.number
    for one in later:
        yield Judged(
            one.reading,
            verdict_of_later(verdict, brought=one.brought),
            judged.match,
            f"和第 {number} 行是同一家",
            follows=number,
        )


# --- the dry run ---


def dry_run(batch_id: int, folder: Path, layout: Layout, survey: Survey, report: Report) -> Counter[str]:
    """Judges every row and keeps those worth a look; returns the counts by verdict, and `doubtful`."""
    db.session.execute(delete(ImportRow).where(ImportRow.batch_id == batch_id))
    db.session.commit()
    reader, folds, counts = _reader(layout), survey.folds, Counter[str]()
    seen = Seen(folds.name_codes)
    for chunk in _chunks(folds.bundles(lambda: data_rows(folder, layout, survey)), CHUNK):
        kept, companies = [], reader.read(chunk)
        judged = _judge_all(companies, seen, lock=False)[0]
        for one in _rows_of(zip(judged, companies, strict=True)):
            doubtful = one.is_doubtful
            counts[one.verdict] += 1
            counts["doubtful"] += doubtful
            if _is_kept(one, counts, doubtful=doubtful):
                kept.append(_row_of(batch_id, one))
        _keep(kept)
        report(sum(counts[verdict] for verdict in RowVerdict), folds.total)
    return counts


def _rows_of(judged: Iterable[tuple[Judged, Folded]]) -> Iterator[Judged]:
    """Every row of these companies of the file."""
    for one, company in judged:
        yield one
        yield from _followers(one, company.later, one.verdict)


def _is_kept(judged: Judged, counts: Counter[str], *, doubtful: bool) -> bool:
    if judged.verdict in {RowVerdict.ERROR, RowVerdict.DUPLICATE}:
        return True
    return counts[judged.verdict] <= KEPT or (doubtful and counts["doubtful"] <= DOUBTS_KEPT)


def _keep(rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(ImportRow.__table__), rows)  # type: ignore[arg-type]


def _row_of(batch_id: int, judged: Judged) -> dict[str, Any]:
    one = judged.reading
    return {
        "batch_id": batch_id,
        "number": one.number,
        "verdict": judged.verdict,
        "doubtful": judged.is_doubtful,
        "match_id": judged.match.id if judged.match else None,
        "reason": judged.reason,
        "decision": Decision.SKIP,
        "candidates": list(judged.candidates),
        "follows": judged.follows,
        "cells": {
            # Who the people of a company are stands in one table only, where it can be erased.
            column.value: "已填" if column in PEOPLE_COLUMNS else text[:200]
            for column, text in one.cells.items()
        },
        "problems": {column.value: sentence for column, sentence in one.problems.items()},
        "doubts": {column.value: sentence for column, sentence in one.doubts.items()},
        "changes": _in_words(judged.changes) | _added_in_words(judged.additions),
    }


_ARCHIVING = "归档"  # what becomes of the company, in words of its own
_LABELS = {"archive_reason": _ARCHIVING, **LABELS, "capital_text": label_of(Enterprise.capital_text)}


def _in_words(changes: Changes) -> dict[str, list[str]]:
    words = {
        label: [_shown(name, changes[name][0]), _shown(name, changes[name][1])]
        for name, label in _LABELS.items()
        if name in changes
    }
    if "notes" in changes:
        before, after = changes["notes"]
        words[label_of(Enterprise.notes)] = ["", _shown("notes", after.removeprefix(before).strip())]
    return words


def _added_in_words(additions: Additions) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for kind in NameKind:
        names = [other.name for other in additions.names if other.kind is kind]
        if names:
            words[kind.label] = ["", "、".join(names)[:200]]
    if additions.people:
        words["联系人"] = ["", f"{len(additions.people)} 位"]
    return words


def _shown(name: str, value: Any) -> str:
    if name == "archive_reason":
        return f"已归档：{value}" if value else "恢复"
    if value is None or value == "":
        return "未填"
    if name == "capital":
        return in_words(value)
    if isinstance(value, Enum):
        return str(getattr(value, "label", value.value))
    return str(value)[:100]


# --- the writing ---


@dataclass(slots=True)
class _Tally:
    """What one chunk did, before it is committed."""

    counts: Counter[str]
    left: list[Judged]  # rows that were not written


class Writer:
    """Writes one batch. Built for one run; `go` starts after what is already written."""

    def __init__(
        self, batch: ImportBatch, folder: Path, layout: Layout, survey: Survey, *, author_id: int | None
    ) -> None:
        self._id, self._folder, self._layout = batch.id, folder, layout
        self._registered_by = registered_by(author_id)
        self._mark = batch.writing.mark
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
        self._survey, self._seen = survey, Seen(survey.folds.name_codes)

    def go(self, report: Report) -> dict[str, int]:
        """Writes chunk after chunk, each with its own commit by `report`; returns the counts of the batch."""
        reader = _reader(self._layout)
        done = self._remember_written(reader)
        for chunk in _chunks(self._companies(after=self._through), CHUNK):
            rows, room = reader.read(chunk), self._room
            try:
                tally = self._write(rows)
            except IntegrityError:
                # Somebody registered one of these codes a moment ago; now the library shows it.
                db.session.rollback()
                self._room, self._seen = room, Seen(self._survey.folds.name_codes)
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

    def _companies(self, after: int = 0) -> Iterator[Bundle]:
        """Those whose first row stands behind this one; the rows of a company are written together."""
        bundles = self._survey.folds.bundles(lambda: data_rows(self._folder, self._layout, self._survey))
        return (bundle for bundle in bundles if bundle[0][0] > after)

    def _remember_written(self, reader: _Reader) -> int:
        """After a restart, and when a chunk is begun again: the keys of the rows already written, for
        likeness within the file.
        """
        if not self._through:
            return 0
        written = takewhile(lambda bundle: bundle[0][0] <= self._through, self._companies())
        count = 0
        for chunk in _chunks(written, CHUNK):
            count += sum(map(len, chunk))
            for one in reader.read(chunk):
                if one.keys:
                    self._seen.remember(one.keys)
        return count

    def _move(self) -> None:
        """The mark of how far the writing is, in the transaction of the rows themselves."""
        values = {"written_through": self._through, "written": self._so_far()}
        statement = update(ImportBatch).where(ImportBatch.id == self._id).values(values)
        db.session.execute(statement, execution_options={BULK_ALLOWED: "the mark of a run, no decision"})

    def _write(self, rows: Sequence[Folded]) -> _Tally:
        judged, found = _judge_all(rows, self._seen, lock=True)
        by_verdict = {verdict: [one for one in judged if one.verdict is verdict] for verdict in RowVerdict}
        self._insert(by_verdict[RowVerdict.NEW])
        self._update(by_verdict[RowVerdict.UPDATE], found)
        tally = _Tally(Counter(), [])
        for one, company in zip(judged, rows, strict=True):
            done = self._decided(one) if one.verdict is RowVerdict.DUPLICATE else one
            for row in (done, *_followers(one, company.later, done.verdict)):
                tally.counts[_COUNTED[row.verdict]] += 1
                if row.verdict in {RowVerdict.ERROR, RowVerdict.DUPLICATE}:
                    tally.left.append(row)
        self._note([*tally.left, *self._to_look_at(list(_rows_of(zip(judged, rows, strict=True))))])
        return tally

    def _insert(self, rows: Sequence[Judged]) -> None:
        pairs = [(one.reading, one.keys) for one in rows if one.keys]
        written = bulk.insert_rows(
            Enterprise,
            [self._new_row(reading, keys) for reading, keys in pairs],
            action="enterprise.create",
            summary=self._mark,
        )
        added = [
            (row["public_id"], additions)
            for row, (reading, keys) in zip(written, pairs, strict=True)
            if (additions := first_additions(reading, keys))
        ]
        if added:
            ids = parts.ids_of([public_id for public_id, _additions in added])
            parts.add([(ids[public_id], additions) for public_id, additions in added], self._mark)

    def _new_row(self, one: Reading, keys: Keyed) -> dict[str, Any]:
        return {
            **_EMPTY,
            **one.values,
            "name_key": keys.name,
            "core_key": keys.core,
            "live_code": keys.code,
            **self._registered_by,
            "batch_id": self._id,
            "batch_row": one.number,
        }

    def _update(self, rows: Sequence[Judged], found: Found) -> None:
        # A company whose names change is changed, though they stand in a table of their own.
        updates = [
            (one.match.id, one.match.public_id, one.changes)
            for one in rows
            if one.match and (one.changes or one.additions.names)
        ]
        bulk.update_rows(Enterprise, updates, action="enterprise.update", summary=self._mark)
        parts.add([(one.match.id, one.additions) for one in rows if one.match], self._mark)
        for one in rows:
            if one.match and one.additions.names:
                before = found.names.get(one.match.id, [])
                parts.tell_names(one.match.public_id, before, one.additions.names, self._mark)

    def _decided(self, one: Judged) -> Judged:
        """Does with a suspected row what its reader decided, and returns what became of it; without a
        decision it is left.
        """
        decision, match_id = self._decisions.get(one.reading.number, (Decision.SKIP, None))
        if decision is Decision.CREATE:
            return self._create_anyway(one)
        if decision is Decision.UPDATE:
            return self._update_anyway(one, match_id)
        return one

    def _create_anyway(self, one: Judged) -> Judged:
        assert one.keys is not None
        if one.keys.code and one.keys.code in queries.look_up([one.keys], lock=True).by_code:
            one.reading.problems[Column.CREDIT_CODE] = (
                "这个信用代码已经登记，不能另建。改选「更新」或「跳过」"
            )
            return replace(one, verdict=RowVerdict.ERROR)
        self._insert([one])
        return replace(one, verdict=RowVerdict.NEW)

    def _update_anyway(self, one: Judged, match_id: int | None) -> Judged:
        """Updates the company that was chosen; without one, that of the row of the file it resembles. A
        company with another credit code is never meant.
        """
        assert one.keys is not None
        found = queries.look_up([one.keys], lock=True)
        target = found.with_id(match_id) if match_id else first_match(one.keys, found)
        if target is None or codes_differ(one.keys.code, target.code):
            return one
        update = as_known(one.reading, one.keys, target, found, renames=False)
        if update.verdict is RowVerdict.UPDATE:
            self._update([update], found)
        return update

    def _to_look_at(self, judged: Sequence[Judged]) -> list[Judged]:
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
        numbers = [one.reading.number for one in fresh]
        gone = delete(ImportRow).where(ImportRow.batch_id == self._id, ImportRow.number.in_(numbers))
        db.session.execute(gone)
        _keep([_row_of(self._id, one) for one in fresh])


_EMPTY: Mapping[str, Any] = {
    "credit_code": None,
    "code_overridden": False,
    "region_code": None,
    "industry_code": None,
    "status": EnterpriseStatus.ACTIVE,
    "capital_text": None,
    "capital": None,
    "established_on": None,
    "headcount": None,
    "scope": "",
    "notes": "",
    "origin": "",
}


# --- what was left, as a workbook ---


def write_problem_book(batch: ImportBatch, folder: Path, layout: Layout, survey: Survey) -> None:
    """The user's rows that are wrong or left undecided, with the problem of each, those written that want a
    look, and those that are no company.
    """
    kept = select(ImportRow).where(ImportRow.batch_id == batch.id).execution_options(yield_per=500)
    left = ImportRow.verdict.in_([RowVerdict.ERROR, RowVerdict.DUPLICATE]) & (
        ImportRow.decision == Decision.SKIP
    )
    told = {row.number: (Sheet.LEFT, problem_of(row)) for row in db.session.scalars(kept.where(left))}
    doubtful = db.session.scalars(kept.where(~left, ImportRow.doubtful))
    told |= {row.number: (Sheet.DOUBTED, doubt_of(row)) for row in doubtful}
    db.session.rollback()
    told |= {
        number: (Sheet.ASIDE, f"第 {number} 行{why}，没有当作企业") for number, why in survey.asides.items()
    }
    rows = _rows_again(folder, layout, survey) if told else iter(())
    write_problems(
        folder / PROBLEMS,
        layout.headings_to_send,
        ((*told[number], cells) for number, cells in rows if number in told),
        with_asides=bool(survey.asides),
    )


def doubt_of(row: ImportRow) -> str:
    """Everything that was guessed in a kept row, or not understood."""
    sentences = "；".join(f"{Column(column).label}：{sentence}" for column, sentence in row.doubts.items())
    return f"第 {row.number} 行，{sentences}"


def problem_of(row: ImportRow) -> str:
    """Everything that is wrong with a kept row, in one sentence."""
    found = [f"{Column(column).label}：{sentence}" for column, sentence in row.problems.items()]
    if row.reason:
        found.append(f"疑似重复：{row.reason}")
    return "；".join(found)
