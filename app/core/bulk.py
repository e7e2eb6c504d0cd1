"""The one sanctioned bulk writer: rows, audit and outbox together, by Core statements.

It exists because the unit of work is some five times slower for imports. Nothing else may write past the
session hooks: a bulk UPDATE or DELETE without it is refused (`core.changes`).
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, insert, update

from app.core import changes
from app.core.audit import note_of_fields
from app.core.clock import now
from app.core.db import Base, db
from app.core.ids import new_public_id

B = TypeVar("B", bound=Base)
Row = dict[str, Any]


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
    model: type[Base], rows: Sequence[Row], *, action: str, index_as: str | None = None
) -> list[Row]:
    """Inserts rows of one shape, audited one by one, and asks the index for each.

    Returns the rows as written (with public ids). `action` names the audit event, `index_as` the kind of
    document, None for models that are not searched. Does not commit.
    """
    table = _table(model)
    complete = _completed(table, rows)
    if not complete:
        return []
    db.session.execute(insert(table), complete)
    _remember(
        table,
        action,
        index_as,
        [(row["public_id"], {key: (None, row[key]) for key in row}) for row in complete],
    )
    return complete


def update_rows(
    model: type[Base],
    updates: Sequence[tuple[int, str, dict[str, tuple[Any, Any]]]],
    *,
    action: str,
    index_as: str | None = None,
) -> None:
    """Updates rows given as (id, public id, {column: (before, after)}); bumps versions. Does not commit."""
    table = _table(model)
    by_shape: dict[tuple[str, ...], list[Row]] = {}
    for row_id, _public_id, fields in updates:
        values = {f"v_{name}": after for name, (_before, after) in fields.items()}
        by_shape.setdefault(tuple(sorted(fields)), []).append({"row_id": row_id, **values})
    for names, parameters in by_shape.items():
        changed: dict[Any, Any] = {table.c[name]: bindparam(f"v_{name}") for name in names}
        changed |= {table.c.version: table.c.version + 1, table.c.updated_at: now()}
        db.session.execute(update(table).where(table.c.id == bindparam("row_id")).values(changed), parameters)
    _remember(table, action, index_as, [(public_id, fields) for _row_id, public_id, fields in updates])


def _remember(
    table: Table, action: str, index_as: str | None, rows: list[tuple[str, dict[str, tuple[Any, Any]]]]
) -> None:
    collected = changes.pending(db.session())
    for public_id, fields in rows:
        told = {
            name: values
            for name, values in fields.items()
            if name not in changes.UNTOLD and values != (None, None)
        }
        collected.notes.append(note_of_fields(action, table.name, public_id, told, table.c))
        if index_as:
            collected.touched[(index_as, public_id)] = None
