"""What one import did and what happened to it since, as the audit ledger tells of records of any kind."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, Enum, Table, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.storage.audit import AuditEvent
from app.core.storage.db import UtcDateTime, db
from app.exchange.imports.models import ImportBatch

_CHUNK = 500  # keys of one query
_NO_CHANGE = "{}"  # the details of an event that only tells of a look


def written_at(batch: ImportBatch) -> datetime | None:
    """When the writing of a batch was finished."""
    query = select(AuditEvent.at).where(
        AuditEvent.subject_kind == "import_batch",
        AuditEvent.subject_id == batch.public_id,
        AuditEvent.action == "import_batch.written",
    )
    return db.session.scalar(query.order_by(AuditEvent.id.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class Event:
    """One change as the ledger tells it; `details` is its JSON."""

    id: int
    action: str
    details: str
    is_import: bool  # of the writing of this import
    is_undo: bool  # of its undo


def written_to(batch: ImportBatch, kind: str, actions: Sequence[str]) -> list[str]:
    """Public ids of the records of one kind on which the writing of a batch left such events."""
    run = batch.writing
    said = and_(AuditEvent.run_id.is_(None), AuditEvent.summary == run.mark)  # as `Run.wrote` has it
    query = (
        select(AuditEvent.subject_id)
        .distinct()
        .where(
            AuditEvent.at >= batch.created_at,
            AuditEvent.action.in_(actions),
            AuditEvent.subject_kind == kind,
            or_(AuditEvent.run_id == run.id, said),
        )
    )
    return list(db.session.scalars(query))


def among(
    wanted: InstrumentedAttribute[Any], key: InstrumentedAttribute[Any], values: Sequence[Any]
) -> Iterator[Any]:
    """What is wanted of the rows whose key is among many values."""
    for start in range(0, len(values), _CHUNK):
        yield from db.session.scalars(select(wanted).where(key.in_(values[start : start + _CHUNK])))


def events_of(batch: ImportBatch, kind: str, subjects: Collection[str]) -> dict[str, list[Event]]:
    """Changes of these subjects from the start of the batch on, the oldest first."""
    if not subjects:
        return {}
    grouped: defaultdict[str, list[Event]] = defaultdict(list)
    columns = (
        AuditEvent.subject_id,
        AuditEvent.id,
        AuditEvent.action,
        AuditEvent.details,
        AuditEvent.run_id,
        AuditEvent.summary,
    )
    writing, undo = batch.writing, batch.undo
    query = select(*columns).where(
        AuditEvent.subject_kind == kind,
        AuditEvent.subject_id.in_(subjects),
        AuditEvent.at >= batch.created_at,
        AuditEvent.details != _NO_CHANGE,
    )
    for row in db.session.execute(query.order_by(AuditEvent.id)):
        is_import, is_undo = (run.wrote(row.run_id, row.summary) for run in (writing, undo))
        grouped[row.subject_id].append(Event(row.id, row.action, row.details, is_import, is_undo))
    return dict(grouped)


def is_changed_since(events: Sequence[Event]) -> bool:
    """Whether anything but the import changed a record after the import did."""
    first = next((event.id for event in events if event.is_import), None)
    return first is not None and any(event.id > first and not event.is_import for event in events)


def former_values(events: Sequence[Event], action: str, table: Table) -> dict[str, Any]:
    """Column -> what stood there before the import, from the first event of it that tells."""
    former: dict[str, Any] = {}
    for event in events:
        if event.is_import and event.action == action:
            for name, (before, _after) in json.loads(event.details).items():
                former.setdefault(name, _typed(table.c[name], before))
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
