"""What the search index still has to hear of: rows written in the transaction of the change itself.

A row names an object, never its content: the relay reads the current row when it sends. Claiming, numbering
and sending are in `core.searching`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, String, insert, select, text
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from app.core import changes
from app.core.clock import now
from app.core.db import Base, BigId, db
from app.core.enums import LabelledEnum

Key = tuple[str, str]  # (kind of document, public id)
Watcher = Callable[[Any], Iterable[Key]]


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


_watchers: dict[type[Base], list[Watcher]] = {}


def watch(model: type[Base], watcher: Watcher) -> None:
    """Declares which documents a changed row of `model` re-indexes."""
    known = _watchers.setdefault(model, [])
    if watcher not in known:
        known.append(watcher)


@dataclass(frozen=True)
class Itself:
    """Watcher: a changed record is a document of this kind."""

    kind: str

    def __call__(self, row: Any) -> Iterable[Key]:
        return [(self.kind, row.public_id)]


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


def touch(kind: str, record_id: str) -> None:
    """Asks for one document to be sent again in the transaction under way."""
    changes.pending(db.session()).touched[(kind, record_id)] = None


def _write(session: Session, collected: changes.Pending) -> None:
    for change in collected.changes:
        for watcher in _watchers.get(type(change.row), ()):
            collected.touched.update(dict.fromkeys(watcher(change.row)))
    write_rows(session, collected.touched)


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
    session.execute(insert(OutboxEntry.__table__), rows)  # type: ignore[arg-type]
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("NOTIFY outbox"))  # reaches the indexer when this transaction commits


def install() -> None:
    """Writes the outbox of each transaction before its audit is chained."""
    changes.before_commit(50, _write)
