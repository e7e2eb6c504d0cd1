"""The one door to `search/`: sources of documents, the relay that empties the outbox, rebuild and check.

The index is disposable and the database the only truth: the relay reads the current row after drawing a
number, so that a newer text never goes out under an older number, and hits are read again under the
reader's scope before they are shown.
"""

import gc
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import psycopg
from flask import Flask, current_app
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.core.auth import Actor
from app.core.clock import now
from app.core.db import db, insert_unless_there, reading
from app.core.outbox import Key, OutboxEntry, OutboxNumber, OutboxState, write_rows
from app.core.permissions import Scope
from app.core.registries import Registry
from search.factory import open_backend, start_rebuild
from search.highlight import highlight, snippet
from search.interface import (
    Document,
    IndexOutdated,
    Query,
    SearchBackend,
    SearchUnavailable,
    fingerprint,
)

log = logging.getLogger(__name__)

EVERYONE = "all"  # the access token that every signed-in reader holds
BATCH = 5000  # each batch ends with a commit of the index, which takes 70 ms and more
POLL = 0.2  # seconds
TRIES = 5
CLAIM_FOR = timedelta(seconds=60)
CHANNEL = "outbox"
__all__ = [
    "EVERYONE",
    "SOURCES",
    "Document",
    "Query",
    "SearchUnavailable",
    "Shown",
    "Source",
    "highlight",
    "snippet",
]


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit as read again from the database for one reader."""

    public_id: str
    title: str
    note: str = ""  # the facts that tell two of a kind apart
    body: str = ""  # long text to take a snippet from
    status: str = ""
    who: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of document: how it is built, listed, shown to a reader, and found without the index.

    `build` leaves out what is missing or archived, which then leaves the index. `find` is the plain
    database search used while the index is unavailable; it and `show` apply the reader's scope.
    """

    kind: str
    label: str
    icon: str
    endpoint: str  # the page of one record, asked with its public id
    right: str
    key: InstrumentedAttribute[int]
    public_id: InstrumentedAttribute[str]
    build: Callable[[Sequence[str]], list[Document]]
    show: Callable[[Sequence[str], Actor], Mapping[str, Shown]]
    find: Callable[[str, Actor, int], Sequence[str]]


SOURCES: Registry[Source] = Registry("search sources")


def access_of(actor: Actor, scope: Scope) -> tuple[str, ...]:
    """The access tokens a reader holds."""
    return (EVERYONE, *scope.tokens())


