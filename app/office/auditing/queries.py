"""Reads of the audit ledger, newest first."""

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, func, select

from app.core.storage.audit import AuditEvent, heads_folder
from app.core.storage.db import db
from app.core.values.clock import age_of, start_of
from app.core.values.errors import RuleBroken
from app.core.values.registries import Figure
from app.core.web.files import instance_folder
from app.core.web.pages import Page, paginate
from app.office.auditing.records import MOST_NAMED, subjects_called, vocabulary
from app.office.auditing.rules import Head, read_line
from app.register.accounts.models import Person
from app.register.accounts.naming import is_person

log = logging.getLogger(__name__)
LAST_VERIFIED = (
    "last_verified.json"  # in the installation's folder: when the chain was walked, what was found
)
HEADS = "heads.jsonl"
HEADS_FAILED = "audit_heads_failed"  # in the installation's folder: why the last head was not written
_CHUNK = 500  # keys of one query


@dataclass(frozen=True, slots=True)
class EventFilters:
    """What the list is narrowed to; empty means any. Dates are Beijing dates, both included."""

    actor: str = ""
    action: str = ""  # `lead.correct`, or `*.update` for all kinds
    kind: str = ""
    subject: str = ""  # an id, a number on paper, or part of a name
    start: date | None = None
    end: date | None = None


def _actions(asked: str) -> list[str]:
    """A verb of all kinds is spelled out, so that the index on actions serves it."""
    verb = asked.removeprefix("*.")
    return [asked] if verb == asked else [f"{kind}.{verb}" for kind in vocabulary().kinds]


def _subjects(asked: str) -> set[str]:
    found = subjects_called(asked)
    if len(found) > MOST_NAMED + 1:
        raise RuleBroken({"subject": f"名称里有「{asked}」的多于 {MOST_NAMED} 个，请写全一点，或写编号"})
    return found


def _names_of(asked: str) -> set[str]:
    """The name as it was written, or else those of the people who go by it in part or by its sound."""
    people = select(Person.name)
    if db.session.scalar(people.where(Person.name == asked).limit(1)):
        return {asked}
    return {asked, *db.session.scalars(people.where(is_person(asked, Person.id)))}


def _where(filters: EventFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.actor:
        found.append(AuditEvent.actor_name.in_(_names_of(filters.actor)))
    if filters.action:
        found.append(AuditEvent.action.in_(_actions(filters.action)))
    if filters.kind:
        found.append(AuditEvent.subject_kind == filters.kind)
    if filters.subject:
        found.append(AuditEvent.subject_id.in_(_subjects(filters.subject)))
    if filters.start:
        found.append(AuditEvent.at >= start_of(filters.start))
    if filters.end:
        found.append(AuditEvent.at < start_of(filters.end + timedelta(days=1)))
    return found


@dataclass(frozen=True, slots=True)
class Verified:
    """What the last walk over the chain found."""

    at: datetime
    checked: int
    broken_at: int | None
    faults: tuple[str, ...] = ()  # what the heads kept elsewhere say against it


def last_verified() -> Verified | None:
    """The last walk that was noted; None when nobody has walked yet, or the note cannot be read."""
    try:
        told = json.loads(instance_folder(LAST_VERIFIED).read_text(encoding="utf-8"))
        at, faults = datetime.fromisoformat(told["at"]), tuple(map(str, told.get("faults", ())))
        return Verified(at, int(told["checked"]), told["broken_at"], faults)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("the note of the last verification cannot be read: %s", error)
        return None


def heads_file() -> Path:
    """Where the heads of the chain are kept, a line each; not there before the first."""
    return heads_folder() / HEADS


def read_heads() -> list[Head | None]:
    """Every head that was kept, the oldest first; None for a line that holds none. Raises OSError."""
    try:
        text = heads_file().read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    return [read_line(line) for line in text.splitlines() if line.strip()]


@dataclass(frozen=True, slots=True)
class HeadKeeping:
    """How the heads are kept: the last one, what kept the last try from being written, where they lie."""

    last: Head | None
    failed: str
    folder: Path
    is_beside: bool  # with the data, where whoever changes the database may change them too


def keeping() -> HeadKeeping:
    """For the page that tells how the system is."""
    folder = heads_file().parent
    is_beside = folder.resolve().is_relative_to(instance_folder(".").resolve())
    try:
        last = next((head for head in reversed(read_heads()) if head), None)
        failed = instance_folder(HEADS_FAILED).read_text(encoding="utf-8")
    except FileNotFoundError:
        failed = ""
    except OSError as error:
        last, failed = None, error.strerror or "读不出"
    return HeadKeeping(last, failed, folder, is_beside)


def hashes_of(numbers: Iterable[int]) -> dict[int, str]:
    """The hashes of these events, of those that are there."""
    wanted = sorted(set(numbers))
    found: dict[int, str] = {}
    for start in range(0, len(wanted), _CHUNK):
        query = select(AuditEvent.id, AuditEvent.hash).where(
            AuditEvent.id.in_(wanted[start : start + _CHUNK])
        )
        found |= {number: told for number, told in db.session.execute(query)}
    return found


def began() -> datetime | None:
    """The time of the first event."""
    return db.session.scalar(select(AuditEvent.at).order_by(AuditEvent.id).limit(1))


def counts_on(day: date) -> dict[str, int]:
    """How many events each action has on a Beijing day."""
    query = select(AuditEvent.action, func.count()).where(*_where(EventFilters(start=day, end=day)))
    return {action: count for action, count in db.session.execute(query.group_by(AuditEvent.action))}


def _load(ids: list[int]) -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.id.in_(ids))))


def list_events(filters: EventFilters, number: int) -> Page[AuditEvent]:
    """One page of the ledger."""
    ids = select(AuditEvent.id).where(*_where(filters))
    return paginate(
        ids, _load, order=AuditEvent.id, tie=AuditEvent.id, descending=True, number=number, size=50
    )


def figures() -> Iterator[Figure]:
    """Whether the chain fits, when it was looked at, and when its head was last kept."""
    found, kept = last_verified(), keeping()
    if found is not None:
        yield "audit_chain_whole", "", 0 if found.broken_at or found.faults else 1
        yield "audit_verify_age_seconds", "", age_of(found.at).total_seconds()
    yield "audit_head_failed", "", 1 if kept.failed else 0
    if kept.last is not None:
        yield "audit_head_age_seconds", "", age_of(kept.last.at).total_seconds()
