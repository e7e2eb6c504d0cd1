"""After three failures in a row nobody waits for the engine; it recovers without anybody's help."""

import threading
import time
from collections.abc import Callable

import pytest

from search.breaker import FAILURES, PAUSE, Breaker, GuardedBackend
from search.interface import Query, SearchUnavailable
from search.tantivy.backend import EmbeddedBackend
from search.tantivy.folder import IndexFolder


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Engine:
    """Answers, or fails when told to; counts who asked."""

    def __init__(self) -> None:
        self.works = True
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        if not self.works:
            raise SearchUnavailable("down")
        return "answer"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def broken(clock: Clock, engine: Engine) -> Breaker:
    """A breaker that has seen the engine fail often enough."""
    breaker = Breaker(clock)
    engine.works = False
    for _ in range(FAILURES):
        fails(breaker, engine)
    return breaker


def fails(breaker: Breaker, ask: Callable[[], object]) -> None:
    with pytest.raises(SearchUnavailable):
        breaker.call(ask)


def test_failures_are_passed_on_until_there_are_three_in_a_row(clock: Clock, engine: Engine) -> None:
    breaker = Breaker(clock)
    for works in (False, False, True, False, False):
        engine.works = works
        if works:
            assert breaker.call(engine) == "answer"
        else:
            fails(breaker, engine)
    assert not breaker.is_open
    assert engine.asked == 5


def test_an_engine_that_failed_three_times_is_not_asked_for_a_while(broken: Breaker, engine: Engine) -> None:
    fails(broken, engine)
    assert engine.asked == FAILURES


def test_after_the_pause_an_answer_closes_the_breaker(broken: Breaker, engine: Engine, clock: Clock) -> None:
    engine.works = True
    clock.now += PAUSE
    assert [broken.call(engine), broken.call(engine)] == ["answer", "answer"]
    assert not broken.is_open


def test_after_the_pause_one_failure_opens_it_again(broken: Breaker, engine: Engine, clock: Clock) -> None:
    clock.now += PAUSE
    fails(broken, engine)
    fails(broken, engine)
    assert engine.asked == FAILURES + 1


def test_nobody_waits_long_for_the_trial_of_a_hanging_engine(broken: Breaker, clock: Clock) -> None:
    clock.now += PAUSE
    begun, let_go, ended = threading.Event(), threading.Event(), threading.Event()

    def hang() -> str:
        begun.set()
        assert let_go.wait(10)
        ended.set()
        return "late answer"

    start = time.monotonic()
    fails(broken, hang)
    assert time.monotonic() - start < 5
    assert begun.is_set()
    assert not ended.is_set()
    fails(broken, lambda: "nobody else tries")
    let_go.set()
    assert ended.wait(10)


def test_a_late_answer_to_the_trial_closes_the_breaker(broken: Breaker, clock: Clock) -> None:
    clock.now += PAUSE
    let_go = threading.Event()

    def hang() -> str:
        assert let_go.wait(10)
        return "late answer"

    fails(broken, hang)
    let_go.set()
    deadline = time.monotonic() + 10
    while broken.is_open:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert broken.call(lambda: "answer") == "answer"


def test_a_guarded_backend_refuses_after_three_failures_without_asking(
    tmp_path_factory: pytest.TempPathFactory, clock: Clock
) -> None:
    nowhere = tmp_path_factory.mktemp("index") / "file"
    nowhere.write_text("an index folder that is a file", encoding="utf-8")
    guarded = GuardedBackend(EmbeddedBackend(IndexFolder(nowhere / "index")), Breaker(clock))
    for _ in range(FAILURES):
        with pytest.raises(SearchUnavailable):
            guarded.search(Query("博元", ("all",)))
    assert guarded.breaker.is_open
    with pytest.raises(SearchUnavailable, match="自动再试"):
        guarded.suggest(Query("博元", ("all",)), 4)
