"""The database: base class, column types, mix-ins, and how a transaction begins on each engine."""

from app.core.storage.db.tables import (
    Archivable,
    Base,
    BigId,
    Keyed,
    Record,
    UtcDateTime,
    db,
    enum_type,
    is_sqlite,
)
from app.core.storage.db.times import entered_before_today, lapsed
from app.core.storage.db.transactions import (
    BUSY_TIMEOUT,
    already_read,
    apart,
    end_writing,
    init_db,
    may_write,
    read_once,
    reading,
    reading_apart,
    writing,
    writing_in_passing,
)
from app.core.storage.db.turns import Turn, insert_unless_there, wait_turn

__all__ = [
    "Archivable",
    "BUSY_TIMEOUT",
    "Base",
    "BigId",
    "Keyed",
    "Record",
    "Turn",
    "UtcDateTime",
    "apart",
    "db",
    "end_writing",
    "entered_before_today",
    "enum_type",
    "init_db",
    "insert_unless_there",
    "is_sqlite",
    "lapsed",
    "may_write",
    "already_read",
    "read_once",
    "reading",
    "reading_apart",
    "wait_turn",
    "writing",
    "writing_in_passing",
]
