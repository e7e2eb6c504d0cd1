"""What people do with an import: start, correct its columns, decide on suspected rows, write, stop."""

import hashlib
import shutil
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import IO

from sqlalchemy import update

from app.core.access.auth import require_actor
from app.core.storage import audit
from app.core.storage.db import db, reading_apart
from app.core.storage.subjects import subject_of
from app.core.values.clean import clean_line
from app.core.values.clock import now
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.values.ids import new_public_id
from app.core.web import files
from app.core.work.jobs import Job, enqueue
from app.exchange.imports import policy, queries, reading, undoing
from app.exchange.imports.columns import Layout
from app.exchange.imports.enums import BatchState, Decision, RowVerdict
from app.exchange.imports.models import ImportBatch, ImportRow
from app.exchange.imports.targets import Target, target_of

CHECK, WRITE, UNDO = "imports.check", "imports.write", "imports.undo"
FILES_KEPT = timedelta(days=30)  # what was uploaded holds people's numbers: no longer than it may be needed


def folder_of(batch: ImportBatch) -> Path:
    """Where the file of a batch and what was read of it lie."""
    return files.instance_folder("imports") / batch.public_id


def layout_of(batch: ImportBatch) -> Layout:
    return Layout.from_json(batch.mapping, target_of(batch).vocabulary)


def is_file_gone(batch: ImportBatch) -> bool:
    """Whether the file of a batch has been removed by age."""
    return not reading.source_of(folder_of(batch), batch.file_kind).exists()


def _must_have_file(batch: ImportBatch) -> None:
    if is_file_gone(batch):
        raise RuleBroken(f"上传的文件只保留 {FILES_KEPT.days} 天，这一份已经删除。请重新上传")


# --- start ---


def start(stream: IO[bytes], file_name: str, target: Target) -> ImportBatch:
    """Keeps a file of such rows and adds its batch, without a job. Raises RuleBroken for what is none."""
    name = clean_line(file_name.replace("\\", "/").rsplit("/", 1)[-1])[-200:]
    reading.check_name(name)
    batch = ImportBatch(
        public_id=new_public_id(),
        kind=target.code,
        file_name=name,
        state=BatchState.CHECKING,
        owner_id=require_actor().person_id,
        sha256="",
        mapping={},
        written={},
    )
    folder = folder_of(batch)
    batch.file_kind = reading.keep(stream, folder, name)
    with reading.source_of(folder, batch.file_kind).open("rb") as source:
        batch.sha256 = hashlib.file_digest(source, "sha256").hexdigest()
    db.session.add(batch)
    db.session.flush()
    return batch


def ask_for_check(batch: ImportBatch, choice: reading.FileChoice = reading.GUESS) -> Job:
    """Queues the dry run; call `jobs.wake` after the commit."""
    batch.state = BatchState.CHECKING
    parameters = {"batch_id": batch.id, "choice": asdict(choice)}
    job = enqueue(CHECK, f"试运行 {batch.file_name}"[:200], parameters)
    batch.check_job_id = job.id
    return job


# --- columns and decisions ---


def change_layout(batch: ImportBatch, layout: Layout) -> Job:
    """Other columns: the dry run is done again, with every decision forgotten."""
    _must_not_be_written(batch)
    _must_have_file(batch)
    missing = layout.vocabulary.missing(layout.places)
    if missing:
        labels = target_of(batch).labels
        raise RuleBroken({column: f"选一列作为{labels[column]}" for column in missing})
    batch.mapping = layout.to_json()
    return ask_for_check(batch)


def read_again(batch: ImportBatch, choice: reading.FileChoice) -> Job:
    """Another sheet, row of headings or separator: the stored file is read anew, its columns are guessed
    anew, every decision is forgotten.
    """
    _must_not_be_written(batch)
    _must_have_file(batch)
    _must_hold(batch, choice)
    batch.mapping = {}
    return ask_for_check(batch, choice)


