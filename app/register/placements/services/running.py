"""How far the companies have been judged. A run that ended in the middle goes on where it stopped; two at
once do not do the same companies twice, since each step moves on from the company that it began behind.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Update, select, update

from app.core.storage.db import db, insert_unless_there
from app.core.values.clock import has_passed, now
from app.register.placements.models import PlacementRun
from app.register.placements.rules import LEARNED_FOR

_ONLY = 1
# What was written before a run began may be committed after it.
_SLOWEST_WRITE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Begun:
    """A run under way: since when companies must have changed, the last of them judged, when it began."""

    since: datetime | None
    after_id: int
    started_at: datetime


def begin(judged_by: str) -> Begun:
    """Goes on with the run under way, or begins the next one: over all companies where links mean something
    else by now or what is common was learned long ago, else over those that changed since the last one began.
    """
    db.session.execute(insert_unless_there(PlacementRun.__table__).values(id=_ONLY, judged_by="", after_id=0))
    row = db.session.scalars(select(PlacementRun).where(PlacementRun.id == _ONLY).with_for_update()).one()
    if row.started_at and row.ended_at is None and row.judged_by == judged_by:
        return Begun(row.since, row.after_id, row.started_at)
    is_full = row.judged_by != judged_by or row.full_at is None or has_passed(row.full_at, LEARNED_FOR)
    row.since = None if is_full or row.started_at is None else row.started_at - _SLOWEST_WRITE
    row.judged_by, row.after_id, row.ended_at, row.started_at = judged_by, 0, None, now()
    if row.since is None:
        row.full_at = row.started_at
    db.session.flush()
    return Begun(row.since, 0, row.started_at)


def advance(run: Begun, to_id: int) -> Begun | None:
    """The run with this company behind it; None where another process has gone on with it meanwhile."""
    moved = _of(run).values(after_id=to_id)
    if not db.session.execute(moved).rowcount:  # type: ignore[attr-defined]
        return None
    return Begun(run.since, to_id, run.started_at)


def end(run: Begun) -> None:
    """All companies are judged."""
    db.session.execute(_of(run).values(ended_at=now()))


def _of(run: Begun) -> Update:
    return update(PlacementRun).where(
        PlacementRun.id == _ONLY,
        PlacementRun.started_at == run.started_at,
        PlacementRun.after_id == run.after_id,
        PlacementRun.ended_at.is_(None),
    )
