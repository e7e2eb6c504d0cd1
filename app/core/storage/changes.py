"""What a transaction changed: collected at each flush, handed to audit and outbox before the commit.

`before_commit` alone would miss rows that an earlier flush wrote (measured), so each flush is seen.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, event, inspect
from sqlalchemy.orm import (
    Mapper,
    ORMExecuteState,
    Session,
    SessionTransaction,
    UOWTransaction,
    object_session,
)

from app.core.storage.db import Base, db

BULK_ALLOWED = "bulk_allowed"  # execution option: the reason why this bulk statement may pass the hooks
UNTOLD = frozenset({"id", "public_id", "version", "updated_at", "created_at"})  # says nothing of its own
_PENDING = "pending_changes"
_MARKS = "savepoint_marks"


@dataclass(slots=True)
class Change:
    """One row created, updated or deleted in this transaction; `fields` maps a column to (before, after)."""

    verb: str  # "create" | "update" | "delete"
    row: Base
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Pending:
    """All that the current transaction has flushed so far, and what services added by hand."""

    changes: list[Change] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)  # audit.Note
    touched: dict[tuple[str, str], None] = field(default_factory=dict)  # outbox: (kind, public id)


Finisher = Callable[[Session, Pending], None]
_finishers: list[tuple[int, Finisher]] = []


class UnguardedBulkStatement(RuntimeError):
    """A bulk UPDATE or DELETE would pass the audit and the outbox by."""


def pending(session: Session) -> Pending:
    """The changes of the transaction under way."""
    found: Pending | None = session.info.get(_PENDING)
    if found is None:
        found = session.info[_PENDING] = Pending()
    return found


def before_commit(order: int, finisher: Finisher) -> None:
    """Runs `finisher` once per transaction just before its commit, lower `order` first."""
    if (order, finisher) not in _finishers:
        _finishers.append((order, finisher))
        _finishers.sort(key=lambda entry: entry[0])


def _collect(session: Session, _context: UOWTransaction) -> None:
    collected = pending(session).changes
    for row in session.new:
        collected.append(Change("create", row, _created(row)))
    for row in session.dirty:
        fields = _updated(row)
        if fields:
            collected.append(Change("update", row, fields))


@event.listens_for(Base, "after_delete", propagate=True)
def _collect_deleted(_mapper: Mapper[Any], _connection: Connection, row: Any) -> None:
    """Only parts are ever deleted (a name, a right, a member), mostly as orphans; all they held is told."""
    session = object_session(row)
    if session is not None:
        fields = {key: (before, None) for key, (_none, before) in _created(row).items()}
        pending(session).changes.append(Change("delete", row, fields))


@event.listens_for(Base, "mapper_configured", propagate=True)
def _keep_old_values(mapper: Mapper[Any], model: Any) -> None:
    """Else a value set on a row that a commit has expired would be recorded without the one before it."""
    if model.__audited__:
        for attribute in mapper.column_attrs:
            getattr(model, attribute.key).impl.active_history = True


def _columns(row: Any) -> tuple[str, ...]:
    model: Any = type(row)
    return _told(model)


@cache
def _told(model: Any) -> tuple[str, ...]:
    return tuple(key for attribute in inspect(model).column_attrs if (key := attribute.key) not in UNTOLD)


def _created(row: Any) -> dict[str, tuple[Any, Any]]:
    loaded = inspect(row).dict
    return {key: (None, loaded[key]) for key in _columns(row) if loaded.get(key) is not None}


def _updated(row: Any) -> dict[str, tuple[Any, Any]]:
    fields = {}
    state = inspect(row)
    for key in _columns(row):
        if key not in state.committed_state:  # where the value before it was set is kept: nobody set it
            continue
        history = state.attrs[key].history
        if history.has_changes():
            before = history.deleted[0] if history.deleted else None
            after = history.added[0] if history.added else None
            if before != after:
                fields[key] = (before, after)
    return fields


def _finish(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    collected: Pending | None = session.info.pop(_PENDING, None)
    if collected is None:
        return
    for _order, finisher in _finishers:
        finisher(session, collected)


def settle(session: Session) -> None:
    """Hands what is pending to audit and outbox now, inside the transaction.

    For a long history written in one go, where each part has its own actor and time.
    """
    _finish(session)


def _mark(session: Session, transaction: SessionTransaction) -> None:
    """Remembers how much was pending when a savepoint began."""
    if transaction.nested:
        found = pending(session)
        marks = session.info.setdefault(_MARKS, WeakKeyDictionary())
        marks[transaction] = (len(found.changes), len(found.notes), len(found.touched))


def _forget(session: Session, ended: SessionTransaction) -> None:
    """Forgets what a rollback undid: everything, or what came after the savepoint."""
    if ended.parent is None:
        session.info.pop(_PENDING, None)
    elif ended.nested:
        found = pending(session)
        changes, notes, touched = session.info[_MARKS][ended]
        del found.changes[changes:], found.notes[notes:]
        found.touched = dict.fromkeys(list(found.touched)[:touched])


def _refuse_bulk(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete) or state.execution_options.get(BULK_ALLOWED):
        return
    mapper = state.bind_mapper
    if mapper is not None and getattr(mapper.class_, "__audited__", False):
        raise UnguardedBulkStatement(
            f"bulk statement on {mapper.class_.__name__}: pass execution option {BULK_ALLOWED}"
        )


def install() -> None:
    """Joins the hooks to the app's session; safe to call for every app that is made."""
    for name, hook in (
        ("after_flush", _collect),
        ("before_commit", _finish),
        ("after_transaction_create", _mark),
        ("after_soft_rollback", _forget),
        ("do_orm_execute", _refuse_bulk),
    ):
        if not event.contains(db.session, name, hook):
            event.listen(db.session, name, hook)
