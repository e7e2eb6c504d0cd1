"""Reads: batches and their rows."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

from app.core.access.auth import require_actor
from app.core.storage.db import db
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.web.pages import Page, paginate
from app.core.work.jobs import Job, JobState
from app.exchange.imports.enums import Decision, RowVerdict
from app.exchange.imports.models import ImportBatch, ImportRow
from app.exchange.imports.policy import may_see, visible_to

# --- batches ---


def get_batch(public_id: str) -> ImportBatch:
    """A batch that the actor may see; NotFound otherwise."""
    if not looks_like_public_id(public_id):
        raise NotFound
    batch = db.session.scalar(select(ImportBatch).where(ImportBatch.public_id == public_id))
    if batch is None or not may_see(require_actor(), batch):
        raise NotFound
    return batch


def list_batches(number: int) -> Page[ImportBatch]:
    """Imports the actor may see, newest first."""
    ids = select(ImportBatch.id).where(visible_to(require_actor()))
    return paginate(
        ids,
        lambda keys: db.session.scalars(select(ImportBatch).where(ImportBatch.id.in_(keys))).all(),
        order=ImportBatch.id,
        tie=ImportBatch.id,
        descending=True,
        number=number,
    )


def job_of(batch: ImportBatch) -> Job | None:
    """The job under way, or the last one."""
    return db.session.get(Job, batch.last_job_id) if batch.last_job_id else None


def jobs_of(batches: Sequence[ImportBatch]) -> dict[int, Job]:
    """The last job of each batch, by id of the batch."""
    wanted = {batch.id: batch.last_job_id for batch in batches}
    ids = [job_id for job_id in wanted.values() if job_id]
    found = {job.id: job for job in db.session.scalars(select(Job).where(Job.id.in_(ids)))} if ids else {}
    return {batch_id: found[job_id] for batch_id, job_id in wanted.items() if job_id in found}


def batches_in_use(since: datetime) -> set[str]:
    """Public ids of batches at which somebody worked since then, or whose job is not over."""
    jobs = (ImportBatch.check_job_id, ImportBatch.write_job_id, ImportBatch.undo_job_id)
    open_jobs = select(Job.id).where(Job.state.in_([JobState.WAITING, JobState.RUNNING]))
    query = select(ImportBatch.public_id).where(
        or_(ImportBatch.updated_at >= since, *(job_id.in_(open_jobs) for job_id in jobs))
    )
    return set(db.session.scalars(query))


def same_file_written(batch: ImportBatch) -> ImportBatch | None:
    """An earlier import of the very same bytes that this person may see, to be named on the page."""
    query = select(ImportBatch).where(
        visible_to(require_actor()),
        ImportBatch.sha256 == batch.sha256,
        ImportBatch.id < batch.id,
        ImportBatch.written_through > 0,
    )
    return db.session.scalar(query.order_by(ImportBatch.id.desc()).limit(1))


# --- rows ---


def list_rows(batch: ImportBatch, verdict: RowVerdict | None, number: int) -> Page[ImportRow]:
    """Kept rows of one verdict in the order of the file; None asks for the guessed ones."""
    ids = select(ImportRow.id).where(ImportRow.batch_id == batch.id)
    ids = ids.where(ImportRow.doubtful if verdict is None else ImportRow.verdict == verdict)
    return paginate(
        ids,
        lambda keys: db.session.scalars(select(ImportRow).where(ImportRow.id.in_(keys))).all(),
        order=ImportRow.number,
        tie=ImportRow.id,
        descending=False,
        number=number,
        size=50,
    )


def doubtful_count(batch: ImportBatch) -> int:
    """How many rows with a doubt are kept."""
    query = select(func.count()).where(ImportRow.batch_id == batch.id, ImportRow.doubtful)
    return db.session.scalar(query) or 0


def decision_counts(batch: ImportBatch) -> dict[Decision, int]:
    """How many suspected rows are to be skipped, used as updates, or registered anew."""
    query = (
        select(ImportRow.decision, func.count())
        .where(ImportRow.batch_id == batch.id, ImportRow.verdict == RowVerdict.DUPLICATE)
        .group_by(ImportRow.decision)
    )
    found = {decision: count for decision, count in db.session.execute(query)}
    return {decision: found.get(decision, 0) for decision in Decision}


def decisions_of(batch_id: int) -> dict[int, tuple[Decision, int | None]]:
    """Row number -> (what to do, inner id of the company it concerns), for suspected rows not skipped."""
    query = select(ImportRow.number, ImportRow.decision, ImportRow.match_id).where(
        ImportRow.batch_id == batch_id,
        ImportRow.verdict == RowVerdict.DUPLICATE,
        ImportRow.decision != Decision.SKIP,
    )
    return {number: (decision, match_id) for number, decision, match_id in db.session.execute(query)}


def suspected_rows(batch: ImportBatch) -> list[ImportRow]:
    """Every row that somebody has to decide on, with those that follow them."""
    query = select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.verdict == RowVerdict.DUPLICATE)
    return list(db.session.scalars(query))


def matches_of(batch: ImportBatch) -> Select[Any]:
    """Inner ids of the records that rows of the batch concern."""
    return select(ImportRow.match_id).where(ImportRow.batch_id == batch.id)


def get_row(batch: ImportBatch, number: int) -> ImportRow:
    """One kept row by its number in the file; NotFound when it is not kept."""
    query = select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.number == number)
    row = db.session.scalar(query)
    if row is None:
        raise NotFound
    return row


def matched_ids(rows: Collection[ImportRow]) -> set[int]:
    """Inner ids of the records that rows are suspected to be, or may be."""
    return {row_id for row in rows for row_id in (row.match_id, *row.candidates) if row_id}
