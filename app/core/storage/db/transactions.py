"""Which transactions may write, how long they wait, and how they begin on each engine."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from flask import Flask, g, has_request_context, request
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, SessionTransaction

from app.core.storage import postgres
from app.core.storage.db.tables import db, is_sqlite

T = TypeVar("T")
_READ_ONCE = "read_once"
BUSY_TIMEOUT = 15_000  # ms that a writer waits for SQLite's lock
_writing: ContextVar[bool | None] = ContextVar("writing", default=None)
_patience: ContextVar[int | None] = ContextVar("patience", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """Marks a block outside a request as read-only: its transactions take no write lock."""
    token = _writing.set(False)
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Marks a block of a GET that writes: the audit of a sensitive read."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def reading_apart() -> Iterator[None]:
    """Ends the transaction under way, undoing what is not committed, and reads without a write lock: the long
    looks of a job, between which it writes. Nothing stays open behind it.
    """
    db.session.rollback()
    with reading():
        try:
            yield
        finally:
            db.session.rollback()


@contextmanager
def writing_in_passing(patience: int) -> Iterator[None]:
    """A write that nobody asked for and nobody misses, such as what was looked at: waits `patience` ms at
    most for others to be done, else raises OperationalError. Nothing stays open behind it.
    """
    token = _patience.set(patience)
    try:
        with writing():
            if not is_sqlite():
                db.session.execute(text(f"SET LOCAL lock_timeout = {patience:d}"))
            yield
    finally:
        _patience.reset(token)
        db.session.rollback()


@contextmanager
def apart(patience: int = BUSY_TIMEOUT) -> Iterator[Session]:
    """A write beside the request's own transaction, which holds no write lock: what its caller commits stays
    whatever becomes of the request. Waits `patience` ms at most for others, else raises OperationalError.
    """
    waiting, marked = _patience.set(patience), _writing.set(True)
    try:
        with Session(db.engine) as own:
            if not is_sqlite():
                own.execute(text(f"SET LOCAL lock_timeout = {patience:d}"))
            yield own
    finally:
        _writing.reset(marked)
        _patience.reset(waiting)


def end_writing() -> None:
    """Nothing more is written in this request: what it began is undone, its reads take no write lock.

    Called before the page of a refusal is made: a slow page must not keep others from writing.
    """
    db.session.rollback()
    g.writing_ended = True


def may_write() -> bool:
    """Whether a transaction begun now may write: by HTTP method in a request, else unless `reading`."""
    chosen = _writing.get()
    if chosen is not None:
        return chosen
    if not has_request_context():
        return True
    return request.method not in {"GET", "HEAD", "OPTIONS"} and not g.get("writing_ended", False)


def init_db(app: Flask) -> None:
    """Binds the app's engine; on SQLite sets what each connection needs (see reliability rule 1)."""
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        postgres.watch(engine)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN is deferred: it loses updates
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-16000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    patience = _patience.get()
    if patience is None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if may_write() else "BEGIN")
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout={patience:d}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")


def read_once(key: Hashable, read: Callable[[], T]) -> T:
    """What `read` answers, asked once a transaction: for small tables that a page looks at many times."""
    answers: dict[Hashable, T] = db.session.info.setdefault(_READ_ONCE, {})
    if key not in answers:
        answers[key] = read()
    return answers[key]


def already_read(key: Hashable) -> Any:
    """What `read_once` has answered in this transaction; None when nobody has asked."""
    return db.session.info.get(_READ_ONCE, {}).get(key)


@event.listens_for(Session, "after_transaction_end")
def _forget_answers(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested or transaction.parent is None:  # a flush has one of its own, which ends nothing
        session.info.pop(_READ_ONCE, None)
