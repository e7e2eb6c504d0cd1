"""The audit ledger: one chained row for each change and each sensitive read, in the change's own transaction.

Every event's hash covers the one before it, so an edit, a deletion in the middle or a swap shows. A cut
tail does not, nor does a chain computed anew: against these, `head()` is kept elsewhere, signed with
`heads_key()`, which the database does not hold. Personal values stand in the chain only as keyed digests;
their clear text lies in `audit_personal`, which may be erased.
"""

import hashlib
import hmac
import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from flask import current_app, g, has_request_context
from sqlalchemy import ForeignKey, Index, String, insert, inspect, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from app.core.access.address import client_address
from app.core.access.auth import current_actor
from app.core.storage import changes
from app.core.storage.db import Base, BigId, Turn, db, wait_turn, writing
from app.core.storage.subjects import Subject
from app.core.values.clock import in_beijing, now

PERSONAL: dict[str, Any] = {
    "info": {"personal": True}
}  # mapped_column(**PERSONAL): digest in the chain, value aside
SECRET: dict[str, Any] = {"info": {"secret": True}}  # never recorded, not even as a digest
APART = PERSONAL["info"].keys() | SECRET["info"].keys()  # what is not told as it stands
GENESIS = "0" * 64
NO_RUN = ""
_run: ContextVar[str] = ContextVar("run", default=NO_RUN)


class AuditEvent(Base):
    """One link of the chain. Rows are only ever inserted; triggers refuse the rest."""

    __tablename__ = "audit_event"
    __called__ = "审计台账"
    __audited__ = False
    __table_args__ = (Index("ix_audit_event_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_user_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject_kind: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[str] = mapped_column(String(40))
    summary: Mapped[str] = mapped_column(String(300))
    details: Mapped[str]
    request_id: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(45))
    # The run that wrote it, or NO_RUN. None: written before runs were kept, and left out of its hash
    run_id: Mapped[str | None] = mapped_column(String(40))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditPersonal(Base):
    """Clear values of personal fields, apart from the chain so that they can be erased."""

    __tablename__ = "audit_personal"
    __audited__ = False

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("audit_event.id"), index=True)
    field: Mapped[str] = mapped_column(String(60))
    before_value: Mapped[str | None]
    after_value: Mapped[str | None]
    person_key: Mapped[str] = mapped_column(String(40), index=True)  # public id of whom the value is about


@dataclass(slots=True)
class Note:
    """An event that services write by hand: a read, an export, a sign-in, a decision with its reason."""

    action: str
    subject_kind: str
    subject_id: str
    summary: str
    details: dict[str, Any] = field(default_factory=dict)
    personal: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of walking the chain: how many events, and the first that does not fit (None: all fit)."""

    checked: int
    broken_at: int | None
    head: tuple[int, str]


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


_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=plain).encode


def digest_of(value: Any) -> str:
    """A keyed digest of a personal value: equal values can be told equal, nothing more."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return "h:" + hmac.new(key, str(plain(value)).encode(), hashlib.sha256).hexdigest()[:32]


def _note_of(change: changes.Change) -> Note:
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
    notes = collected.notes + [_note_of(change) for change in collected.changes if change.row.__audited__]
    if not notes:
        return
    actor = current_actor()
    (request_id, address), run_id = _where_from(), _run.get()
    last_id, previous = _locked_head(session)
    at = now()
    events: list[dict[str, Any]] = []
    personal: list[dict[str, Any]] = []
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
        personal += [
            {
                "event_id": number,
                "field": name,
                "before_value": before,
                "after_value": after,
                "person_key": note.subject_id,
            }
            for name, (before, after) in note.personal.items()
        ]
    session.execute(_ADD_EVENTS, events)
    if personal:
        session.execute(_ADD_PERSONAL, personal)


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


def heads_folder() -> Path:
    """Where the operator wants the heads of the chain to be kept."""
    return Path(current_app.config["AUDIT_HEADS"])


def heads_key() -> bytes:
    """What heads are signed with: made of a setting of its own, or of the secret of sign-ins, of which a head
    then says nothing.
    """
    secret = current_app.config["AUDIT_KEY"] or current_app.config["SECRET_KEY"]
    return hmac.new(str(secret).encode(), b"heads of the audit chain", hashlib.sha256).digest()


@dataclass(frozen=True, slots=True)
class LastChange:
    """Who changed a record last and when (韩知行 2026-11-23 10:32), and what was recorded of each field."""

    by: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    by_oneself: bool = False  # by whoever asks, such as in a second tab


_PARTS = 20  # events of one save that are looked through


def last_change(*subjects: Subject) -> LastChange:
    """The last save of a record and its parts: the newest events with details.

    Of several saves it is the last one alone: events do not know the version that they led to.
    """
    query = (
        select(AuditEvent.at, AuditEvent.actor_user_id, AuditEvent.actor_name, AuditEvent.details)
        .where(
            tuple_(AuditEvent.subject_kind, AuditEvent.subject_id).in_(subjects), AuditEvent.details != "{}"
        )
        .order_by(AuditEvent.id.desc())
        .limit(_PARTS)
    )
    events = db.session.execute(query).all()
    if not events:
        return LastChange()
    at, name = events[0].at, events[0].actor_name
    fields: dict[str, Any] = {}
    for event in events:
        if event.at == at:  # all events of one transaction carry one time
            fields |= json.loads(event.details)
    actor, who = current_actor(), events[0].actor_user_id
    by_oneself = actor is not None and who is not None and who == actor.user_id
    return LastChange(f"{name} {in_beijing(at):%Y-%m-%d %H:%M}", fields, by_oneself)


def _rows() -> Generator[dict[str, Any], None, None]:
    table = AuditEvent.__table__
    query = select(table).order_by(table.c.id).execution_options(yield_per=2000)
    with db.session.execute(query) as result:
        for row in result.mappings():
            yield dict(row)


def verify() -> Verdict:
    """Walks the whole chain: numbering without gaps, each previous hash, each own hash."""
    expected, previous, checked = 1, GENESIS, 0
    with closing(_rows()) as rows:  # a walk that ends early leaves no cursor open
        for row in rows:
            if row["id"] != expected or row["previous_hash"] != previous or link_hash(row) != row["hash"]:
                return Verdict(checked, row["id"], (expected - 1, previous))
            expected, previous, checked = expected + 1, row["hash"], checked + 1
    return Verdict(checked, None, (expected - 1, previous))


def install() -> None:
    """Chains what each transaction changed, after every other finisher."""
    changes.before_commit(90, _chain)
