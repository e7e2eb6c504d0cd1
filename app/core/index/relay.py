"""The relay from the outbox to the index: claim, number, read, send; what cannot be sent is parked.

The number is drawn after claiming and before reading, so that a newer text never goes out under an older
number.
"""

import gc
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, union_all, update

from app.core.index.searching import SOURCES, Document, SearchBackend, SearchUnavailable
from app.core.storage.db import db, insert_unless_there, lapsed, reading
from app.core.storage.outbox import Key, OutboxEntry, OutboxNumber, OutboxState
from app.core.values.clock import age_of, is_ahead, now

log = logging.getLogger(__name__)

BATCH = 5000  # each batch ends with a commit of the index, which takes 70 ms and more
TRIES = 5
CLAIM_FOR = timedelta(seconds=60)
OVERDUE = timedelta(minutes=1)  # an indexer at work lets no change wait so long, save in a large import


def draw_number() -> int:
    """The next external version; commits with the transaction under way."""
    count_on = (
        update(OutboxNumber)
        .where(OutboxNumber.id == 1)
        .values(drawn=OutboxNumber.drawn + 1)
        .returning(OutboxNumber.drawn)
    )
    drawn = db.session.scalar(count_on)
    if drawn is None:  # the very first; another process may be drawing its first at this moment
        db.session.execute(insert_unless_there(OutboxNumber.__table__).values(id=1, drawn=0))
        drawn = db.session.execute(count_on).scalar_one()
    return int(drawn)


