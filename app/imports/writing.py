"""The two passes over a file: the dry run, which only notes, and the writing, which commits batch by batch.

The writing judges every row again against the library of that moment, so what changed since the dry run
is seen; `written_through` moves in the transaction of the rows themselves, so a killed run goes on exactly.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.core import bulk
from app.core.changes import BULK_ALLOWED
from app.core.clock import today
from app.core.db import db
from app.core.money import in_words
from app.enterprises.enums import EnterpriseStatus, NameKind
from app.enterprises.models import Enterprise
from app.enterprises.services import registered_by
from app.imports import parts, queries, reading
from app.imports.codebook import Codebook
from app.imports.columns import Layout
from app.imports.enums import Column, Decision, RowVerdict
from app.imports.models import ImportBatch, ImportRow
from app.imports.people import COLUMNS as PEOPLE_COLUMNS
from app.imports.rules import Reading, read_row
from app.imports.verdicts import (
    Additions,
    Changes,
    Found,
    Judged,
    Keyed,
    Seen,
    as_known,
    first_additions,
    first_match,
    judge,
)
from app.imports.workbooks import write_problems

T = TypeVar("T")
CHUNK = 500  # rows a transaction: short enough for others to write in between
KEPT = 500  # rows of each harmless verdict that are kept for the page
DOUBTS_KEPT = 5000  # rows with a doubt that are kept
EXAMPLE = "示例："  # the template's second row
PROBLEMS = "problems.xlsx"
COUNTS = ("created", "updated", "unchanged", "suspected", "rejected")


Report = Callable[[int, int], None]  # (rows done, rows in all); commits, and raises to stop


# --- reading rows ---


def data_rows(folder: Path, layout: Layout) -> Iterator[reading.Row]:
    """The rows under the headings, without the template's example."""
    name = layout.places[Column.NAME]
    for number, cells in reading.rows_of(folder, after=layout.header_row):
        if not (name < len(cells) and cells[name].startswith(EXAMPLE)):
            yield number, cells


