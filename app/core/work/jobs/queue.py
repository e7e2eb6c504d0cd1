"""The queue between the pages and the worker."""

import logging
from pathlib import Path

from flask import Flask, current_app
from huey import Huey, PostgresHuey, SqliteHuey, crontab
from huey.serializer import SignedSerializer

from app.core.storage.db import Turn, db
from app.core.work.jobs.running import run, sweep
from app.core.work.jobs.tables import Job
from app.core.work.regular import run_due

log = logging.getLogger(__name__)


def wake(job: Job) -> None:
    """Tells the worker about a committed job; one that it is not told about is swept up within a minute."""
    job_id = job.id
    db.session.rollback()  # reading the id began a transaction, which on SQLite would hold the worker up
    try:
        current_app.extensions["run_job"](job_id)
    except Exception:  # the job is committed: whoever asked for it must not be told otherwise
        log.warning("the worker was not told about job %s", job_id, exc_info=True)


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
