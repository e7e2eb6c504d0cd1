"""Writes of attachments: added, taken off, put back. Never commits."""

from app.core.access.auth import require_actor
from app.core.records.versions import claim_whole
from app.core.storage.db import db
from app.core.storage.subjects import Subject, for_change
from app.core.values.clock import now
from app.core.values.errors import RuleBroken
from app.core.web import files
from app.core.web.files import Stored, StoredFile
from app.register.attachments import queries, rules


def add(subject: Subject, stored: Stored | None) -> StoredFile:
    """Puts a file on a record that who acts may work on."""
    for_change(subject)
    if stored is None:
        raise RuleBroken({"file": "选一个文件"})
    _must_take_one_more(subject)
    row = files.attach(stored, subject)
    db.session.flush()
    return row


def _must_take_one_more(subject: Subject) -> None:
    if refusal := rules.why_no_more(queries.count_on(subject)):
        raise RuleBroken({"file": refusal})


def take_off(row: StoredFile, version: int) -> None:
    """Nobody sees the file any more. It stays with its record and in the ledger, and can be put back."""
    for_change(row.owner)
    claim_whole(row, version, "取下")
    row.taken_off_at, row.taken_off_by = now(), require_actor().name
    db.session.flush()


def put_back(row: StoredFile, version: int) -> None:
    """A file that was taken off by mistake is there again."""
    for_change(row.owner)
    claim_whole(row, version, "放回")
    _must_take_one_more(row.owner)
    row.taken_off_at = row.taken_off_by = None
    db.session.flush()
