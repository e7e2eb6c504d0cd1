"""A PostgreSQL that hangs without closing its lines: pages do not hang with it."""

import time
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event

R = TypeVar("R")
CONNECT_SECONDS = 5  # that a new connection may take
ANSWER_SECONDS = 20.0  # that a page waits for one statement
SILENT_SECONDS = 2.0  # the same while the server has not answered the one before
REST_SECONDS = 3.0  # after a line that could not be had, before the next is asked for
_LOOK_SECONDS = 0.1  # how often psycopg looks up while it waits


class _Patience:
    """How long this process waits, for ever unless it was told otherwise; and what it met last."""

    def __init__(self) -> None:
        self.limit: float | None = None
        self.is_silent = False
        self.rests_until = 0.0

    def seconds(self) -> float | None:
        return min(self.limit, SILENT_SECONDS) if self.limit and self.is_silent else self.limit

    def meet_silence(self, rest: float = 0) -> None:
        self.is_silent = True
        self.rests_until = time.monotonic() + rest

    def meet_answer(self) -> None:
        self.is_silent = False


_patience = _Patience()


class _Connection(psycopg.Connection[Any]):
    """Gives up a server that does not answer, and the line to it: late words would answer another ask."""

    def wait(self, gen: PQGen[R], interval: float = _LOOK_SECONDS, timeout: float | None = None) -> R:
        try:
            answer = super().wait(gen, interval, timeout or _patience.seconds())
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                _patience.meet_silence()
                self.pgconn.finish()
            raise
        _patience.meet_answer()
        return answer


def answer_within(seconds: float | None) -> None:
    """From now on no statement of this process is waited for longer. For processes that serve pages: jobs and
    the indexer have long ones, keep nobody waiting and go on when the server does.
    """
    _patience.limit = seconds


def watch(engine: Engine) -> None:
    """Makes the engine's connections such as `answer_within` binds."""
    event.listen(engine, "do_connect", _connect)


def _connect(_dialect: Any, _record: Any, words: list[Any], options: dict[str, Any]) -> _Connection:
    """One page asks for several lines: only the first waits in vain."""
    if time.monotonic() < _patience.rests_until:
        raise psycopg.OperationalError("the server did not answer a moment ago")
    try:
        return _Connection.connect(*words, **{"connect_timeout": CONNECT_SECONDS, **options})
    except psycopg.errors.ConnectionTimeout:
        _patience.meet_silence(REST_SECONDS)
        raise
