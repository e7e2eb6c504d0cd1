"""What the jobs do, and the shell at once: read and check a file, write it, take it back. Commits."""

from itertools import islice
from pathlib import Path

from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.errors import RuleBroken
from app.core.work.jobs import Job, Progress
from app.exchange.imports import keeping, queries, reading, undoing, writing
from app.exchange.imports.enums import BatchState, RowVerdict
from app.exchange.imports.models import ImportBatch
from app.exchange.imports.services import check_may_undo, folder_of, layout_of, start
from app.exchange.imports.surveys import Survey
from app.exchange.imports.targets import Target, target_of

ASIDES_KEPT = 200  # rows that are no record and named on the page


def check(batch: ImportBatch, report: writing.Report, choice: reading.FileChoice = reading.GUESS) -> None:
    """Reads the file if that is still to do, guesses its columns, and makes the dry run. Commits."""
    folder, target = folder_of(batch), target_of(batch)
    _unpack(batch, choice)
    if not batch.mapping:
        batch.mapping = reading.guess_layout(folder, target.vocabulary, choice).to_json()
        db.session.commit()
    layout = layout_of(batch)
    if not layout.is_complete:
        batch.state = BatchState.COLUMNS
        db.session.commit()
        return
    survey = Survey.of(folder, layout, target)
    batch_id = batch.id
    keeping.forget_rows(batch_id)
    db.session.commit()
    counts = writing.dry_run(batch_id, folder, layout, survey, target, report)
    batch.new_count = counts[RowVerdict.NEW]
    batch.update_count = counts[RowVerdict.UPDATE]
    batch.unchanged_count = counts[RowVerdict.UNCHANGED]
    batch.duplicate_count = counts[RowVerdict.DUPLICATE]
    batch.error_count = counts[RowVerdict.ERROR]
    batch.doubt_count = counts["doubtful"]
    _note_asides(batch, survey)
    batch.rows_read = sum(counts[verdict] for verdict in RowVerdict) + batch.skipped_count
    if batch.rows_read == batch.skipped_count:
        raise RuleBroken({"file": f"表头（第 {layout.header_row} 行）下面没有{target.noun}，请补上再传"})
    batch.state = BatchState.CHECKED
    db.session.commit()
    keeping.write_problem_book(batch, folder, layout, survey, target)


def _note_asides(batch: ImportBatch, survey: Survey) -> None:
    batch.skipped_count = len(survey.asides)
    batch.asides = [[number, why] for number, why in islice(survey.asides.items(), ASIDES_KEPT)]


def _unpack(batch: ImportBatch, choice: reading.FileChoice = reading.GUESS) -> None:
    """Reads the file in the child process unless its rows already lie there."""
    folder, kind = folder_of(batch), batch.file_kind
    if batch.mapping:
        if (folder / reading.ROWS).exists():
            return
        layout = layout_of(batch)
        choice = reading.FileChoice(layout.sheet, layout.header_row, layout.separator)
    db.session.rollback()  # no transaction while the child reads
    reading.unpack(folder, kind, target_of(batch).vocabulary, choice)


def write(batch: ImportBatch, report: writing.Report, survey: Survey | None = None) -> dict[str, int]:
    """Writes what is not written yet; returns created, updated, unchanged, suspected, rejected. Commits.
    `survey` is that of the file, if somebody has looked already.
    """
    _unpack(batch)
    folder, layout, target = folder_of(batch), layout_of(batch), target_of(batch)
    survey = survey or Survey.of(folder, layout, target)
    writer = writing.Writer(batch, folder, layout, survey, target)
    with audit.run(batch.writing.id):
        counts = writer.go(report)
        db.session.refresh(batch)
        batch.state = BatchState.WRITTEN
        batch.doubt_count = max(batch.doubt_count, queries.doubtful_count(batch))  # the shell made no dry run
        summary = f"{batch.file_name}：新增 {counts['created']}，更新 {counts['updated']}"
        audit.record("import_batch.written", subject_of(batch), summary, **counts)
        target.follows()
        db.session.commit()
    keeping.write_problem_book(batch, folder, layout, survey, target)
    return counts


def run_check(job: Job, progress: Progress) -> dict[str, int]:
    """Handler of the job `imports.check`."""
    batch = db.session.get_one(ImportBatch, job.parameters["batch_id"])
    if batch.state is BatchState.CHECKING:
        check(batch, progress.report, reading.FileChoice(**job.parameters.get("choice", {})))
    return {}


def run_write(job: Job, progress: Progress) -> dict[str, int]:
    """Handler of the job `imports.write`; a batch already written is left alone."""
    batch = db.session.get_one(ImportBatch, job.parameters["batch_id"])
    return write(batch, progress.report) if batch.state is BatchState.WRITING else {}


def run_undo(job: Job, progress: Progress) -> dict[str, int]:
    """Handler of the job `imports.undo`; what is undone already is left alone."""
    batch = db.session.get_one(ImportBatch, job.parameters["batch_id"])
    check_may_undo(batch)
    counts = undoing.undo(batch, progress.report)
    if not counts["archived"] + counts["restored"]:
        raise RuleBroken(f"没有可以撤销的{target_of(batch).noun}")
    db.session.refresh(batch)
    batch.written = {**batch.written, "undone": counts}
    summary = (
        f"{batch.file_name}：归档 {counts['archived']}，恢复 {counts['restored']}，保留 {counts['kept']}"
    )
    audit.record("import_batch.undone", subject_of(batch), summary, **counts)
    db.session.commit()
    return counts


def import_at_once(
    path: Path, report: writing.Report, target: Target, choice: reading.FileChoice = reading.GUESS
) -> tuple[ImportBatch, dict[str, int]]:
    """For the shell: reads and writes in one go; suspected rows are counted and left. Commits."""
    with path.open("rb") as stream:
        batch = start(stream, path.name, target)
    db.session.commit()
    folder = folder_of(batch)
    reading.unpack(folder, batch.file_kind, target.vocabulary, choice)
    layout = reading.guess_layout(folder, target.vocabulary, choice)
    if not layout.is_complete:
        wanted = target.called(layout.vocabulary.missing(layout.places))
        raise RuleBroken({"file": f"没有找到「{wanted}」一列。请在前 10 行里写上表头"})
    batch.mapping = layout.to_json()
    survey = Survey.of(folder, layout, target)
    _note_asides(batch, survey)
    batch.rows_read = survey.folds.total + batch.skipped_count
    batch.state = BatchState.WRITING
    db.session.commit()
    return batch, write(batch, report, survey)
