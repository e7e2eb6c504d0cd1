"""A job: what, for whom, how far, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core.access.auth import Actor, require_actor
from app.core.storage.db import Base, Record, db
from app.core.values.clock import now
from app.core.values.enums import LabelledEnum
from app.core.values.registries import Registry


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