def _must_hold(batch: ImportBatch, choice: reading.FileChoice) -> None:
    """Says at once that a row is empty where the table on the page is meant; of another the job finds out."""
    layout = layout_of(batch)
    is_same = choice.sheet == layout.sheet and choice.separator in {"", layout.separator}
    if choice.header_row and is_same and (folder_of(batch) / reading.ROWS).exists():
        reading.guess_layout(folder_of(batch), layout.vocabulary, choice)


def check_again(batch: ImportBatch) -> Job:
    """A dry run that was stopped or failed is queued once more."""
    if batch.state is not BatchState.CHECKING or not _job_is_over(batch):
        raise RuleBroken("试运行没有中断，不用重来")
    _must_have_file(batch)
    return ask_for_check(batch)


def _must_not_be_written(batch: ImportBatch) -> None:
    if batch.state in {BatchState.WRITING, BatchState.WRITTEN}:
        raise RuleBroken("这次导入已经开始写入，不能再改。要改请重新上传")
    if batch.state is BatchState.CHECKING and not _job_is_over(batch):
        raise RuleBroken("正在试运行，请等它做完")


def _job_is_over(batch: ImportBatch) -> bool:
    job = queries.job_of(batch)
    return job is None or job.is_over


def decide(batch: ImportBatch, decision: Decision, number: int | None = None, chosen: str = "") -> int:
    """Says what to do with one suspected row and those that follow it, or with all of them; `chosen` is the
    public id of the record to update, where several are possible. Returns for how many rows of all it is not
    possible: those stay as they are, to be decided one by one.
    """
    _must_be_checked(batch)
    if number is None:
        return _decide_all(batch, decision)
    _decide_one(batch, decision, number, chosen)
    return 0


def _decide_one(batch: ImportBatch, decision: Decision, number: int, chosen: str) -> None:
    row = queries.get_row(batch, number)
    if row.verdict is not RowVerdict.DUPLICATE:
        raise RuleBroken(f"第 {number} 行不是疑似重复，不用选")
    if row.follows:
        one = f"同一{target_of(batch).measure}"
        raise RuleBroken(f"第 {number} 行和第 {row.follows} 行是{one}，请在第 {row.follows} 行选")
    if decision is Decision.UPDATE:
        _choose(row, chosen, target_of(batch))
    row.decision = decision
    followers = update(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.follows == number)
    db.session.execute(followers.values(decision=decision))


def _choose(row: ImportRow, chosen: str, target: Target) -> None:
    possible = target.shows.named(queries.matched_ids([row]))
    if chosen:
        row.match_id = next(
            (row_id for row_id, each in possible.items() if each.public_id == chosen), row.match_id
        )
    if row.is_open:
        many = f"{len(row.candidates)} {target.measure}"
        raise RuleBroken(f"第 {row.number} 行有 {many}可能，请选更新哪一{target.measure}")
    if not row.may_update:
        why = f"和库里的{target.shows.told_apart_by}，是两{target.measure}{target.noun}"
        raise RuleBroken(f"第 {row.number} 行{why}，不能更新到它。选另建或跳过")
    match = possible.get(row.match_id or 0)
    if match and match.is_archived and not target.shows.may_restore(require_actor()):
        raise RuleBroken(f"「{match.name}」已归档，您不能恢复{target.noun}。请招商局恢复后再导入这一行")


def _decide_all(batch: ImportBatch, decision: Decision) -> int:
    rows, left = queries.suspected_rows(batch), set[int]()
    if decision is Decision.UPDATE:
        shows = target_of(batch).shows
        may_restore = shows.may_restore(require_actor())
        archived = set() if may_restore else shows.archived(queries.matches_of(batch))
        left = {row.number for row in rows if not row.may_update or row.match_id in archived}
    for row in rows:
        if not {row.number, row.follows} & left:
            row.decision = decision
    audit.record("import_batch.decide", subject_of(batch), f"疑似重复都{decision.label}")
    return len(left)


