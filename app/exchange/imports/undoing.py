"""Takes an import back where nobody has touched its work since: what it created is archived, what it changed
gets its former values. What cannot be undone is kept and named with the reason.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Date, Enum, select
from sqlalchemy.exc import IntegrityError

from app.core.storage import audit, bulk
from app.core.storage.db import UtcDateTime, db, reading_apart
from app.core.storage.subjects import Subject
from app.core.values.clock import is_ahead, now
from app.core.values.enums import LabelledEnum
from app.core.values.registries import AFTER_ARCHIVE, Shelved
from app.exchange.imports.models import ImportBatch
from app.exchange.imports.rules import UNDO_REASON
from app.exchange.imports.traces import Event, Trace, touched_ids, traces, written_at
from app.register.enterprises.enums import NameKind
from app.register.enterprises.models import Contact, Enterprise, EnterpriseName
from app.register.enterprises.services import archived_fields

WINDOW = timedelta(days=7)  # afterwards too much has grown on what came in
CHUNK = 200  # companies a transaction
SHOWN = 200  # companies named with the reason why they stay
# The same sentence whatever it was: a lead or a visit may be hidden from whoever asks. Of a confidential one
# not even that is told: the company is archived like any other, which the lead survives; its holder hears
# of it.
TOUCHED = "导入后已被使用或改动，保留不动"

Report = Callable[[int, int], None]  # (companies done, companies in all); commits, and raises to stop


class Fate(LabelledEnum):
    """What an undo does with one company."""

    ARCHIVE = "archive", "归档"
    RESTORE = "restore", "恢复原值"
    KEEP = "keep", "保留"
    DONE = "done", "已撤销"


@dataclass(frozen=True, slots=True)
class Assessed:
    """One company with its fate; `why` says why it is kept."""

    trace: Trace
    fate: Fate
    why: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A company that stays as it is."""

    public_id: str
    name: str
    why: str


@dataclass(slots=True)
class Survey:
    """How many companies would be archived, restored and kept, the first of the kept ones by name."""

    archive: int = 0
    restore: int = 0
    keep: int = 0
    done: int = 0
    kept: tuple[Kept, ...] = ()

    @property
    def can_undo(self) -> int:
        return self.archive + self.restore


def undo_until(batch: ImportBatch) -> datetime | None:
    """The last moment at which a batch can be undone; None for one that is not written, or was by a clock
    that was ahead: nobody knows how long ago."""
    at = written_at(batch)
    return at + WINDOW if at and not is_ahead(at) else None


def survey(batch: ImportBatch) -> Survey:
    """What an undo would do now. Reads only."""
    found = Survey()
    for ids in _chunks(touched_ids(batch)):
        for one in _assess(traces(batch, ids)):
            setattr(found, one.fate.value, getattr(found, one.fate.value) + 1)
            if one.fate is Fate.KEEP and len(found.kept) < SHOWN:
                found.kept = (*found.kept, Kept(one.trace.public_id, one.trace.name, one.why))
    return found


def undo(batch: ImportBatch, report: Report) -> dict[str, int]:
    """Does it, chunk after chunk, each with its own commit by `report`; between them others can write. Going
    on after a stop does the rest; a second run finds nothing to do. Returns archived, restored, kept of this
    batch as a whole.
    """
    with reading_apart():
        ids, run = touched_ids(batch), batch.undo
    done = 0
    for chunk in _chunks(ids):
        with audit.run(run.id):
            try:
                _undo_some(batch, chunk)
            except IntegrityError:
                # Somebody registered one of the former codes a moment ago; now the library shows it.
                db.session.rollback()
                _undo_some(batch, chunk)
            done += len(chunk)
            report(done, len(ids))
    with reading_apart():
        return _outcome(batch, ids)


def _undo_some(batch: ImportBatch, ids: Sequence[int]) -> None:
    assessed, mark = _assess(traces(batch, ids, lock=True)), batch.undo.mark
    _archive([one.trace for one in assessed if one.fate is Fate.ARCHIVE], mark)
    _restore([one.trace for one in assessed if one.fate is Fate.RESTORE], mark)
    db.session.flush()


def _outcome(batch: ImportBatch, ids: Sequence[int]) -> dict[str, int]:
    counts = {"archived": 0, "restored": 0, "kept": 0}
    for chunk in _chunks(ids):
        for one in _assess(traces(batch, chunk)):
            done = "archived" if one.trace.is_created else "restored"
            counts[done if one.fate is Fate.DONE else "kept"] += 1
    return counts


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


# --- what may be undone ---


def _assess(found: Sequence[Trace]) -> list[Assessed]:
    taken = _codes_taken_since({trace.id: _former_values(trace).get("live_code") for trace in found})
    return [_judged(trace, trace.id in taken) for trace in found]


def _judged(trace: Trace, is_code_taken: bool) -> Assessed:
    all_events = [*trace.events, *(event for one in trace.contacts for event in one.events)]
    if any(event.is_undo for event in all_events):
        return Assessed(trace, Fate.DONE)
    why = _touched(trace) or (_grown(trace) if trace.is_created else "")
    if not why and is_code_taken:
        why = "原来的信用代码已被别的企业登记"
    if why:
        return Assessed(trace, Fate.KEEP, why)
    return Assessed(trace, Fate.ARCHIVE if trace.is_created else Fate.RESTORE)


