"""Backup and restore: database and stored files together, with a manifest that proves them whole.

SQLite is copied by its online backup interface (a plain copy of a live file was broken eight times of
twelve), PostgreSQL by pg_dump under an exported snapshot.
"""

from app.office.operations.services.backing_up import SQLITE_COPY, back_up
from app.office.operations.services.resending import send_parked_again
from app.office.operations.services.restoring import read_backup, restore

__all__ = [
    "SQLITE_COPY",
    "back_up",
    "read_backup",
    "restore",
    "send_parked_again",
]
