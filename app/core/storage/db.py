"""The database: base class, column types, mix-ins, and how a transaction begins on each engine."""

import enum
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from flask import Flask, g, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Dialect,
    Enum,
    Insert,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    event,
    false,
    or_,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    SessionTransaction,
    declared_attr,
    registry,
)
from sqlalchemy.types import TypeDecorator

from app.core.storage import postgres
from app.core.values.clock import AHEAD, now, start_of, today
from app.core.values.ids import new_public_id
from app.core.values.labels import labelled

T = TypeVar("T")
_READ_ONCE = "read_once"
BUSY_TIMEOUT = 15_000  # ms that a writer waits for SQLite's lock


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC. SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite gives ids only to INTEGER PRIMARY KEY; PostgreSQL gets BIGINT.
BigId = BigInteger().with_variant(Integer, "sqlite")


def _codes(members: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in members]


def enum_type(members: type[enum.Enum], name: str) -> Enum:
    """An enum column with a check of its own name: for the second column of one enum in a table."""
    return Enum(
        members,
        native_enum=False,
        create_constraint=True,
        length=30,
        values_callable=_codes,
        validate_strings=True,
        name=name,
    )


class Base(DeclarativeBase):
    """Base of all models. Enums are stored by value with a CHECK; int is BIGINT; datetime is UTC."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(column_0_label)s",
                "uq": "uq_%(table_name)s_%(column_0_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            int: BigInteger().with_variant(Integer, "sqlite"),
            bool: Boolean(create_constraint=False),
            str: Text(),
            date: Date(),
            datetime: UtcDateTime(),
            enum.Enum: Enum(
                enum.Enum,
                native_enum=False,
                create_constraint=True,
                length=30,
                values_callable=_codes,
                validate_strings=True,
            ),
        },
    )

    __called__ = ""  # what people call a row: 线索; nothing for mechanisms that nobody reads of
    __audited__ = True  # False only for mechanisms: sessions, counters, the outbox, projections


db = SQLAlchemy(metadata=Base.metadata, session_options={"autoflush": True})


@event.listens_for(Table, "after_parent_attach")
def _never_reuse_ids(table: Table, _parent: Any) -> None:
    """An id that once stood in a URL or a log never comes back for another row."""
    if len(table.primary_key.columns) <= 1:
        table.dialect_options["sqlite"]["autoincrement"] = True


class Keyed:
    """An integer key for inside."""

    id: Mapped[int] = labelled("序号", BigId, primary_key=True)


class Record(Keyed):
    """An editable row: inner key, public id for URLs, version against lost updates, both times."""

    public_id: Mapped[str] = labelled("网址编号", String(16), unique=True, default=new_public_id)
    version: Mapped[int] = labelled("版本", Integer, default=1)
    created_at: Mapped[datetime] = labelled("登记时间", default=now)
    updated_at: Mapped[datetime] = labelled("更新时间", default=now, onupdate=now, short="更新")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__dict__.get("version", cls.version)}


class Archivable:
    """Archived instead of deleted; `archived` is a column of its own so that uniqueness can ignore it."""

    archived_at: Mapped[datetime | None] = labelled("归档时间")
    archive_reason: Mapped[str | None] = labelled("归档原因", String(200))

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @classmethod
    def is_kept(cls) -> ColumnElement[bool]:
        """Not archived, for rows looked up by their ids. Said so that SQLite, without statistics, does not
        take the index of all kept rows for the shorter way.
        """
        return cls.archived_at.is_not(None).is_(false())


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


@event.listens_for(Session, "after_transaction_end")
def _forget_answers(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested or transaction.parent is None:  # a flush has one of its own, which ends nothing
        session.info.pop(_READ_ONCE, None)


class Turn(enum.IntEnum):
    """What is done by one at a time, as numbers of PostgreSQL's advisory locks."""

    CHAIN = 7_301_944_001  # one audit chain of many writers
    QUEUE_TABLES = 7_301_944_002  # the job queue makes its tables
    FILLING = 7_301_944_003  # an indexer fills the index
    WORDS = 7_301_944_004  # no word stands in two groups, not even in the first two that are written at once
    SIGN_INS = 7_301_944_005  # each try to sign in sees those before it
    BUDGETS = 7_301_944_006  # what a person spends sees what they have spent


_TURNS_APART = 1 << 33  # more than any Turn


def wait_turn(lock: Turn, session: Session | None = None, *, of: int = 0) -> None:
    """Waits for every other transaction that took this lock, and keeps it until ours ends: for a rule about
    what is not there yet, of which there is no row to lock; with `of` for one of many such. On SQLite the
    write lock does as much.
    """
    if not is_sqlite():
        key = {"key": int(lock) + of * _TURNS_APART}
        (session or db.session).execute(text("SELECT pg_advisory_xact_lock(:key)"), key)


def insert_unless_there(table: Any) -> Insert:
    """An INSERT that leaves a row alone which another transaction has put there first, and waits for it."""
    if is_sqlite():
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def lapsed(column: Any, span: timedelta) -> ColumnElement[bool]:
    """That more than a span has gone by since a stored instant, or that it has not come yet: written by a
    clock that was ahead (`core/values/clock`), so nobody knows.
    """
    moment = now()
    return or_(column < moment - span, column > moment + AHEAD)


def entered_before_today(column: Any) -> ColumnElement[bool]:
    """That a record was entered on an earlier day of Beijing than this one."""
    before: ColumnElement[bool] = column < start_of(today())
    return before


def is_sqlite() -> bool:
    """Whether the app stands on SQLite: only for what no portable SQL can say."""
    return db.engine.dialect.name == "sqlite"