def _claim(limit: int) -> tuple[list[int], list[Key], int]:
    """Marks pending rows as ours and draws their number, in one transaction."""
    waiting = (
        select(OutboxEntry.id)
        .where(OutboxEntry.state == OutboxState.PENDING)
        .order_by(OutboxEntry.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(db.session.scalars(waiting))
    if not ids:
        db.session.rollback()
        return [], [], 0
    rows = db.session.execute(
        update(OutboxEntry)
        .where(OutboxEntry.id.in_(ids))
        .values(state=OutboxState.CLAIMED, claimed_at=now())
        .returning(OutboxEntry.kind, OutboxEntry.record_id)
    )
    keys = list(dict.fromkeys((kind, record_id) for kind, record_id in rows))
    number = draw_number()
    db.session.commit()
    return ids, keys, number


def documents_of(keys: Sequence[Key], number: int) -> tuple[list[Document], list[tuple[str, str, int]]]:
    """The current documents of these objects, and those that are to leave the index."""
    by_kind: dict[str, list[str]] = {}
    for kind, record_id in keys:
        by_kind.setdefault(kind, []).append(record_id)
    documents: list[Document] = []
    for kind, record_ids in by_kind.items():
        source = SOURCES.get(kind)  # a kind of an earlier program leaves the index
        built = source.build(record_ids) if source else []
        documents += [replace(document, version=number) for document in built]
    present = {(document.kind, document.id) for document in documents}
    return documents, [
        (kind, record_id, number) for kind, record_id in keys if (kind, record_id) not in present
    ]


def _is_waiting() -> bool:
    """A cheap look that takes no write lock."""
    with reading():
        found = db.session.scalar(
            select(OutboxEntry.id).where(OutboxEntry.state == OutboxState.PENDING).limit(1)
        )
        db.session.rollback()
    return found is not None


def drain(backend: SearchBackend, limit: int = BATCH) -> int:
    """Sends up to `limit` waiting entries; returns how many were claimed.

    Raises SearchUnavailable with the entries put back. One that cannot be read does not hold up the rest:
    it is found by halving, and parked after TRIES.
    """
    if not _is_waiting():
        return 0
    ids, keys, number = _claim(limit)
    if not ids:
        return 0
    try:
        with reading(), _uncollected():
            documents, gone = documents_of(keys, number)
            db.session.rollback()
            backend.apply(documents, gone)
    except SearchUnavailable as error:
        _put_back(ids, str(error))
        raise
    except Exception as error:
        log.exception("outbox batch failed")
        db.session.rollback()
        if len(keys) > 1:
            _put_back(ids)
            _drain_in_halves(backend, len(ids))
        else:
            _count_failure(ids, error)
        return len(ids)
    db.session.execute(delete(OutboxEntry).where(OutboxEntry.id.in_(ids)))
    db.session.commit()
    return len(ids)


@contextmanager
def _uncollected() -> Iterator[None]:
    """A batch makes a million objects and no cycle: looking for cycles took a tenth of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _drain_in_halves(backend: SearchBackend, count: int) -> None:
    """Finds the entry that cannot be read among `count` in as few steps as it takes."""
    half = (count + 1) // 2
    drain(backend, limit=half)
    drain(backend, limit=count - half)


def _put_back(ids: Sequence[int], why: str | None = None) -> None:
    """Whoever looks after the system reads `why` while the entries wait."""
    db.session.rollback()
    values = {"state": OutboxState.PENDING, "claimed_at": None, "error": why and why[:300]}
    db.session.execute(update(OutboxEntry).where(OutboxEntry.id.in_(ids)).values(values))
    db.session.commit()


def _count_failure(ids: Sequence[int], error: Exception) -> None:
    """A failed entry goes to the end of the queue, so that it never stands before others."""
    for entry in db.session.scalars(select(OutboxEntry).where(OutboxEntry.id.in_(ids))).all():
        attempts = entry.attempts + 1
        state = OutboxState.PARKED if attempts >= TRIES else OutboxState.PENDING
        again = OutboxEntry(
            kind=entry.kind,
            record_id=entry.record_id,
            state=state,
            attempts=attempts,
            error=f"{type(error).__name__}: {error}"[:300],
            created_at=entry.created_at,
        )
        db.session.delete(entry)
        db.session.add(again)
    db.session.commit()


def put_back_lost(older_than: timedelta = CLAIM_FOR) -> None:
    """Entries claimed by a process that died are sent again."""
    lost = (OutboxEntry.state == OutboxState.CLAIMED) & lapsed(OutboxEntry.claimed_at, older_than)
    db.session.execute(update(OutboxEntry).where(lost).values(state=OutboxState.PENDING))
    db.session.commit()


def waiting_count() -> dict[str, int]:
    """How many outbox entries stand in each state."""
    query = select(OutboxEntry.state, func.count()).group_by(OutboxEntry.state)
    found = {state.value: int(count) for state, count in db.session.execute(query)}
    return {state.value: found.get(state.value, 0) for state in OutboxState}


@dataclass(frozen=True, slots=True)
class Parked:
    """An entry given up after TRIES; `error` is for people who can read programs."""

    id: int
    kind: str
    record_id: str
    error: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """The entry that has waited longest: since when, and what kept it the last time it was tried."""

    since: datetime
    why: str


def oldest_waiting() -> Waiting | None:
    """None when nothing waits; parked entries wait for nobody.

    The first of each state, which an index finds however many wait: every page of results asks this.
    """
    columns = OutboxEntry.id, OutboxEntry.created_at, OutboxEntry.error
    first_of = (
        select(*columns).where(OutboxEntry.state == state).order_by(OutboxEntry.id).limit(1).subquery()
        for state in (OutboxState.PENDING, OutboxState.CLAIMED)
    )
    found = min(db.session.execute(union_all(*map(select, first_of))), default=None)
    return Waiting(found.created_at, found.error or "") if found else None


def waited(oldest: Waiting | None) -> timedelta:
    """How long that one has waited. One that a clock ahead has put there may have waited for long."""
    if oldest is None:
        return timedelta()
    return OVERDUE if is_ahead(oldest.since) else age_of(oldest.since)


def overdue() -> timedelta | None:
    """How long the oldest change has waited to be sent, once that is so long that no indexer can be at work,
    or one that is far behind; else None, and what the index finds is up to date.
    """
    found = waited(oldest_waiting())
    return found if found >= OVERDUE else None


def list_parked(limit: int) -> list[Parked]:
    """The first entries that were given up."""
    query = select(OutboxEntry).where(OutboxEntry.state == OutboxState.PARKED).order_by(OutboxEntry.id)
    return [
        Parked(entry.id, entry.kind, entry.record_id, entry.error or "", entry.created_at)
        for entry in db.session.scalars(query.limit(limit))
    ]


def send_parked_again() -> int:
    """Puts all that was given up back into the queue; returns how many. To be committed by the caller."""
    parked = list(db.session.scalars(select(OutboxEntry.id).where(OutboxEntry.state == OutboxState.PARKED)))
    values = {"state": OutboxState.PENDING, "attempts": 0, "error": None}
    db.session.execute(update(OutboxEntry).where(OutboxEntry.id.in_(parked)).values(values))
    return len(parked)
