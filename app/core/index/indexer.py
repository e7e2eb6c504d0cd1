"""The indexer process: keeps the index behind the database by less than a second, whatever happens to either.

An engine or a database that is away is waited for; an index that was lost is filled again.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from typing import Any

import psycopg
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from app.core.index.reindexing import rebuild
from app.core.index.relay import CLAIM_FOR, drain, put_back_lost, waiting_count
from app.core.index.searching import SOURCES, NeedsRebuild, SearchBackend, SearchUnavailable, writer
from app.core.storage.db import Turn, db, is_sqlite, reading
from app.core.storage.outbox import CHANNEL
from app.core.values.clock import today

log = logging.getLogger(__name__)

POLL = 0.2  # seconds
PAUSE = 2.0  # seconds, after an engine or a database did not answer
LOOK_EVERY = 60.0  # seconds between two looks at how much the index holds
COUNT_EVERY = 3600.0  # seconds between two comparisons with the database, which counts all its rows
LEAST_HELD = 0.9  # an index that holds less than this of what it should is built anew
TOMBSTONES_KEPT = timedelta(days=7)


class _Waiter:
    """Waits between two looks at the outbox: POLL seconds, on PostgreSQL ended early by a notification."""

    def __init__(self) -> None:
        self._connection: psycopg.Connection[Any] | None = None

    def wait(self) -> None:
        if db.engine.dialect.name != "postgresql":
            time.sleep(POLL)
            return
        try:
            for _notice in self._listening().notifies(timeout=POLL, stop_after=1):
                return
        except psycopg.OperationalError:
            self.close()
            time.sleep(PAUSE)

    def _listening(self) -> psycopg.Connection[Any]:
        if self._connection is None:
            plain = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
            self._connection = psycopg.connect(plain, autocommit=True)
            self._connection.execute(f"LISTEN {CHANNEL}")
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _Care:
    """What is looked after beside sending: claims of relays that died, a lost index, old tombstones."""

    def __init__(self, backend: SearchBackend) -> None:
        self._backend = backend
        self._look_at = self._count_at = 0.0
        self._seen = 0  # documents at the last look
        self._usual = 1.0  # documents held for each row there is, right after a rebuild
        self._purged_on: date | None = None
        self._lost_after = timedelta()  # at the start, whatever is claimed was claimed by a relay that died

    def when_due(self) -> int:
        """1 when it was time and all is well, 0 when it was not."""
        moment = time.monotonic()
        if moment < self._look_at:
            return 0
        put_back_lost(self._lost_after)
        self._lost_after = CLAIM_FOR
        with _filling_alone() as alone:
            # Looked at under the lock: another indexer may just have filled it.
            if alone and self._is_lost(moment):
                self._fill()
        self._purge()
        self._look_at = time.monotonic() + LOOK_EVERY
        return 1

    def _is_lost(self, moment: float) -> bool:
        try:
            held = self._backend.size()
        except NeedsRebuild:
            return True
        has_shrunk = held < LEAST_HELD * self._seen
        self._seen = held
        if held and not has_shrunk and moment < self._count_at:
            return False
        self._count_at = moment + COUNT_EVERY
        return self._lacks_too_much(held)

    def _lacks_too_much(self, held: int) -> bool:
        """While much is waiting to be sent, only an index without a single document counts as lost."""
        rows = _rows_there_are()
        if held and _is_anything_waiting():
            self._count_at = 0.0
            return False
        return held < LEAST_HELD * self._usual * rows

    def _fill(self) -> None:
        count = rebuild()
        log.warning("search index was lost, outdated or incomplete: rebuilt %s documents", count)
        self._seen = self._backend.size()
        rows = _rows_there_are()
        self._usual = min(1.0, self._seen / rows) if rows else 1.0

    def _purge(self) -> None:
        day = today()
        if self._purged_on == day:
            return
        purged = self._backend.purge(before_day=(day - TOMBSTONES_KEPT).toordinal())
        self._purged_on = day
        if purged:
            log.info("removed %s tombstones", purged)


@contextmanager
def _filling_alone() -> Iterator[bool]:
    """Whether no other indexer is filling the index: several may run on PostgreSQL, and the last rebuild to
    start wins, so that two of them would cut each other off. The lock ends with the connection that holds it.
    """
    if is_sqlite():
        yield True
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        alone = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": int(Turn.FILLING)}))
        try:
            yield alone
        finally:
            if alone:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": int(Turn.FILLING)})


def _rows_there_are() -> int:
    """Rows that ought to have a document, roughly: a kind may leave some out."""
    total = 0
    with reading():
        for source in SOURCES.values():
            query = select(func.count(source.key))
            archived_at = getattr(source.key.class_, "archived_at", None)
            if archived_at is not None:
                query = query.where(archived_at.is_(None))
            total += db.session.scalar(query) or 0
        db.session.rollback()
    return total


def _is_anything_waiting() -> bool:
    with reading():
        waiting = waiting_count()
        db.session.rollback()
    return bool(waiting["pending"] or waiting["claimed"])


class _Complaints:
    """One line in the log when trouble begins or changes, one when it is over: not one every two seconds."""

    def __init__(self) -> None:
        self._last = ""

    def about(self, error: Exception) -> None:
        words = f"{type(error).__name__}: {error}"
        if words != self._last:
            log.warning("the indexer waits: %s", words)
        self._last = words

    def over(self) -> None:
        if self._last:
            log.warning("the indexer goes on")
        self._last = ""


class _Indexer:
    def __init__(self, backend: SearchBackend, stop: threading.Event) -> None:
        self._backend = backend
        self._stop = stop
        self._care = _Care(backend)
        self._complaints = _Complaints()

    def care(self) -> int:
        return self._done_by(self._care.when_due)

    def send(self) -> int:
        return self._done_by(lambda: drain(self._backend))

    def _done_by(self, work: Callable[[], int]) -> int:
        """How much the work did; nothing, after a pause, when engine or database did not answer."""
        try:
            done = work()
        except (SearchUnavailable, OperationalError) as error:
            db.session.rollback()
            self._complaints.about(error)
            self._stop.wait(PAUSE)
            return 0
        if done:  # else neither of them was asked for much
            self._complaints.over()
        return done


def follow(stop: threading.Event) -> None:
    """Sends what waits until told to stop."""
    with closing(writer()) as backend, closing(_Waiter()) as waiter:
        indexer = _Indexer(backend, stop)
        indexer.care()
        while not stop.is_set():
            indexer.care()
            if not indexer.send():
                waiter.wait()
