"""The process that works through the queue, and its command."""

from flask import Flask, current_app
from flask.cli import AppGroup

from app.core.storage.schema import require_current
from app.core.web.collecting import collect_apart
from app.core.work.figures import serve
from app.core.work.jobs.running import restart_lost, sweep


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


commands = AppGroup("jobs", help="后台任务")


@commands.command("run")
def run_command() -> None:
    """处理后台任务，直到被停下；一个系统只开一个。"""
    collect_apart()
    # The proxy has no queue of its own thread, so the worker holds the app itself.
    work(current_app._get_current_object())  # type: ignore[attr-defined]
