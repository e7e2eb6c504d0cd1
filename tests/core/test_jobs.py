import errno
from datetime import timedelta

import psycopg
import pytest
import time_machine
from huey import SqliteHuey
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.core.access.auth import current_actor
from app.core.storage.audit import AuditEvent
from app.core.values.clock import now
from app.core.values.errors import RuleBroken
from app.core.work import jobs
from app.core.work.jobs import JobState, running
from app.core.work.jobs.queue import _signed
from tests.factories.accounts import acting, make_unit, make_user

pytestmark = pytest.mark.both_databases


@pytest.fixture
def handler(monkeypatch):
    """Registers what the jobs of a test do, under the kind `test`."""

    def register(work):
        monkeypatch.setitem(jobs.HANDLERS._entries, "test", work)

    return register


@pytest.fixture
def job(session):
    with acting(make_user()):
        made = jobs.enqueue("test", "试一试", {})
        session.commit()
    return made


def ran(session, job):
    jobs.run(job.id)
    session.expire_all()
    return job


def test_a_job_runs_for_its_owner_and_keeps_its_result(session, job, handler):
    handler(lambda job, progress: {"by": current_actor().user_id})
    assert ran(session, job).state is JobState.DONE
    assert job.result == {"by": job.owner_id}


def test_what_a_job_changes_says_that_it_was_this_job(session, job, handler):
    handler(lambda _job, _progress: {"unit": make_unit("云溪镇").public_id})
    made = ran(session, job).result["unit"]
    assert session.scalars(select(AuditEvent.run_id).where(AuditEvent.subject_id == made)).all() == [
        f"job:{job.public_id}"
    ]


def test_a_refusal_is_told_in_its_own_words(session, job, handler):
    def refuse(job, progress):
        raise RuleBroken("文件是空的")

    handler(refuse)
    assert (ran(session, job).state, job.message) == (JobState.FAILED, "文件是空的")


def test_a_fault_is_told_plainly_and_leaves_nothing_half_done(session, job, handler):
    def fail(job, progress):
        job.title = "改了一半"
        session.flush()
        raise ZeroDivisionError

    handler(fail)
    assert ran(session, job).state is JobState.FAILED
    assert job.public_id in job.message
    assert job.title == "试一试"


def test_progress_is_seen_while_the_job_runs_and_a_stop_is_heard(session, job, handler):
    job.cancel_asked = True
    session.commit()

    def work(job, progress):
        progress.report(3, 10)
        raise AssertionError("not reached")

    handler(work)
    assert (ran(session, job).state, job.finished, job.total) == (JobState.CANCELLED, 3, 10)


def test_a_finished_job_is_not_run_again(session, job, handler):
    handler(lambda job, progress: {"runs": job.attempts})
    ran(session, job)
    assert ran(session, job).result == {"runs": 1}


def test_a_silent_job_is_swept_up_and_a_lively_one_is_not(session, job):
    job.state, job.heartbeat_at = JobState.RUNNING, now()
    session.commit()
    assert jobs.sweep() == []
    with time_machine.travel(now() + jobs.SILENT_FOR + timedelta(seconds=1)):
        assert jobs.sweep() == [job.id]


def test_a_job_that_keeps_ending_its_worker_is_given_up(session, job):
    job.state, job.attempts = JobState.RUNNING, jobs.MOST_ATTEMPTS
    session.commit()
    jobs.restart_lost()
    session.expire_all()
    assert (job.state, jobs.sweep()) == (JobState.FAILED, [])
    assert "不再重试" in job.message


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OperationalError("UPDATE", {}, Exception("database is locked")), "数据库正忙"),
        (OperationalError("UPDATE", {}, psycopg.errors.AdminShutdown("stopped")), "数据库刚才没有应答"),
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘满了"),
    ],
)
def test_what_database_or_disk_have_failed_is_done_again_and_not_counted(session, job, handler, error, words):
    def fails(job, progress):
        raise error

    handler(fails)
    for _time in range(jobs.MOST_ATTEMPTS + 1):
        assert ran(session, job).state is JobState.WAITING
        assert words in job.message and job.attempts == 0
    handler(lambda job, progress: {})
    assert ran(session, job).state is JobState.DONE


def test_after_hours_of_trouble_a_job_is_given_up(session, job, handler):
    def fails(job, progress):
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    handler(fails)
    start = now()
    with time_machine.travel(
        start + timedelta(days=1)
    ):  # it stood in the queue for a day: no fault of anybody
        assert ran(session, job).state is JobState.WAITING
    with time_machine.travel(start + timedelta(days=1) + jobs.TRIED_FOR + timedelta(minutes=1)):
        assert ran(session, job).state is JobState.FAILED
    assert "故障排除以后请再做一次" in job.message and job.result == {}


def test_a_job_that_was_put_off_is_swept_up_only_when_its_message_is_lost(session, job, handler):
    def fails(job, progress):
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    handler(fails)
    ran(session, job)
    assert jobs.sweep() == []
    with time_machine.travel(now() + jobs.PUT_OFF_FOR + timedelta(seconds=1)):
        assert jobs.sweep() == [job.id]


def test_a_job_waits_for_the_database_to_take_its_note(session, job, handler, monkeypatch):
    """The database that failed the job may not even take down that it failed."""
    slept, finish = [], running._finish

    def away(*told, **more):
        if not slept:
            raise OperationalError("UPDATE", {}, psycopg.OperationalError("connection refused"))
        return finish(*told, **more)

    def fails(job, progress):
        raise OperationalError("UPDATE", {}, psycopg.OperationalError("server closed the connection"))

    handler(fails)
    monkeypatch.setattr(running, "_finish", away)
    monkeypatch.setattr(running.time, "sleep", slept.append)
    assert ran(session, job).state is JobState.WAITING
    assert slept == [jobs.TRY_AGAIN_SECONDS]


def test_a_queue_that_is_away_does_not_undo_a_job_that_was_asked_for(session, job, app, monkeypatch):
    def away(job_id):
        raise psycopg.OperationalError("connection refused")

    monkeypatch.setitem(app.extensions, "run_job", away)
    jobs.wake(job)
    assert jobs.sweep() == [job.id]


def test_the_worker_opens_only_what_this_installation_has_signed(tmp_path):
    def queue(secret):
        file = str(tmp_path / "queue.sqlite3")
        return SqliteHuey("jobs", filename=file, serializer=_signed(secret))

    ours, theirs, done = queue("the secret of this county"), queue("somebody else's"), []
    for each in (ours, theirs):
        each.task(name="run_job")(done.append)(7)
    assert ours.dequeue().args == (7,)
    with pytest.raises(ValueError, match="Signature"):
        ours.dequeue()
    assert done == []