class _Reader:
    """The reading backend of this process, opened at first use: after the fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._backend: SearchBackend | None = None

    def get(self) -> SearchBackend:
        with self._lock:
            if self._backend is None:
                self._backend = open_backend(current_app.config["SEARCH_URL"])
            return self._backend


def init_searching(app: Flask) -> None:
    """Gives the app its reader."""
    app.extensions["search_reader"] = _Reader()


def reader() -> SearchBackend:
    """The backend for reading in this process."""
    found: SearchBackend = current_app.extensions["search_reader"].get()
    return found


def require_filled() -> None:
    """Raises SearchUnavailable when this process reads an index without a document beside a county that has
    some: never made, lost, or not yet filled. To be asked when a search found nothing.
    """
    if not reader().size() and _is_anything_there():
        raise SearchUnavailable("搜索索引还是空的，等检索同步建好，或者运行 flask --app wsgi search rebuild")


def _is_anything_there() -> bool:
    return any(db.session.scalar(select(source.key).limit(1)) for source in SOURCES.values())


def writer() -> SearchBackend:
    """A backend for writing; one process at a time holds it."""
    return open_backend(current_app.config["SEARCH_URL"], writer=True)


# --- the relay ------------------------------------------------------------------------------------


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
        documents += [replace(document, version=number) for document in SOURCES[kind].build(record_ids)]
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
    except SearchUnavailable:
        _put_back(ids)
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


def _put_back(ids: Sequence[int]) -> None:
    db.session.rollback()
    db.session.execute(
        update(OutboxEntry).where(OutboxEntry.id.in_(ids)).values(state=OutboxState.PENDING, claimed_at=None)
    )
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
    lost = (OutboxEntry.state == OutboxState.CLAIMED) & (OutboxEntry.claimed_at < now() - older_than)
    db.session.execute(update(OutboxEntry).where(lost).values(state=OutboxState.PENDING))
    db.session.commit()


def waiting_count() -> dict[str, int]:
    """How many outbox entries stand in each state."""
    query = select(OutboxEntry.state, func.count()).group_by(OutboxEntry.state)
    found = {state.value: int(count) for state, count in db.session.execute(query)}
    return {state.value: found.get(state.value, 0) for state in OutboxState}


class _Waiter:
    """Waits between two looks at the outbox: POLL seconds, on PostgreSQL ended early by a notification."""

    def __init__(self) -> None:
        self._connection: psycopg.Connection[Any] | None = None
        url = db.engine.url
        if url.get_backend_name() == "postgresql":
            plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
            self._connection = psycopg.connect(plain, autocommit=True)
            self._connection.execute(f"LISTEN {CHANNEL}")

    def wait(self) -> None:
        if self._connection is None:
            time.sleep(POLL)
            return
        for _notice in self._connection.notifies(timeout=POLL, stop_after=1):
            return

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


def follow(stop: threading.Event) -> None:
    """The indexer: keeps the index behind the database by less than a second until told to stop."""
    put_back_lost(timedelta())
    backend = writer()
    waiter = _Waiter()
    try:
        _fill_if_lost(backend)
        while not stop.is_set():
            if not _drain_or_pause(backend, stop):
                waiter.wait()
    finally:
        waiter.close()
        backend.close()


def _fill_if_lost(backend: SearchBackend) -> None:
    """An index without a document beside a county that has some was lost, and one of an earlier version is of
    no use: nothing else would refill either."""
    with reading():
        anything = _is_anything_there()
        db.session.rollback()
    try:
        lost = anything and not backend.size()
    except IndexOutdated:
        lost = True
    if lost:
        log.warning("search index is lost or outdated: rebuilt %s documents", rebuild())


def _drain_or_pause(backend: SearchBackend, stop: threading.Event) -> int:
    try:
        return drain(backend)
    except SearchUnavailable as error:
        log.warning("search index unavailable: %s", error)
        stop.wait(2.0)
        return 0


# --- rebuild and check ----------------------------------------------------------------------------


def all_documents(number: int, size: int = 1000) -> Iterator[list[Document]]:
    """Every document there should be, in batches, by key."""
    for source in SOURCES.values():
        last = 0
        while True:
            page = db.session.execute(
                select(source.key, source.public_id).where(source.key > last).order_by(source.key).limit(size)
            ).all()
            if not page:
                break
            last = page[-1][0]
            yield [replace(each, version=number) for each in source.build([row[1] for row in page])]
            db.session.rollback()
            db.session.expunge_all()


def rebuild(report: Callable[[int], None] = lambda _count: None) -> int:
    """A new index beside the one in use, swapped in when complete. Returns how many documents it holds."""
    number = draw_number()
    db.session.commit()
    count = 0
    with reading(), start_rebuild(current_app.config["SEARCH_URL"]) as fresh:
        for batch in all_documents(number):
            fresh.add(batch)
            count += len(batch)
            report(count)
        fresh.finish()
    return count


@dataclass(frozen=True, slots=True)
class Drift:
    """What the index holds wrongly, as keys: missing, stale (text or rights), ghosts."""

    checked: int
    missing: tuple[Key, ...]
    stale: tuple[Key, ...]
    ghosts: tuple[Key, ...]

    @property
    def is_none(self) -> bool:
        return not (self.missing or self.stale or self.ghosts)


def check() -> Drift:
    """Compares every document that should be with what the index holds, by content."""
    held = {(kind, record_id): mark for kind, record_id, mark in reader().fingerprints()}
    missing: list[Key] = []
    stale: list[Key] = []
    checked = 0
    with reading():
        for batch in all_documents(0):
            for document in batch:
                checked += 1
                mark = held.pop((document.kind, document.id), None)
                if mark is None:
                    missing.append((document.kind, document.id))
                elif mark != fingerprint(document):
                    stale.append((document.kind, document.id))
    return Drift(checked, tuple(missing), tuple(stale), tuple(held))


def repair(drift: Drift) -> None:
    """Asks the relay to send again whatever has drifted. Commits."""
    write_rows(db.session(), [*drift.missing, *drift.stale, *drift.ghosts])
    db.session.commit()
