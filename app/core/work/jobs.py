"""Work that outlives a request: a row per job with its progress, run by a separate process through huey."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask.cli import AppGroup
from huey import Huey, PostgresHuey, SqliteHuey, crontab
from huey.serializer import SignedSerializer
from sqlalchemy import JSON, ColumnElement, Index, Integer, String, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core.access.auth import SYSTEM, Actor, acting_as, require_actor
from app.core.storage import audit
from app.core.storage.db import Base, Record, Turn, db, lapsed
from app.core.storage.schema import require_current
from app.core.storage.trouble import Trouble, trouble_of
from app.core.values.clock import now
from app.core.values.enums import LabelledEnum
from app.core.values.errors import DomainError
from app.core.values.registries import Figure, Registry
from app.core.web.collecting import collect_apart
from app.core.work.figures import serve
from app.core.work.regular import run_due

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 5  # a job that ends its worker so often is given up
TRIED_FOR = timedelta(hours=6)  # a job that database or disk fail for so long is given up
TRY_AGAIN_SECONDS = 5
PUT_OFF_FOR = timedelta(minutes=1)  # then a job that was put off is swept up: its message must be lost
_TROUBLED = "troubled_since"  # in a job's result while database or disk fail it
SILENT_FOR = timedelta(minutes=2)  # a running job that reports nothing for so long has lost its worker


class JobState(LabelledEnum):
    WAITING = "waiting", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "没有完成"
    CANCELLED = "cancelled", "已取消"


class Job(Base, Record):
    """One piece of work: what, for whom, how far, and what came of it."""

    __tablename__ = "job"
    __audited__ = False
    __table_args__ = (Index("ix_job_owner", "owner_id", "id"), Index("ix_job_state", "state", "id"))

    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int | None]  # user
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    total: Mapped[int] = mapped_column(Integer, default=0)
    finished: Mapped[int] = mapped_column(Integer, default=0)
    message: Mapped[str] = mapped_column(String(500), default="")
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    heartbeat_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)

    @property
    def is_over(self) -> bool:
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


class Cancelled(Exception):
    """The owner asked to stop; what was committed stays."""


@dataclass(slots=True)
class Progress:
    """What a handler reports through; each report is a short transaction of its own."""

    job_id: int

    def report(self, finished: int, total: int | None = None, message: str | None = None) -> None:
        """Writes progress, commits everything pending in the session. Raises Cancelled when asked to stop."""
        values: dict[str, Any] = {"finished": finished, "heartbeat_at": now()}
        if total is not None:
            values["total"] = total
        if message is not None:
            values["message"] = message[:500]
        db.session.execute(update(Job).where(Job.id == self.job_id).values(values))
        asked = db.session.scalar(select(Job.cancel_asked).where(Job.id == self.job_id))
        db.session.commit()
        if asked:
            raise Cancelled


Handler = Callable[[Job, Progress], dict[str, Any]]
HANDLERS: Registry[Handler] = Registry("job handlers")
ACTORS: Registry[Callable[[int], Actor | None]] = Registry("actors")  # user id -> Actor, told by accounts


def enqueue(kind: str, title: str, parameters: dict[str, Any]) -> Job:
    """Adds a job to the transaction under way. Call `wake()` after the commit; a lost wake is swept up."""
    job = Job(kind=kind, title=title, owner_id=require_actor().user_id, parameters=parameters)
    db.session.add(job)
    db.session.flush()
    return job


def wake(job: Job) -> None:
    """Tells the worker about a committed job; one that it is not told about is swept up within a minute."""
    job_id = job.id
    db.session.rollback()  # reading the id began a transaction, which on SQLite would hold the worker up
    try:
        current_app.extensions["run_job"](job_id)
    except Exception:  # the job is committed: whoever asked for it must not be told otherwise
        log.warning("the worker was not told about job %s", job_id, exc_info=True)


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


def counts_by_state(since: datetime) -> dict[JobState, int]:
    """How many jobs stand in each state, of those begun since then."""
    query = select(Job.state, func.count()).where(Job.created_at >= since).group_by(Job.state)
    found = {state: int(count) for state, count in db.session.execute(query)}
    return {state: found.get(state, 0) for state in JobState}


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


def _signed(secret: str) -> SignedSerializer:
    """Huey's messages are pickles: the worker opens only those that this installation has signed."""
    return SignedSerializer(secret=secret, salt="jobs")


def open_postgres_queue(dsn: str, secret: str) -> Huey:
    """The queue on PostgreSQL. Its tables are made one process after the other: where several start at once,
    "create table if not exists" lets all but one fail.
    """
    queue = PostgresHuey("jobs", dsn=dsn, create_tables=False, serializer=_signed(secret))
    queue.storage.ddl.insert(0, f"select pg_advisory_xact_lock({Turn.QUEUE_TABLES})")
    queue.storage.initialize_schema()
    return queue


def _make_huey(app: Flask) -> Huey:
    secret = app.config["SECRET_KEY"]
    if app.config["TESTING"]:
        return SqliteHuey("jobs", filename=":memory:", immediate=True)
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    if url.startswith("postgresql"):
        return open_postgres_queue(url.replace("postgresql+psycopg://", "postgresql://"), secret)
    folder = Path(app.config["INSTANCE_PATH"])
    folder.mkdir(parents=True, exist_ok=True)
    file = str(folder / "jobs.sqlite3")
    return SqliteHuey("jobs", filename=file, fsync=False, serializer=_signed(secret))


def init_jobs(app: Flask) -> None:
    """Gives the app its queue: `run_job` for one job, a sweep every minute for lost ones, `run_regular` for
    what comes round by itself.
    """
    queue = _make_huey(app)

    def in_app(job_id: int) -> None:
        with app.app_context():
            run(job_id)

    run_job = queue.task(name="run_job")(in_app)

    def sweep_up() -> None:
        with app.app_context():
            for job_id in sweep():
                run_job(job_id)

    queue.periodic_task(crontab(minute="*"), name="sweep_jobs")(sweep_up)

    def come_round() -> None:
        with app.app_context():
            run_due()

    # Huey does not make good what it missed, and two starts in one minute run it twice: what is due is known
    # to the database.
    regular = queue.periodic_task(crontab(minute="*"), name="regular_work")(come_round)
    app.extensions["huey"] = queue
    app.extensions["run_regular"] = regular
    app.extensions["run_job"] = run_job


def work(app: Flask) -> None:
    """Runs the worker in the foreground until it is told to stop."""
    require_current(app)
    with app.app_context():
        restart_lost()
        for job_id in sweep():
            app.extensions["run_job"](job_id)
        app.extensions["run_regular"]()
    serve(app)
    app.extensions["huey"].create_consumer(workers=1, worker_type="thread", max_delay=1.0).run()


def figures() -> Iterator[Figure]:
    """For machines: how many jobs stand how, of the last seven days."""
    for state, count in counts_by_state(now() - timedelta(days=7)).items():
        yield "jobs_of_seven_days", f'state="{state.value}"', count


commands = AppGroup("jobs", help="后台任务")


@commands.command("run")
def run_command() -> None:
    """处理后台任务，直到被停下；一个系统只开一个。"""
    collect_apart()
    # The proxy has no queue of its own thread, so the worker holds the app itself.
    work(current_app._get_current_object())  # type: ignore[attr-defined]
