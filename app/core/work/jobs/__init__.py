"""Work that outlives a request: a row per job with its progress, run by a separate process through huey."""

from app.core.work.jobs.figures import counts_by_state, figures
from app.core.work.jobs.queue import init_jobs, open_postgres_queue, wake
from app.core.work.jobs.running import (
    MOST_ATTEMPTS,
    PUT_OFF_FOR,
    SILENT_FOR,
    TRIED_FOR,
    TRY_AGAIN_SECONDS,
    restart_lost,
    run,
    sweep,
)
from app.core.work.jobs.tables import ACTORS, HANDLERS, Job, JobState, Progress, enqueue
from app.core.work.jobs.worker import commands

__all__ = [
    "ACTORS",
    "HANDLERS",
    "Job",
    "JobState",
    "MOST_ATTEMPTS",
    "PUT_OFF_FOR",
    "Progress",
    "SILENT_FOR",
    "TRIED_FOR",
    "TRY_AGAIN_SECONDS",
    "commands",
    "counts_by_state",
    "enqueue",
    "figures",
    "init_jobs",
    "open_postgres_queue",
    "restart_lost",
    "run",
    "sweep",
    "wake",
]
