"""What is told of a change, a look or a decision, before it is chained."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

from flask import current_app
from sqlalchemy import inspect
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from app.core.storage import changes
from app.core.storage.db import db, writing
from app.core.storage.subjects import Subject

PERSONAL: dict[str, Any] = {
    "info": {"personal": True}
}  # mapped_column(**PERSONAL): digest in the chain, value aside
SECRET: dict[str, Any] = {"info": {"secret": True}}  # never recorded, not even as a digest
APART = PERSONAL["info"].keys() | SECRET["info"].keys()  # what is not told as it stands


@dataclass(slots=True)
class Note:
    """An event that services write by hand: a read, an export, a sign-in, a decision with its reason."""

    action: str
    subject_kind: str
    subject_id: str
    summary: str
    details: dict[str, Any] = field(default_factory=dict)
    personal: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)


def record(action: str, subject: Subject, /, summary: str = "", **details: Any) -> None:
    """Adds an event to the transaction under way; it is chained just before the commit.

    `details` say what was changed of the subject. An event that changed nothing of it, such as a look, says
    all it has to say in `summary`: `last_change` goes by that.
    """
    note = Note(action, *subject, summary[:300], details)
    changes.pending(db.session()).notes.append(note)


def record_look(action: str, subject: Subject, /, summary: str = "", **details: Any) -> None:
    """What is looked at, or leaves the product as a file or on paper, stands in the ledger before its first
    byte does. In a transaction of its own: what was read or changed so far and not committed is given up, and
    rows read before are to be in words by then. SQLite refuses at once to write in a transaction that read
    before somebody else committed.
    """
    db.session.rollback()
    with writing():
        record(action, subject, summary, **details)
        db.session.commit()


_AS_THEY_ARE = frozenset({str, int, float, bool, type(None)})


def plain(value: Any) -> Any:
    """A value as canonical JSON can hold it."""
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, int | float | str | bool | None) else str(value)


def digest_of(value: Any) -> str:
    """A keyed digest of a personal value: equal values can be told equal, nothing more."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return "h:" + hmac.new(key, str(plain(value)).encode(), hashlib.sha256).hexdigest()[:32]


def note_of(change: changes.Change) -> Note:
    row: Any = change.row
    kind = row.__tablename__
    subject_id = str(getattr(row, "public_id", None) or row.id)
    return note_of_fields(
        f"{kind}.{change.verb}", kind, subject_id, change.fields, inspect(row).mapper.columns
    )


def note_of_fields(
    action: str,
    kind: str,
    subject_id: str,
    fields: Mapping[str, tuple[Any, Any]],
    columns: ReadOnlyColumnCollection[str, Any],
) -> Note:
    """The event of one changed row; secrets are dots, personal values digests with their text aside."""
    note = Note(action, kind, subject_id, "")
    for name, (before, after) in fields.items():
        info = columns[name].info if name in columns else {}
        if info.get("secret"):
            note.details[name] = ["…", "…"]
        elif info.get("personal"):
            note.details[name] = [before and digest_of(before), after and digest_of(after)]
            note.personal[name] = (_text(before), _text(after))
        else:
            note.details[name] = [plain(before), plain(after)]
    return note


def _text(value: Any) -> str | None:
    return None if value is None else str(plain(value))
