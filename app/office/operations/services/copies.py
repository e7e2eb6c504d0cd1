"""What backing up and restoring share: where the database lies, what was counted, what is on the disk."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url

from app.core.storage import audit
from app.core.storage.db import db

Tell = Callable[[str], None]


def nobody_listens(_line: str) -> None:
    """Nobody listens."""


def rows_counted(connection: Connection) -> dict[str, int]:
    quote = connection.dialect.identifier_preparer.quote
    names = sorted(set(inspect(connection).get_table_names()) - {"alembic_version", "sqlite_sequence"})
    return {name: _count(connection, quote(name)) for name in names}


def _count(connection: Connection, table: str) -> int:
    return connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0  # noqa: S608 - a name of our own, quoted


def audit_head(connection: Connection) -> tuple[int, str]:
    last = connection.execute(text("SELECT id, hash FROM audit_event ORDER BY id DESC LIMIT 1")).first()
    return (int(last[0]), str(last[1])) if last else (0, audit.GENESIS)


def hash_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sync_to_disk(path: Path) -> None:
    """What the backup says it holds must be on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sqlite_path() -> str:
    path: Any = make_url(db.engine.url).database
    return str(path)
