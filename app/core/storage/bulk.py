"""The one sanctioned bulk writer: rows, audit and outbox together, by Core statements.

It exists because the unit of work is some five times slower for imports. Nothing else may write past the
session hooks: a bulk UPDATE or DELETE without it is refused (`core.storage.changes`).
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, insert, select, update

from app.core.storage import changes, outbox
from app.core.storage.audit import APART, Note, note_of_fields, plain
from app.core.storage.db import Base, db
from app.core.values.clock import now
from app.core.values.ids import new_public_id

B = TypeVar("B", bound=Base)
Row = dict[str, Any]
Fields = dict[str, tuple[Any, Any]]  # column -> before, after


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _completed(table: Table, rows: Sequence[Row]) -> list[Row]:
    """The rows with what the ORM would have filled in."""
    at = now()
    common = {"version": 1, "created_at": at, "updated_at": at}
    stamps = {name: value for name, value in common.items() if name in table.c}
    if "public_id" not in table.c:
        return [stamps | row for row in rows]
    return [{"public_id": new_public_id()} | stamps | row for row in rows]


def insert_rows(
    model: type[Base],
    rows: Sequence[Row],
    *,
    action: str,
    summary: str = "",
) -> list[Row]:
    """Inserts rows of one shape, audited one by one, and asks the index for all that follows them.

    Returns the rows as written (with public ids; with inner ids where there are no public ones). `action` and
    `summary` are those of the audit event. Does not commit.
    """
    table = _table(model)
    complete = _completed(table, rows)
    if not complete:
        return []
    if "public_id" in table.c:
        db.session.execute(insert(table), complete)
    else:
        complete = _inserted_by_id(table, complete)
    changes.pending(db.session()).notes += _notes_of_created(table, action, summary, complete)
    outbox.touch_rows(model, complete)
    return complete


def _inserted_by_id(table: Table, rows: Sequence[Row]) -> list[Row]:
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    ids = db.session.execute(statement, rows).scalars().all()
    return [{**row, "id": row_id} for row, row_id in zip(rows, ids, strict=True)]


def update_rows(
    model: type[Base],
    updates: Sequence[tuple[int, str, Fields]],
    *,
    action: str,
    summary: str = "",
) -> None:
    """Updates rows given as (id, public id, {column: (before, after)}) and bumps their versions, also of a
    row of which only parts in another table change; asks the index for all that follows. Does not commit.
    """
    table = _table(model)
    by_shape: dict[tuple[str, ...], list[Row]] = {}
    for row_id, _public_id, fields in updates:
        values = {f"v_{name}": after for name, (_before, after) in fields.items()}
        by_shape.setdefault(tuple(sorted(fields)), []).append({"row_id": row_id, **values})
    for names, parameters in by_shape.items():
        changed: dict[Any, Any] = {table.c[name]: bindparam(f"v_{name}") for name in names}
        changed |= {table.c.version: table.c.version + 1, table.c.updated_at: now()}
        db.session.execute(update(table).where(table.c.id == bindparam("row_id")).values(changed), parameters)
    changes.pending(db.session()).notes += [
        _note_of(table, action, summary, public_id, fields) for _id, public_id, fields in updates if fields
    ]
    outbox.touch_rows(model, _watched_rows(model, updates))


def _watched_rows(model: type[Base], updates: Sequence[tuple[int, str, Fields]]) -> list[Row]:
    """The updated rows with the columns by which watchers tell what follows."""
    rows = [{"id": row_id, "public_id": public_id} for row_id, public_id, _fields in updates]
    names = sorted(outbox.columns_watched(model) - {"id", "public_id"})
    if not names or not rows:
        return rows
    columns = _table(model).c
    query = select(columns.id, *(columns[name] for name in names))
    ids = [row["id"] for row in rows]
    found = {each.id: each for each in db.session.execute(query.where(columns.id.in_(ids)))}
    return [{**row, **found[row["id"]]._mapping} for row in rows]


def _notes_of_created(table: Table, action: str, summary: str, rows: Sequence[Row]) -> list[Note]:
    """The event of each new row. Rows have one shape, so what is told of them is settled once for all."""
    names = [name for name in rows[0] if name not in changes.UNTOLD]
    subject = "public_id" if "public_id" in table.c else "id"
    if any(APART & table.c[name].info.keys() for name in names):
        return [
            _note_of(table, action, summary, str(row[subject]), {name: (None, row[name]) for name in names})
            for row in rows
        ]
    return [
        Note(
            action,
            table.name,
            str(row[subject]),
            summary,
            {name: (None, plain(value)) for name in names if (value := row[name]) is not None},
        )
        for row in rows
    ]


def _note_of(table: Table, action: str, summary: str, subject_id: str, fields: Fields) -> Note:
    told = {
        name: values
        for name, values in fields.items()
        if name not in changes.UNTOLD and values != (None, None)
    }
    note = note_of_fields(action, table.name, subject_id, told, table.c)
    note.summary = summary[:300]
    return note
