"""A reading backend that nobody waits for in vain: after some failures in a row it refuses at once."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from typing import TypeVar

from search.interface import (
    Best,
    Counts,
    Document,
    Facet,
    HitPage,
    Overview,
    Query,
    SearchBackend,
    SearchUnavailable,
    WrongServer,
)

FAILURES = 3
PAUSE = 15.0  # seconds
TRIAL = 0.2  # seconds
_LEFT_ALONE = f"连续 {FAILURES} 次没有应答，先不再问它，过一会儿自动再试"

T = TypeVar("T")


class Breaker:
    """Counts failures in a row. Once there are FAILURES, it is open: calls are refused without being made.

    Every PAUSE seconds one call is made all the same, beside its caller, who waits TRIAL seconds for it and
    no longer; an answer closes the breaker, even one that comes later.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._try_again_at = 0.0
        self._wrong = ""

    @property
    def is_open(self) -> bool:
        return self._failures >= FAILURES

    def call(self, ask: Callable[[], T]) -> T:
        """Raises SearchUnavailable, either its own or what `ask` raised."""
        if self._is_due_for_a_trial():
            return self._tried(ask)
        return self._counted(ask)

    def _is_due_for_a_trial(self) -> bool:
        with self._lock:
            if not self.is_open:
                return False
            now = self._clock()
            if now < self._try_again_at:
                # What waiting does not mend is named as long as it lasts.
                raise WrongServer(self._wrong) if self._wrong else SearchUnavailable(_LEFT_ALONE)
            self._try_again_at = now + PAUSE  # this caller tries, nobody else does until then
            return True

    def _tried(self, ask: Callable[[], T]) -> T:
        answer: Future[T] = Future()

        def work() -> None:
            try:
                answer.set_result(self._counted(ask))
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits
                answer.set_exception(error)

        threading.Thread(target=work, name="search-trial", daemon=True).start()
        try:
            return answer.result(TRIAL)
        except TimeoutError:
            raise SearchUnavailable(_LEFT_ALONE) from None

    def _counted(self, ask: Callable[[], T]) -> T:
        try:
            answer = ask()
        except SearchUnavailable as error:
            self._note_failure()
            self._wrong = str(error) if isinstance(error, WrongServer) else ""
            raise
        self._failures = 0
        self._wrong = ""
        return answer

    def _note_failure(self) -> None:
        with self._lock:
            self._failures += 1
            self._try_again_at = self._clock() + PAUSE


class GuardedBackend:
    """A backend behind a breaker, for reading only: whoever writes has to know of each failure itself."""

    def __init__(self, backend: SearchBackend, breaker: Breaker | None = None) -> None:
        self._backend = backend
        self.breaker = breaker or Breaker()

    def search(self, query: Query) -> HitPage:
        return self.breaker.call(lambda: self._backend.search(query))

    def overview(self, query: Query, wanted: Sequence[Facet]) -> Overview:
        return self.breaker.call(lambda: self._backend.overview(query, wanted))

    def suggest(self, query: Query, per_kind: int) -> dict[str, Best]:
        return self.breaker.call(lambda: self._backend.suggest(query, per_kind))

    def counts(self, query: Query) -> dict[str, int]:
        return self.breaker.call(lambda: self._backend.counts(query))

    def facets(self, query: Query, wanted: Sequence[Facet]) -> dict[str, Counts]:
        return self.breaker.call(lambda: self._backend.facets(query, wanted))

    def apply(self, upserts: Iterable[Document], deletes: Iterable[tuple[str, str, int]]) -> None:
        raise SearchUnavailable("a guarded backend only reads")

    def purge(self, *, before_day: int) -> int:
        raise SearchUnavailable("a guarded backend only reads")

    def fingerprints(self) -> Iterator[tuple[str, str, str]]:
        return self.breaker.call(self._backend.fingerprints)

    def size(self) -> int:
        return self.breaker.call(self._backend.size)

    def close(self) -> None:
        self._backend.close()
