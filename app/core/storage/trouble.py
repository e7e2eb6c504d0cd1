"""What is wrong when the database or the disk fails a request: busy, away or full. Pure."""

import errno
from collections.abc import Mapping
from enum import Enum, auto

import psycopg
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree


class Trouble(Enum):
    """What passes by itself at once, what somebody must look after, what somebody must make room for."""

    BUSY = auto()
    AWAY = auto()
    FULL = auto()


_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
# Codes of SQLite (https://www.sqlite.org/rescode.html), the longer ones by their beginning.
_SQLITE = {
    "SQLITE_FULL": Trouble.FULL,
    "SQLITE_BUSY": Trouble.BUSY,
    "SQLITE_LOCKED": Trouble.BUSY,
    "SQLITE_CANTOPEN": Trouble.AWAY,
    "SQLITE_IOERR": Trouble.AWAY,
    "SQLITE_READONLY": Trouble.AWAY,
}
# Beginnings of SQLSTATE (PostgreSQL's documentation, appendix A).
_POSTGRES = {
    "53100": Trouble.FULL,
    "53": Trouble.BUSY,  # no connection, no memory
    "40": Trouble.BUSY,  # deadlock
    "55P03": Trouble.BUSY,  # a lock that was not waited for
    "57014": Trouble.BUSY,  # a statement that was cut off
    "08": Trouble.AWAY,  # the connection
    "57P": Trouble.AWAY,  # shutting down, starting
}


def trouble_of(error: Exception) -> Trouble | None:
    """None for what is no trouble of database or disk, such as a wrong statement."""
    if isinstance(error, OSError):
        return Trouble.FULL if error.errno in _NO_ROOM else None
    if isinstance(error, NoConnectionFree):
        return Trouble.BUSY
    if not isinstance(error, DBAPIError):
        return None
    if isinstance(error.orig, psycopg.Error):
        return _of_postgres(error.orig)
    code = getattr(error.orig, "sqlite_errorname", "")
    if code:
        return _first(_SQLITE, code)
    return Trouble.BUSY if isinstance(error, OperationalError) else None


def _of_postgres(error: psycopg.Error) -> Trouble | None:
    if error.sqlstate:
        return _first(_POSTGRES, error.sqlstate)
    # Without a code the server has not been reached, or has closed the line.
    return Trouble.AWAY if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) else None


def _first(known: Mapping[str, Trouble], code: str) -> Trouble | None:
    return next((trouble for beginning, trouble in known.items() if code.startswith(beginning)), None)
