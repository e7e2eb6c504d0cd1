"""A clock two hours ahead is put right; nothing that it wrote outlives it, session, wait or lease."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select, update

from app.core.index import relay
from app.core.records.history import TAKE_BACK, EntryKind, why_not_take_back
from app.core.storage import audit
from app.core.storage.outbox import OutboxEntry, OutboxState
from app.core.storage.subjects import Subject
from app.core.values.clock import age_of, days_between, now
from app.core.web.signing import read_signed
from app.core.work import jobs, regular
from app.core.work.jobs import Job, JobState
from app.office.operations import watching
from app.register.accounts import session as browsing
from app.register.accounts import tries
from app.register.accounts.enums import Device, Role
from app.register.accounts.models import LoginFailure
from app.register.accounts.rules import KNOWN_BROWSER
from tests.factories.accounts import acting, make_user
from tests.factories.enterprises import make_enterprise

pytestmark = pytest.mark.both_databases

TWO_HOURS = timedelta(hours=2)
# A working day; the last evening of a year, which the wrong clock ends; the same with a leap day.
DAYS = (
    datetime(2026, 11, 23, 1, 0, tzinfo=UTC),
    datetime(2026, 12, 31, 15, 30, tzinfo=UTC),
    datetime(2028, 2, 28, 15, 30, tzinfo=UTC),
    datetime(2028, 2, 29, 15, 30, tzinfo=UTC),
)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(DAYS[0], tick=False) as frozen:
        yield frozen


def is_alive(token):
    return browsing.load_actor(token) is not None


def test_a_session_begun_or_used_by_a_clock_ahead_is_over_once_it_is_right(session, clock):
    user = make_user(Role.OFFICER)
    for real in DAYS:
        for device in Device:
            clock.move_to(real)
            before = browsing.begin(user.id, "192.0.2.1", "", device)
            session.commit()
            clock.move_to(real + TWO_HOURS)
            begun = browsing.begin(user.id, "192.0.2.1", "", device)
            session.commit()
            # At a desk two hours have gone by as far as anybody knows; whoever is on a phone uses theirs.
            assert (is_alive(begun), is_alive(before)) == (True, device is Device.PHONE)
            clock.move_to(real + timedelta(minutes=1))
            # The one that lay idle was never used by the wrong clock, and is what it was.
            assert (is_alive(begun), is_alive(before)) == (False, device is Device.DESK)
            # Nor does either come back when the time has come that the wrong clock showed.
            browsing.end_all(user.id)
            session.commit()
            clock.move_to(real + TWO_HOURS + timedelta(minutes=1))
            assert (is_alive(begun), is_alive(before)) == (False, False)


def test_the_clocks_of_two_machines_may_differ_by_seconds(session, clock):
    clock.move_to(DAYS[0] + timedelta(seconds=20))
    token = browsing.begin(make_user().id, "192.0.2.1", "")
    session.commit()
    clock.move_to(DAYS[0])
    assert is_alive(token)


def test_what_was_typed_comes_again_after_the_clock_was_put_right(app, clock):
    with app.app_context():
        signer = URLSafeTimedSerializer("secret", salt="unsaved form")
        for real in DAYS:
            clock.move_to(real + TWO_HOURS)
            word = signer.dumps("a long visit")
            clock.move_to(real)
            assert read_signed(signer, word, 3600) == "a long visit"
            with pytest.raises(BadData):
                read_signed(signer, word[:-2] + "xx", 3600)
            clock.move_to(real + TWO_HOURS + timedelta(hours=2))
            with pytest.raises(BadData):
                read_signed(signer, word, 3600)


def test_failed_tries_and_waits_of_a_clock_ahead_do_not_hold_anybody_up(session, clock):
    for number, real in enumerate(DAYS):
        for browser in ("known", ""):
            mine = tries.origin(f"user{number}{browser}", f"198.51.100.{number}", browser)
            clock.move_to(real + TWO_HOURS)
            for _ in range(KNOWN_BROWSER.free):
                assert tries.take(mine) is None
            assert tries.take(mine) is not None
            clock.move_to(real)
            assert tries.take(mine) is None
    tries.prune()
    session.commit()
    clock.move_to(DAYS[0])
    tries.prune()
    session.commit()
    assert all(at <= now() for at in session.scalars(select(LoginFailure.at)))


def test_jobs_leases_and_regular_work_do_not_wait_for_the_wrong_time(session, clock, monkeypatch):
    done = []
    monkeypatch.setattr(regular.NIGHTLY, "_entries", {"tidy": lambda: done.append(now())})
    monkeypatch.setattr(regular.OFTEN, "_entries", {})
    with acting(make_user()):
        job = jobs.enqueue("test", "试一试", {})
        make_enterprise("甲有限公司")
    session.commit()
    for real in DAYS:
        clock.move_to(real + timedelta(days=2))
        regular.run_due()
        session.execute(update(Job).values(state=JobState.RUNNING, heartbeat_at=now()))
        session.execute(
            update(OutboxEntry).values(state=OutboxState.CLAIMED, claimed_at=now(), created_at=now())
        )
        session.commit()
        done.clear()
        clock.move_to(real)
        assert jobs.sweep() == [job.id]
        relay.put_back_lost()
        states = set(session.scalars(select(OutboxEntry.state)))
        assert states == {OutboxState.PENDING}
        assert relay.overdue() == relay.OVERDUE
        regular.run_due()
        assert done == [real]
        regular.run_due()
        assert done == [real]


@dataclass(frozen=True, slots=True)
class Deed:
    """A ledger row, as far as taking it back goes by it."""

    recorded_at: datetime
    id: int = 1
    kind: EntryKind = EntryKind.MOVE
    voids: None = None
    actor_id: int = 7


def test_a_slip_is_not_taken_back_for_longer(clock):
    for real in DAYS:
        late, in_time = Deed(real + TWO_HOURS), Deed(real - TAKE_BACK)
        assert "超过 30 分钟" in (why_not_take_back([late], late, 7, real) or "")
        assert why_not_take_back([in_time], in_time, 7, real) is None


def test_the_ledger_goes_by_its_numbers_and_its_chain_holds(session, clock):
    for real in DAYS:
        for at in (real + TWO_HOURS, real):
            clock.move_to(at)
            audit.record(
                "account.released", Subject("user_account", "one"), f"{at:%H:%M}", roles=[None, f"{at:%H:%M}"]
            )
            session.commit()
        assert audit.last_change(Subject("user_account", "one")).fields["roles"][1] == f"{real:%H:%M}"
    assert audit.verify().broken_at is None


def test_no_page_shows_a_time_that_runs_backwards(clock):
    for real in DAYS:
        clock.move_to(real)
        assert age_of(real + TWO_HOURS) == timedelta()
        assert days_between((real + TWO_HOURS).date() + timedelta(days=1), real.date()) == 0
    for judged in (watching.check(-TWO_HOURS, 9, 0, 0), watching.backup(-TWO_HOURS, "/backups")):
        assert judged.light == "yellow"
        assert "比现在还晚" in judged.words
