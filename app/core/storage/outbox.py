"""What the search index still has to hear of: rows written in the transaction of the change itself.

A row names an object, never its content: the relay reads the current row when it sends. Claiming, numbering
and sending are in `core.index.relay`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

from sqlalchemy import Index, Integer, String, insert, select, text
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from app.core.storage import changes
from app.core.storage.db import Base, BigId, db
from app.core.values.clock import now
from app.core.values.enums import LabelledEnum

CHANNEL = "outbox"  # of PostgreSQL's notifications
Key = tuple[str, str]  # (kind of document, public id)
Row = Mapping[str, Any]  # column -> value
_HELD = 5000  # values of one query


class Watcher(Protocol):
    """Names the documents that follow changed rows."""

    def __call__(self, row: Any) -> Iterable[Key]:
        """The documents that follow one row of the session."""

    def of_rows(self, rows: Sequence[Row]) -> Iterable[Key]:
        """Those that follow rows written past the session, by few queries."""

    def reads(self) -> tuple[str, ...]:
        """The columns of the changed rows by which it tells."""


class OutboxState(LabelledEnum):
    PENDING = "pending", "待发送"
    CLAIMED = "claimed", "发送中"
    PARKED = "parked", "搁置"


class OutboxEntry(Base):
    """One object to be read and sent again; a poison one is parked and does not hold up the others."""

    __tablename__ = "outbox_entry"
    __audited__ = False
    __table_args__ = (Index("ix_outbox_entry_state_id", "state", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    record_id: Mapped[str] = mapped_column(String(16))
    state: Mapped[OutboxState] = mapped_column(default=OutboxState.PENDING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(default=now)
    claimed_at: Mapped[datetime | None]


class OutboxNumber(Base):
    """One row: the number drawn after claiming and before reading, sent as the external version."""

    __tablename__ = "outbox_number"
    __audited__ = False

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    drawn: Mapped[int]


_watchers: dict[type[Base], dict[Watcher, frozenset[str]]] = {}


def watch(model: type[Base], watcher: Watcher, *, only: Sequence[InstrumentedAttribute[Any]] = ()) -> None:
    """Declares which documents a changed row of `model` re-indexes.

    `only` names the columns that those documents hold or are seen by: a change of others sends none of them.
    A lead that moves a stage does not send its forty visits.
    """
    _watchers.setdefault(model, {})[watcher] = frozenset(column.key for column in only)


def _concerns(change: changes.Change, columns: frozenset[str]) -> bool:
    return not columns or change.verb != "update" or not columns.isdisjoint(change.fields)


@dataclass(frozen=True)
class Itself:
    """Watcher: a changed record is a document of this kind."""

    kind: str

    def __call__(self, row: Any) -> Iterable[Key]:
        return [(self.kind, row.public_id)]

    def of_rows(self, rows: Sequence[Row]) -> Iterable[Key]:
        return [(self.kind, row["public_id"]) for row in rows]

    def reads(self) -> tuple[str, ...]:
        return ("public_id",)


@dataclass(frozen=True)
class AboutSubject:
    """Watcher: the document of the record, of whatever kind, that the changed row names as its subject."""

    def __call__(self, row: Any) -> Iterable[Key]:
        return [(row.subject_kind, row.subject_id)]

    def of_rows(self, rows: Sequence[Row]) -> Iterable[Key]:
        return {(row["subject_kind"], row["subject_id"]) for row in rows}

    def reads(self) -> tuple[str, ...]:
        return ("subject_kind", "subject_id")


@dataclass(frozen=True)
class Linked:
    """Watcher: of the documents of a kind, those whose column `on` holds what the changed row has in `holds`.

    `Linked("visit", Visit.public_id, on=Visit.lead_id, holds=Lead.id)`: visits follow their lead.
    """

    kind: str
    public_id: InstrumentedAttribute[str]
    on: InstrumentedAttribute[Any]
    holds: InstrumentedAttribute[Any]

    def __call__(self, row: Any) -> Iterable[Key]:
        value = getattr(row, self.holds.key)
        if value is None:
            return []
        if self.on.key == "id":  # mostly in the session already
            model: Any = self.on.class_
            found = db.session.get(model, value)
            return [(self.kind, getattr(found, self.public_id.key))] if found else []
        query = select(self.public_id).where(self.on == value)
        return [(self.kind, public_id) for public_id in db.session.scalars(query)]

    def of_rows(self, rows: Sequence[Row]) -> Iterable[Key]:
        """A row just inserted whose own key is not known yet has nothing that hangs on it."""
        values = iter({row[self.holds.key] for row in rows if row.get(self.holds.key) is not None})
        while held := list(islice(values, _HELD)):
            for public_id in db.session.scalars(select(self.public_id).where(self.on.in_(held))):
                yield self.kind, public_id

    def reads(self) -> tuple[str, ...]:
        return (self.holds.key,)


@dataclass(frozen=True)
class Through:
    """Watcher: as Linked, for documents two steps away: those whose `link` is the `key` of rows whose column
    `on` holds what the changed row has in `holds`.

    `Through("agreement", Agreement.public_id, Agreement.lead_id, Lead.id, on=Lead.enterprise_id,
    holds=Enterprise.id)`: the agreements of all leads of a company follow it.
    """

    kind: str
    public_id: InstrumentedAttribute[str]
    link: InstrumentedAttribute[Any]
    key: InstrumentedAttribute[Any]
    on: InstrumentedAttribute[Any]
    holds: InstrumentedAttribute[Any]

    def __call__(self, row: Any) -> Iterable[Key]:
        return self.of_rows([{self.holds.key: getattr(row, self.holds.key)}])

    def of_rows(self, rows: Sequence[Row]) -> Iterable[Key]:
        values = iter({row[self.holds.key] for row in rows if row.get(self.holds.key) is not None})
        while held := list(islice(values, _HELD)):
            between = select(self.key).where(self.on.in_(held))
            for public_id in db.session.scalars(select(self.public_id).where(self.link.in_(between))):
                yield self.kind, public_id

    def reads(self) -> tuple[str, ...]:
        return (self.holds.key,)


def columns_watched(model: type[Base]) -> set[str]:
    """The columns of a model by which its watchers tell what follows."""
    return {column for watcher in _watchers.get(model, ()) for column in watcher.reads()}


def touch_rows(model: type[Base], rows: Sequence[Row]) -> None:
    """Asks for all that follows rows written past the session, each given with `columns_watched`."""
    touched = changes.pending(db.session()).touched
    for watcher in _watchers.get(model, ()):
        touched.update(dict.fromkeys(watcher.of_rows(rows)))


def touch(kind: str, record_id: str) -> None:
    """Asks for one document to be sent again in the transaction under way."""
    changes.pending(db.session()).touched[(kind, record_id)] = None


def _write(session: Session, collected: changes.Pending) -> None:
    for change in collected.changes:
        for watcher, columns in _watchers.get(type(change.row), {}).items():
            if _concerns(change, columns):
                collected.touched.update(dict.fromkeys(watcher(change.row)))
    write_rows(session, collected.touched)


_ADD = insert(OutboxEntry.__table__)  # type: ignore[arg-type]


def write_rows(session: Session, keys: Iterable[Key]) -> None:
    """Inserts one pending entry per object."""
    rows = [
        {
            "kind": kind,
            "record_id": record_id,
            "state": OutboxState.PENDING,
            "attempts": 0,
            "created_at": now(),
        }
        for kind, record_id in keys
    ]
    if not rows:
        return
    session.execute(_ADD, rows)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"NOTIFY {CHANNEL}"))  # reaches the indexer when this transaction commits


def install() -> None:
    """Writes the outbox of each transaction before its audit is chained."""
    changes.before_commit(50, _write)