def _touched(trace: Trace) -> str:
    """Whether somebody has changed the company, or a contact that came with the import, since then. What
    everybody reads on the page of the company is said, nothing else.
    """
    if trace.is_created and not any(event.is_import for event in trace.events):
        return "导入得早，没有留下撤销所需的记录"
    if _is_changed_since(trace.events):
        return f"{TOUCHED}（{'后来归档过' if trace.is_archived else '企业信息改过'}）"
    imported = (one for one in trace.contacts if one.is_imported)
    is_used = any(one.is_attached or _is_changed_since(one.events) for one in imported)
    return TOUCHED if is_used else ""


def _grown(trace: Trace) -> str:
    """What has come to hang on a company that the import created."""
    foreign = [one for one in trace.contacts if not one.is_imported]
    return TOUCHED if trace.is_attached or foreign else ""


def _is_changed_since(events: Sequence[Event]) -> bool:
    first = next((event.id for event in events if event.is_import), None)
    return first is not None and any(event.id > first and not event.is_import for event in events)


def _codes_taken_since(codes: dict[int, Any]) -> set[int]:
    """Companies whose former credit code another one holds by now."""
    wanted = {code for code in codes.values() if code}
    if not wanted:
        return set()
    query = select(Enterprise.live_code, Enterprise.id).where(Enterprise.live_code.in_(wanted))
    holders = {code: row_id for code, row_id in db.session.execute(query)}
    return {row_id for row_id, code in codes.items() if holders.get(code, row_id) != row_id}


# --- the doing ---


def _archive(found: Sequence[Trace], mark: str) -> None:
    after = archived_fields(UNDO_REASON)
    current = _current([trace.id for trace in found], tuple(after))
    updates = [
        (
            trace.id,
            trace.public_id,
            {
                name: (before, after[name])
                for name, before in current[trace.id].items()
                if before != after[name]
            },
        )
        for trace in found
    ]
    bulk.update_rows(Enterprise, updates, action="enterprise.update", summary=mark)
    AFTER_ARCHIVE.run(Shelved(tuple(trace.id for trace in found), UNDO_REASON))


def _restore(found: Sequence[Trace], mark: str) -> None:
    former = {trace.id: _former_values(trace) for trace in found}
    current = _current(list(former), tuple({name for fields in former.values() for name in fields}))
    updates = [
        (
            trace.id,
            trace.public_id,
            {name: (current[trace.id][name], value) for name, value in former[trace.id].items()},
        )
        for trace in found
        if former[trace.id] or trace.name_ids
    ]
    bulk.update_rows(Enterprise, updates, action="enterprise.update", summary=mark)
    for trace in found:
        _take_names_back(trace, mark)
    _archive_contacts(found, mark)


def _current(ids: Sequence[int], names: tuple[str, ...]) -> dict[int, dict[str, Any]]:
    if not ids or not names:
        return {row_id: {} for row_id in ids}
    columns = [getattr(Enterprise, name) for name in names]
    rows = db.session.execute(select(Enterprise.id, *columns).where(Enterprise.id.in_(ids)))
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


def _former_values(trace: Trace) -> dict[str, Any]:
    """Column -> what stood there before the import, from the first event of it that tells."""
    former: dict[str, Any] = {}
    for event in trace.events:
        if event.is_import and event.action == "enterprise.update":
            for name, (before, _after) in json.loads(event.details).items():
                former.setdefault(name, _typed(Enterprise.__table__.c[name], before))
    return former


def _typed(column: Column[Any], value: Any) -> Any:
    """A value of the ledger as its column holds it."""
    if value is None:
        return None
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    if isinstance(column.type, Enum) and column.type.enum_class:
        return column.type.enum_class(value)
    return value


def _take_names_back(trace: Trace, mark: str) -> None:
    if not trace.name_ids:
        return
    query = select(EnterpriseName).where(EnterpriseName.enterprise_id == trace.id)
    rows = db.session.scalars(query).all()
    fields = {}
    for kind, field in ((NameKind.ALIAS, "aliases"), (NameKind.FORMER, "former_names")):
        before = [row.name for row in rows if row.kind is kind]
        after = [row.name for row in rows if row.kind is kind and row.id not in trace.name_ids]
        if before != after:
            fields[field] = ("、".join(sorted(before)), "、".join(sorted(after)))
    audit.record("enterprise.names", Subject("enterprise", trace.public_id), mark, **fields)
    for row in rows:
        if row.id in trace.name_ids:
            db.session.delete(row)


def _archive_contacts(found: Sequence[Trace], mark: str) -> None:
    fields = {"archived_at": (None, now()), "archive_reason": (None, UNDO_REASON)}
    updates = [
        (one.id, one.public_id, fields) for trace in found for one in trace.contacts if one.is_imported
    ]
    bulk.update_rows(Contact, updates, action="contact.update", summary=mark)
