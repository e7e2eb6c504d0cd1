"""One job is run to its end, put off, or put back when its worker died."""

import logging
import time
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, or_, select, update

from app.core.access.auth import SYSTEM, Actor, acting_as
from app.core.storage import audit
from app.core.storage.db import db, lapsed
from app.core.storage.trouble import Trouble, trouble_of
from app.core.values.clock import now
from app.core.values.errors import DomainError
from app.core.work.jobs.tables import ACTORS, HANDLERS, Cancelled, Job, JobState, Progress

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 5  # a job that ends its worker so often is given up
TRIED_FOR = timedelta(hours=6)  # a job that database or disk fail for so long is given up
TRY_AGAIN_SECONDS = 5
PUT_OFF_FOR = timedelta(minutes=1)  # then a job that was put off is swept up: its message must be lost
_TROUBLED = "troubled_since"  # in a job's result while database or disk fail it
SILENT_FOR = timedelta(minutes=2)  # a running job that reports nothing for so long has lost its worker


def _actor_for(job: Job) -> Actor | None:
    """Whoever started the job; None when they may no longer act."""
    if job.owner_id is None:
        return SYSTEM
    return next((actor for lookup in ACTORS.values() if (actor := lookup(job.owner_id))), None)


def run(job_id: int) -> None:
    """Runs one waiting job to its end and keeps what came of it. A job already taken is left alone."""
    claimed = db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.WAITING)
        .values(state=JobState.RUNNING, heartbeat_at=now(), attempts=Job.attempts + 1)
    ).rowcount  # type: ignore[attr-defined]
    db.session.commit()
    if not claimed:
        return
    job = db.session.get_one(Job, job_id)
    actor = _actor_for(job)
    if actor is None:
        _finish(job_id, JobState.FAILED, "发起人的账号已停用，没有做", {})
        return
    with acting_as(actor), audit.run(f"job:{job.public_id}"):
        try:
            outcome = _outcome(job)
        except _Troubled as met:
            _put_off(job_id, met.trouble)
        else:
            _finish(job_id, *outcome)


class _Troubled(Exception):
    """Database or disk failed a job: no fault of its own, and nothing that it did is half-written."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble


def _outcome(job: Job) -> tuple[JobState, str, dict[str, Any]]:
    try:
        result = HANDLERS[job.kind](job, Progress(job.id))
        db.session.commit()
        return JobState.DONE, "", result
    except Cancelled:
        return JobState.CANCELLED, "已按您的要求停下，之前写入的保留", {}
    except DomainError as refusal:
        return JobState.FAILED, str(refusal)[:500], {}
    except Exception as error:  # the worker must go on; the trace goes to the log
        if trouble := trouble_of(error):
            log.warning("a job met a database or disk that is %s: %s", trouble.name, error)
            raise _Troubled(trouble) from error
        log.exception("a job failed")
        db.session.rollback()
        return JobState.FAILED, f"程序出错，没有做完。请把编号 {job.public_id} 告诉管理员", {}


_WAITS = {
    Trouble.BUSY: "数据库正忙，过几秒自动再试",
    Trouble.AWAY: "数据库刚才没有应答，过几秒自动再试",
    Trouble.FULL: "服务器的磁盘满了，请告诉管理员清出空间；有了空间自动接着做",
}


def _put_off(job_id: int, trouble: Trouble) -> None:
    """The job is done again in a few seconds. While not even this can be written down there is nothing that
    the worker could do instead.
    """
    while not _is_noted(job_id, trouble):
        time.sleep(TRY_AGAIN_SECONDS)
    current_app.extensions["run_job"].schedule((job_id,), delay=TRY_AGAIN_SECONDS)


def _is_noted(job_id: int, trouble: Trouble) -> bool:
    try:
        db.session.rollback()
        moment = now()
        noted = db.session.get_one(Job, job_id).result.get(_TROUBLED)
        since = min(datetime.fromisoformat(noted), moment) if noted else moment
        if moment - since > TRIED_FOR:
            _finish(job_id, JobState.FAILED, "数据库或磁盘一直有故障，没有做完。故障排除以后请再做一次", {})
        else:
            _finish(
                job_id, JobState.WAITING, _WAITS[trouble], {_TROUBLED: since.isoformat()}, is_counted=False
            )
    except Exception as error:
        if trouble_of(error) is None:
            raise
        return False
    return True


def _finish(
    job_id: int, state: JobState, message: str, result: dict[str, Any], *, is_counted: bool = True
) -> None:
    """Attempts are counted against jobs that end their worker."""
    db.session.rollback()
    job = db.session.get_one(Job, job_id)
    job.attempts -= not is_counted
    job.state = state
    job.heartbeat_at = now()
    job.message = message or job.message
    job.result = {key: value for key, value in job.result.items() if key != _TROUBLED} | result
    db.session.commit()


def sweep() -> list[int]:
    """Puts back jobs whose worker died and returns the ids of all that wait, save those just put off."""
    lost = (Job.state == JobState.RUNNING) & lapsed(Job.heartbeat_at, SILENT_FOR)
    _put_back(lost)
    # One that was put off is on its way again by itself; swept up as well, it would be tried ever more often.
    stood = or_(Job.heartbeat_at.is_(None), lapsed(Job.heartbeat_at, PUT_OFF_FOR))
    found = db.session.scalars(select(Job.id).where(Job.state == JobState.WAITING, stood).order_by(Job.id))
    waiting = list(found)
    db.session.commit()
    return waiting


def restart_lost() -> None:
    """At the start of the only worker: whatever is still marked as running has lost its worker."""
    _put_back(Job.state == JobState.RUNNING)
    db.session.commit()


def _put_back(lost: ColumnElement[bool]) -> None:
    """Lost jobs wait again, except those that lost their worker too often."""
    hopeless = {
        "state": JobState.FAILED,
        "message": f"中断了 {MOST_ATTEMPTS} 次，不再重试。请把文件或条件改小后再来",
    }
    db.session.execute(update(Job).where(lost, Job.attempts >= MOST_ATTEMPTS).values(hopeless))
    db.session.execute(update(Job).where(lost).values(state=JobState.WAITING, heartbeat_at=None))
