"""Events are linked in the transaction that they tell of; the head is the end of the chain."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import g, has_request_context
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.core.access.address import client_address
from app.core.access.auth import current_actor
from app.core.storage import changes
from app.core.storage.audit.notes import Note, note_of, plain
from app.core.storage.audit.tables import GENESIS, NO_RUN, AuditEvent, AuditPersonal
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.clock import now

_run: ContextVar[str] = ContextVar("run", default=NO_RUN)


@contextmanager
def run(run_id: str) -> Iterator[None]:
    """Whatever is committed inside was written by this run: an import, its undo, a job. By it a run finds its
    own work again; what an event says of itself is for readers, and somebody else's may say the same.
    """
    token = _run.set(run_id)
    try:
        yield
    finally:
        _run.reset(token)


_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=plain).encode


def _where_from() -> tuple[str, str]:
    if not has_request_context():
        return "", ""
    return str(getattr(g, "request_id", "")), client_address()


def link_hash(row: dict[str, Any]) -> str:
    """SHA-256 over the previous hash and every recorded field, in canonical JSON; over the run of events that
    have one or say that they have none.
    """
    body = {key: value for key, value in row.items() if key != "hash" and (key, value) != ("run_id", None)}
    return hashlib.sha256(_canonical(body).encode()).hexdigest()


_ADD_EVENTS = insert(AuditEvent.__table__)  # type: ignore[arg-type]
_ADD_PERSONAL = insert(AuditPersonal.__table__)  # type: ignore[arg-type]


def _chain(session: Session, collected: changes.Pending) -> None:
    """Links all events of this transaction; the last thing before the commit, for the lock's sake."""
    notes = collected.notes + [note_of(change) for change in collected.changes if change.row.__audited__]
    if not notes:
        return
    events = _linked(notes, *_locked_head(session))
    personal = [
        {
            "event_id": event["id"],
            "field": name,
            "before_value": before,
            "after_value": after,
            "person_key": note.subject_id,
        }
        for event, note in zip(events, notes, strict=True)
        for name, (before, after) in note.personal.items()
    ]
    session.execute(_ADD_EVENTS, events)
    if personal:
        session.execute(_ADD_PERSONAL, personal)


def _linked(notes: Sequence[Note], last_id: int, previous: str) -> list[dict[str, Any]]:
    """One event for each note, of one actor and one instant, chained to the last one there is."""
    actor = current_actor()
    (request_id, address), run_id = _where_from(), _run.get()
    at = now()
    events: list[dict[str, Any]] = []
    for number, note in enumerate(notes, start=last_id + 1):
        event: dict[str, Any] = {
            "id": number,
            "at": at,
            "actor_user_id": actor.user_id if actor else None,
            "actor_name": actor.name if actor else "未登录",
            "action": note.action,
            "subject_kind": note.subject_kind,
            "subject_id": note.subject_id,
            "summary": note.summary,
            "details": _canonical(note.details),
            "request_id": request_id,
            "address": address,
            "run_id": run_id,
            "previous_hash": previous,
        }
        event["hash"] = previous = link_hash(event)
        events.append(event)
    return events


def _locked_head(session: Session) -> tuple[int, str]:
    """The end of the chain, held until the commit. SQLite's write lock already serialises."""
    wait_turn(Turn.CHAIN, session)
    return head(session)


_EVENTS = AuditEvent.__table__.c  # read at every commit: plain columns cost half of what mapped ones do
_HEAD = select(_EVENTS.id, _EVENTS.hash).order_by(_EVENTS.id.desc()).limit(1)


def head(session: Session | None = None) -> tuple[int, str]:
    """(number, hash) of the last event, to be kept outside the database: a chain cannot show a cut tail."""
    found = (session or db.session).execute(_HEAD).first()
    return (found.id, found.hash) if found else (0, GENESIS)


def install() -> None:
    """Chains what each transaction changed, after every other finisher."""
    changes.before_commit(90, _chain)
