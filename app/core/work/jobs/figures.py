"""Jobs in figures, for machines."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.core.storage.db import db
from app.core.values.clock import now
from app.core.values.registries import Figure
from app.core.work.jobs.tables import Job, JobState


def counts_by_state(since: datetime) -> dict[JobState, int]:
    """How many jobs stand in each state, of those begun since then."""
    query = select(Job.state, func.count()).where(Job.created_at >= since).group_by(Job.state)
    found = {state: int(count) for state, count in db.session.execute(query)}
    return {state: found.get(state, 0) for state in JobState}


def figures() -> Iterator[Figure]:
    """For machines: how many jobs stand how, of the last seven days."""
    for state, count in counts_by_state(now() - timedelta(days=7)).items():
        yield "jobs_of_seven_days", f'state="{state.value}"', count