def count_rows(folder: Path, layout: Layout) -> int:
    return sum(1 for _row in data_rows(folder, layout))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Understands rows of one file; pure work, done outside any transaction."""

    layout: Layout
    book: Codebook
    day: date

    def read(self, rows: Iterable[reading.Row]) -> list[tuple[Reading, Keyed | None]]:
        readings = [read_row(number, cells, self.layout, self.book, self.day) for number, cells in rows]
        return [(one, None if one.problems else Keyed.of(one)) for one in readings]


def _reader(layout: Layout) -> _Reader:
    book = queries.codebook()
    db.session.rollback()  # nothing was written; the parsing that follows holds no lock
    return _Reader(layout, book, today())


def _chunks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _judge_all(
    rows: Sequence[tuple[Reading, Keyed | None]], seen: Seen, *, lock: bool
) -> tuple[list[Judged], Found]:
    found = queries.look_up([keys for _one, keys in rows if keys], lock=lock)
    return [judge(one, keys, found, seen) for one, keys in rows], found


# --- the dry run ---


def dry_run(batch_id: int, folder: Path, layout: Layout, report: Report) -> Counter[str]:
    """Judges every row and keeps those worth a look; returns the counts by verdict, and `doubtful`."""
    db.session.execute(delete(ImportRow).where(ImportRow.batch_id == batch_id))
    db.session.commit()
    reader, seen, counts = _reader(layout), Seen(), Counter[str]()
    total = count_rows(folder, layout)
    for chunk in _chunks(data_rows(folder, layout), CHUNK):
        kept = []
        for judged in _judge_all(reader.read(chunk), seen, lock=False)[0]:
            doubtful = judged.is_doubtful
            counts[judged.verdict] += 1
            counts["doubtful"] += doubtful
            if _is_kept(judged, counts, doubtful=doubtful):
                kept.append(_row_of(batch_id, judged))
        _keep(kept)
        report(sum(counts[verdict] for verdict in RowVerdict), total)
    return counts


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
        "cells": {
            # Who the people of a company are stands in one table only, where it can be erased.
            column.value: "已填" if column in PEOPLE_COLUMNS else text[:200]
            for column, text in one.cells.items()
        },
        "problems": {column.value: sentence for column, sentence in one.problems.items()},
        "doubts": {column.value: sentence for column, sentence in one.doubts.items()},
        "changes": _in_words(judged.changes) | _added_in_words(judged.additions),
    }


_LABELS = {
    "name": "企业名称",
    "credit_code": "信用代码",
    "region_code": "地区",
    "industry_code": "行业",
    "status": "登记状态",
    "capital": "注册资本",
    "capital_text": "注册资本原文",
    "established_on": "成立日期",
    "headcount": "人数",
    "scope": "经营范围",
    "notes": "备注",
    "origin": "来源",
}


def _in_words(changes: Changes) -> dict[str, list[str]]:
    return {
        label: [_shown(name, changes[name][0]), _shown(name, changes[name][1])]
        for name, label in _LABELS.items()
        if name in changes
    }


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

    def __init__(self, batch: ImportBatch, folder: Path, layout: Layout, *, author_id: int | None) -> None:
        self._id, self._folder, self._layout = batch.id, folder, layout
        self._registered_by = registered_by(author_id)
        self._mark = batch.mark
        self._through, self._total = batch.written_through, batch.rows_read
        self._counts = Counter({name: int(batch.written.get(name, 0)) for name in COUNTS})
        self._decisions = queries.decisions_of(batch.id)
        self._noted = {
            number: verdict
            for number, verdict in db.session.execute(
                select(ImportRow.number, ImportRow.verdict).where(ImportRow.batch_id == batch.id)
            )
        }
        self._room = max(0, DOUBTS_KEPT - len(self._noted))
        self._seen = Seen()

    def go(self, report: Report) -> dict[str, int]:
        """Writes chunk after chunk, each with its own commit by `report`; returns the counts of the batch."""
        reader = _reader(self._layout)
        done = self._remember_written(reader)
        for chunk in _chunks(self._rows(after=self._through), CHUNK):
            rows = reader.read(chunk)
            try:
                tally = self._write(rows)
            except IntegrityError:
                # Somebody registered one of these codes a moment ago; now the library shows it.
                db.session.rollback()
                tally = self._write(rows)
            self._counts += tally.counts
            self._through = chunk[-1][0]
            self._move()
            done += len(chunk)
            report(done, self._total)
        return self._so_far()

    def _so_far(self) -> dict[str, int]:
        return {name: self._counts[name] for name in COUNTS}

    def _rows(self, after: int) -> Iterator[reading.Row]:
        return (row for row in data_rows(self._folder, self._layout) if row[0] > after)

    def _remember_written(self, reader: _Reader) -> int:
        """After a restart: the keys of the rows already written, for likeness within the file."""
        if not self._through:
            return 0
        written = (row for row in data_rows(self._folder, self._layout) if row[0] <= self._through)
        count = 0
        for chunk in _chunks(written, CHUNK):
            count += len(chunk)
            for _one, keys in reader.read(chunk):
                if keys:
                    self._seen.remember(keys)
        return count

    def _move(self) -> None:
        """The mark of how far the writing is, in the transaction of the rows themselves."""
        values = {"written_through": self._through, "written": self._so_far()}
        statement = update(ImportBatch).where(ImportBatch.id == self._id).values(values)
        db.session.execute(statement, execution_options={BULK_ALLOWED: "the mark of a run, no decision"})

    def _write(self, rows: Sequence[tuple[Reading, Keyed | None]]) -> _Tally:
        judged, found = _judge_all(rows, self._seen, lock=True)
        by_verdict = {verdict: [one for one in judged if one.verdict is verdict] for verdict in RowVerdict}
        self._insert(by_verdict[RowVerdict.NEW])
        self._update(by_verdict[RowVerdict.UPDATE], found)
        counts = Counter(
            created=len(by_verdict[RowVerdict.NEW]),
            updated=len(by_verdict[RowVerdict.UPDATE]),
            unchanged=len(by_verdict[RowVerdict.UNCHANGED]),
            rejected=len(by_verdict[RowVerdict.ERROR]),
        )
        tally = _Tally(counts, list(by_verdict[RowVerdict.ERROR]))
        for one in by_verdict[RowVerdict.DUPLICATE]:
            self._decide(one, tally)
        self._note([*tally.left, *self._to_look_at(judged)])
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

    def _decide(self, one: Judged, tally: _Tally) -> None:
        """Does with a suspected row what its reader decided; without a decision it is left."""
        decision = self._decisions.get(one.reading.number, Decision.SKIP)
        if decision is Decision.CREATE:
            self._create_anyway(one, tally)
        elif decision is Decision.UPDATE:
            self._update_anyway(one, tally)
        else:
            tally.counts["suspected"] += 1
            tally.left.append(one)

    def _create_anyway(self, one: Judged, tally: _Tally) -> None:
        assert one.keys is not None
        if one.keys.code and one.keys.code in queries.look_up([one.keys], lock=True).by_code:
            one.reading.problems[Column.CREDIT_CODE] = (
                "这个信用代码已经登记，不能另建。改选「更新」或「跳过」"
            )
            tally.counts["rejected"] += 1
            tally.left.append(replace(one, verdict=RowVerdict.ERROR))
            return
        self._insert([one])
        tally.counts["created"] += 1

    def _update_anyway(self, one: Judged, tally: _Tally) -> None:
        assert one.keys is not None
        found = queries.look_up([one.keys], lock=True)
        target = first_match(one.keys, found)
        if target is None:
            # The earlier row of the file that it resembles was not written either.
            tally.counts["suspected"] += 1
            tally.left.append(one)
            return
        update = as_known(one.reading, one.keys, target, found, renames=False)
        if update.verdict is RowVerdict.UPDATE:
            tally.counts["updated"] += 1
            self._update([update], found)
        else:
            tally.counts["unchanged"] += 1

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


def write_problem_book(batch: ImportBatch, folder: Path, layout: Layout) -> None:
    """The user's rows that are wrong or left undecided, with the problem of each, and those written that want
    a look."""
    kept = select(ImportRow).where(ImportRow.batch_id == batch.id).execution_options(yield_per=500)
    left = ImportRow.verdict.in_([RowVerdict.ERROR, RowVerdict.DUPLICATE]) & (
        ImportRow.decision == Decision.SKIP
    )
    problems = {row.number: problem_of(row) for row in db.session.scalars(kept.where(left))}
    doubts = {row.number: doubt_of(row) for row in db.session.scalars(kept.where(~left, ImportRow.doubtful))}
    db.session.rollback()
    write_problems(
        folder / PROBLEMS,
        layout.headings,
        _with(problems, folder, layout),
        _with(doubts, folder, layout),
    )


def _with(sentences: Mapping[int, str], folder: Path, layout: Layout) -> Iterator[tuple[Sequence[str], str]]:
    """The rows of the file that have a sentence, with it."""
    if sentences:
        rows = data_rows(folder, layout)
        yield from ((cells, sentences[number]) for number, cells in rows if number in sentences)


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
