"""What comes round by itself: once for each time it is due, and what was missed, once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.core.storage.db import db
from app.core.values.clock import as_if
from app.core.work import regular
from app.core.work.regular import NIGHT, NIGHTLY, OFTEN, QUARTER, TAKEN_FOR, RegularWork, run_due

pytestmark = pytest.mark.both_databases

# 10:07 in Beijing.
MORNING = datetime(2026, 11, 28, 2, 7, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def done(session, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done, by two nightly pieces of work and one of every quarter of an hour."""
    said: list[str] = []
    nightly = {"check": lambda: said.append("check"), "tidy": lambda: said.append("tidy")}
    monkeypatch.setattr(NIGHTLY, "_entries", nightly)
    monkeypatch.setattr(OFTEN, "_entries", {"count": lambda: said.append("count")})
    return said


def at(instant: datetime) -> None:
    with as_if(instant):
        run_due()


def taken(done: list[str]) -> list[str]:
    """What was done since it was last asked."""
    found = sorted(done)
    done.clear()
    return found


def test_a_missed_night_is_made_good_at_the_next_start_and_once(done):
    at(MORNING)
    taken(done)
    for start in (MORNING + 3 * DAY, MORNING + 3 * DAY, MORNING + 3 * DAY + timedelta(minutes=1)):
        at(start)
    assert taken(done) == ["check", "count", "tidy"]


def test_work_is_done_when_it_is_due_and_not_between(done):
    at(MORNING)
    assert taken(done) == ["check", "count", "tidy"]
    at(MORNING + timedelta(minutes=7))
    assert taken(done) == []
    at(MORNING + timedelta(minutes=8))  # 10:15
    assert taken(done) == ["count"]
    at(MORNING + timedelta(hours=16, minutes=22))  # 02:29
    assert taken(done) == ["count"]
    at(MORNING + timedelta(hours=16, minutes=23))  # 02:30
    assert taken(done) == ["check", "count", "tidy"]


def test_what_fails_is_told_and_waits_for_its_next_turn(done, monkeypatch, caplog):
    def failing():
        done.append("failing")
        raise RuntimeError("planted")

    monkeypatch.setattr(NIGHTLY, "_entries", {"first": failing, "second": lambda: done.append("second")})
    at(MORNING)
    at(MORNING + timedelta(minutes=1))
    assert taken(done) == ["count", "failing", "second"]
    assert "nightly first failed" in caplog.text
    at(MORNING + DAY)
    assert "failing" in taken(done)


def test_of_two_processes_that_start_together_one_does_it(app: Flask, done, monkeypatch):
    ready = threading.Barrier(2)
    due = regular._due

    def both_have_looked(rounds):
        found = list(due(rounds))
        ready.wait(10)
        return found

    monkeypatch.setattr(regular, "_due", both_have_looked)

    def start():
        with app.app_context():
            at(MORNING)

    starts = [threading.Thread(target=start) for _ in range(2)]
    for one in starts:
        one.start()
    for one in starts:
        one.join(30)
    assert taken(done) == ["check", "count", "tidy"]


def test_work_whose_process_died_is_taken_again_and_what_runs_is_left_alone(done):
    at(MORNING)
    taken(done)
    night = MORNING + DAY
    row = db.session.query(RegularWork).filter_by(name="nightly check").one()
    row.taken_at = night
    db.session.commit()
    at(night + TAKEN_FOR)
    assert taken(done) == ["count", "tidy"]
    at(night + TAKEN_FOR + timedelta(seconds=1))
    assert taken(done) == ["check"]


def test_one_round_alone_can_be_asked_for(done):
    with as_if(MORNING):
        run_due(QUARTER)
        assert taken(done) == ["count"]
        run_due(NIGHT)
        assert taken(done) == ["check", "tidy"]


def test_the_jobs_process_looks_at_its_start_and_every_minute(app: Flask, done):
    tasks = app.extensions["huey"]._registry.periodic_tasks
    regular_task = next(one for one in tasks if one.name == "regular_work")
    assert regular_task.validate_datetime(MORNING)
    app.extensions["run_regular"]()
    assert taken(done) == ["check", "count", "tidy"]
