"""Takes signs back: those that an import entered are archived, those that it changed get what they said."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, select

from app.core.storage import bulk
from app.core.storage.db import db
from app.core.values.clock import now
from app.exchange.imports.enums import Fate
from app.exchange.imports.models import ImportBatch
from app.exchange.imports.rows import Assessed
from app.exchange.imports.runs import UNDO_REASON
from app.exchange.imports.traces import Event, among, events_of, former_values, is_changed_since, written_to
from app.register.signs.models import ExpansionSign
from app.register.signs.queries import FULL

KIND = ExpansionSign.__tablename__
_CREATE, _UPDATE = f"{KIND}.create", f"{KIND}.update"


def touched(batch: ImportBatch) -> list[int]:
    """Inner ids of all signs that a batch entered or changed, in order."""
    public_ids = written_to(batch, KIND, (_CREATE, _UPDATE))
    return sorted(among(ExpansionSign.id, ExpansionSign.public_id, public_ids))


def assess(batch: ImportBatch, ids: Sequence[int], lock: bool) -> list[Assessed]:
    """What may be undone of these signs; `lock` holds them until the commit."""
    query = select(ExpansionSign).where(ExpansionSign.id.in_(ids)).order_by(ExpansionSign.id)
    if lock:
        held = query.with_for_update().execution_options(populate_existing=True)
        db.session.scalars(held).all()
    rows = db.session.scalars(query.options(*FULL)).all()
    events = events_of(batch, KIND, [row.public_id for row in rows])
    return [_judged(row, events.get(row.public_id, [])) for row in rows]


def _judged(row: ExpansionSign, events: Sequence[Event]) -> Assessed:
    is_created = any(event.is_import and event.action == _CREATE for event in events)
    fate, why = Fate.ARCHIVE if is_created else Fate.RESTORE, ""
    if any(event.is_undo for event in events):
        fate = Fate.DONE
    elif is_changed_since(events):
        fate, why = Fate.KEEP, "导入后改过，保留不动"
    table = ExpansionSign.__table__
    assert isinstance(table, Table)
    former = former_values(events, _UPDATE, table)
    current = {name: getattr(row, name) for name in former}
    return Assessed(row.public_id, row.name, is_created, fate, why, (row.id, current, former))


def undo(assessed: Sequence[Assessed], mark: str) -> None:
    """Archives and restores what may be."""
    updates = [(one.trace[0], one.public_id, _fields(one)) for one in assessed]
    bulk.update_rows(ExpansionSign, [each for each in updates if each[2]], action=_UPDATE, summary=mark)


def _fields(one: Assessed) -> dict[str, tuple[Any, Any]]:
    _row_id, current, former = one.trace
    if one.fate is Fate.ARCHIVE:
        return {"archived_at": (None, now()), "archive_reason": (None, UNDO_REASON)}
    if one.fate is Fate.RESTORE:
        return {name: (current[name], value) for name, value in former.items()}
    return {}