def _must_be_checked(batch: ImportBatch) -> None:
    if batch.state is not BatchState.CHECKED:
        raise RuleBroken(f"现在{batch.state.label}，这一步做不了")


# --- writing ---


def will_write(batch: ImportBatch) -> tuple[int, int]:
    """(rows to be written, rows not to be written): they add up to the rows read."""
    chosen = queries.decision_counts(batch)
    written = batch.new_count + batch.update_count + chosen[Decision.UPDATE] + chosen[Decision.CREATE]
    return written, batch.rows_read - written


def ask_for_writing(batch: ImportBatch, promised: int) -> Job:
    """Queues the writing of exactly as many rows as the button promised; or lets a stopped one go on."""
    if batch.state is BatchState.WRITING:
        if not _job_is_over(batch):
            raise RuleBroken("正在写入，请等它做完")
    else:
        _must_be_checked(batch)
        planned = will_write(batch)[0]
        if promised != planned:
            raise RuleBroken(f"选择变了，现在要写入的是 {planned} 行。请看过后再写入")
        if not planned:
            raise RuleBroken("没有要写入的行")
        batch.written, batch.written_through = {}, 0
    _must_have_file(batch)
    batch.state = BatchState.WRITING
    job = enqueue(WRITE, f"写入 {batch.file_name}"[:200], {"batch_id": batch.id})
    batch.write_job_id = job.id
    return job


def check_may_undo(batch: ImportBatch) -> None:
    """Raises NotAllowed for who may look at a batch but not take it back."""
    if not policy.may_undo(require_actor(), batch):
        raise NotAllowed("这次导入只有经办人和招商局负责人可以撤销，需要时请联系招商局")


def ask_for_undo(batch: ImportBatch) -> Job:
    """Queues the undo of a written batch; one that was stopped goes on. What can be undone the job finds out:
    looking takes too long for a request that keeps others from writing.
    """
    check_may_undo(batch)
    if batch.state is not BatchState.WRITTEN:
        raise RuleBroken(f"现在{batch.state.label}，还没有可撤销的")
    if is_undoing(queries.job_of(batch)):
        raise RuleBroken("正在撤销，请等它做完")
    until = undoing.undo_until(batch)
    if until is None or now() > until:
        target = target_of(batch)
        one_by_one = f"到{target.noun}页逐{target.measure}归档或改正"
        raise RuleBroken(f"写入后 {undoing.WINDOW.days} 天内才能整批撤销，现在请{one_by_one}")
    job = enqueue(UNDO, f"撤销导入 {batch.file_name}"[:200], {"batch_id": batch.id})
    batch.undo_job_id = job.id
    batch.written = {name: value for name, value in batch.written.items() if name != "undone"}
    return job


def is_undoing(job: Job | None) -> bool:
    return job is not None and job.kind == UNDO and not job.is_over


def stop(batch: ImportBatch) -> None:
    """Asks the job under way to stop; what is committed stays."""
    job = queries.job_of(batch)
    if job is None or job.is_over:
        raise RuleBroken("已经做完，不用停了")
    if is_undoing(job):
        check_may_undo(batch)
    job.cancel_asked = True


# --- by night ---


def remove_old_files() -> int:
    """By night: removes the folders of imports at which nobody has worked for so long; returns how many.

    The batches stay, with what they did. One whose job is under way keeps its folder.
    """
    root = files.instance_folder("imports")
    if not root.is_dir():
        return 0
    with reading_apart():  # removing them may take long
        in_use = queries.batches_in_use(since=now() - FILES_KEPT)
    oldest = (now() - FILES_KEPT).timestamp()
    folders = [folder for folder in root.iterdir() if folder.is_dir() and folder.name not in in_use]
    old = [folder for folder in folders if folder.stat().st_mtime < oldest]
    for folder in old:
        shutil.rmtree(folder)
    return len(old)
