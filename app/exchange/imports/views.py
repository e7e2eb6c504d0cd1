"""Pages of imports: history and upload, columns, dry run with decisions, progress, result."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.values.clock import now
from app.core.values.errors import NotFound, RuleBroken
from app.core.web import pages
from app.core.web.budgets import costs
from app.core.web.files import DOWNLOADS, count_upload
from app.core.web.htmx import is_partial
from app.core.web.idempotency import once
from app.core.web.receiving import takes_files
from app.core.web.workbooks import XLSX
from app.core.work import jobs
from app.exchange.imports import policy, queries, services, undoing
from app.exchange.imports.columns import Layout
from app.exchange.imports.enums import BatchState, Decision, RowVerdict
from app.exchange.imports.forms import (
    LayoutForm,
    SourceForm,
    UploadForm,
    first_target,
    layout_form,
    source_form,
    upload_form,
)
from app.exchange.imports.keeping import KEPT, PROBLEMS
from app.exchange.imports.models import ImportBatch, ImportRow
from app.exchange.imports.targets import TARGETS, Meaning, Target, target_of
from app.exchange.imports.workbooks import write_template
from app.register.accounts.enums import Permission

bp = Blueprint("imports", __name__)
P = Permission
Answer = str | Response | tuple[str, int]
DOUBTFUL, ASIDE = "doubtful", "aside"


def page_of(batch: ImportBatch) -> str:
    return url_for("imports.detail", public_id=batch.public_id)


# --- history and upload ---


@bp.get("/imports")
@requires(P.IMPORTS_RUN)
def index() -> str:
    """The upload form above the imports so far."""
    return _index_page(upload_form(is_blank=True))


def _index_page(form: UploadForm) -> str:
    page = queries.list_batches(pages.read_page_number())
    return render_template(
        "imports/index.html",
        form=form.ready(),
        page=page,
        jobs=queries.jobs_of(page.rows),
        targets=list(TARGETS.values()),
    )


@bp.get("/imports/template.xlsx")
@requires(P.IMPORTS_RUN)
@costs(DOWNLOADS)
def template() -> Response:
    """The workbook to fill in, of the kind that the address names."""
    asked = request.args.get("kind")
    target = TARGETS.get(asked) if asked else first_target()
    if target is None:
        raise NotFound
    stream = BytesIO()
    write_template(target, stream)
    stream.seek(0)
    return send_file(stream, mimetype=XLSX, as_attachment=True, download_name=f"{target.noun}导入模板.xlsx")


@bp.post("/imports")
@takes_files
@requires(P.IMPORTS_RUN)
@once
@costs(policy.TRIAL_RUNS)
def upload() -> Answer:
    """Keeps the file and starts the dry run."""
    form = upload_form()
    kept: list[ImportBatch] = []

    def keep() -> None:
        count_upload(form.file.data)
        file = form.file.data
        kept.append(services.start(file.stream, file.filename or "", form.target()))

    if not pages.took(form, keep):
        return _index_page(form), 422
    job = services.ask_for_check(kept[0])
    answer = pages.done(page_of(kept[0]))
    jobs.wake(job)
    return answer


# --- one import ---


@bp.get("/imports/<public_id>")
@requires(P.IMPORTS_RUN)
def detail(public_id: str) -> Answer:
    """Wherever the import stands: progress, columns to choose, the dry run, the result."""
    batch = queries.get_batch(public_id)
    job = queries.job_of(batch)
    if batch.state in {BatchState.CHECKING, BatchState.WRITING} or services.is_undoing(job):
        return _progress_page(batch, job)
    if batch.state is BatchState.COLUMNS:
        return redirect(url_for("imports.columns", public_id=public_id))
    return _rows_page(batch)


def _progress_page(batch: ImportBatch, job: jobs.Job | None) -> Answer:
    page = "imports/_progress.html" if is_partial() else "imports/progress.html"
    return render_template(page, batch=batch, job=job, over=job is None or job.is_over)


@bp.get("/imports/<public_id>/progress")
@requires(P.IMPORTS_RUN)
def progress(public_id: str) -> Answer:
    """The moving part of the page; once the job is done the whole page comes anew."""
    batch = queries.get_batch(public_id)
    job = queries.job_of(batch)
    under_way = batch.state in {BatchState.CHECKING, BatchState.WRITING} or services.is_undoing(job)
    if is_partial() and under_way and job and not job.is_over:
        return _progress_page(batch, job)
    if not is_partial():
        return redirect(page_of(batch))
    answer = Response("", 200)
    answer.headers["HX-Redirect"] = page_of(batch)
    return answer


def _rows_page(batch: ImportBatch) -> str:
    layout, target = services.layout_of(batch), target_of(batch)
    shown = _shown_tab(batch, target)
    verdict = RowVerdict.parse(shown)
    page = queries.list_rows(batch, verdict, pages.read_page_number())
    planned, left = services.will_write(batch)
    return render_template(
        "imports/written.html" if batch.state is BatchState.WRITTEN else "imports/checked.html",
        batch=batch,
        layout=layout,
        target=target,
        columns=_columns_shown(target, layout, page.rows),
        shown=shown,
        verdict=verdict,
        tabs=_tabs(batch, shown, target),
        page=page,
        matched=target.shows.named(queries.matched_ids(page.rows)),
        may_restore=target.shows.may_restore(require_actor()),
        decisions=Decision.choices(),
        counts=queries.decision_counts(batch),
        planned=planned,
        left=left,
        earlier=queries.same_file_written(batch),
        kept=KEPT,
        is_file_gone=services.is_file_gone(batch),
        files_kept=services.FILES_KEPT.days,
        undo_until=undo_until(batch),
        may_undo=policy.may_undo(require_actor(), batch),
        job=queries.job_of(batch),
        has_problems=(services.folder_of(batch) / PROBLEMS).exists(),
    )


def undo_until(batch: ImportBatch) -> datetime | None:
    """Until when the whole import can be taken back; None when that is over or nothing was written."""
    until = undoing.undo_until(batch) if batch.state is BatchState.WRITTEN else None
    return until if until and until >= now() else None


def _columns_shown(target: Target, layout: Layout, rows: Sequence[ImportRow]) -> list[Meaning]:
    """What a row is recognised by, and every column in which a row of this page has something to see."""
    spoken = {column for row in rows for column in (*row.problems, *row.doubts)}
    return [
        each
        for each in target.meanings
        if (each.is_shown and each.code in layout.places) or each.code in spoken
    ]


def _counts(batch: ImportBatch, target: Target) -> list[tuple[str, str, int]]:
    counts = [
        (RowVerdict.ERROR.value, RowVerdict.ERROR.label, batch.error_count),
        (RowVerdict.DUPLICATE.value, RowVerdict.DUPLICATE.label, batch.duplicate_count),
        (DOUBTFUL, "请核对", batch.doubt_count),
        (RowVerdict.UPDATE.value, RowVerdict.UPDATE.label, batch.update_count),
        (RowVerdict.NEW.value, RowVerdict.NEW.label, batch.new_count),
        (RowVerdict.UNCHANGED.value, RowVerdict.UNCHANGED.label, batch.unchanged_count),
        (ASIDE, f"不是{target.noun}", batch.skipped_count),
    ]
    if batch.state is BatchState.WRITTEN:
        left = {"error": batch.written.get("rejected", 0), "duplicate": batch.written.get("suspected", 0)}
        more = {DOUBTFUL: batch.doubt_count, ASIDE: batch.skipped_count}
        kept = {**left, **{key: count for key, count in more.items() if count}}
        return [(key, label, kept[key]) for key, label, _count in counts if key in kept]
    return counts


def _shown_tab(batch: ImportBatch, target: Target) -> str:
    keys = {key: count for key, _label, count in _counts(batch, target)}
    asked = request.args.get("rows", "")
    if asked in keys:
        return asked
    return next((key for key, count in keys.items() if count), RowVerdict.ERROR.value)


def _tabs(batch: ImportBatch, shown: str, target: Target) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "count": count,
            "active": key == shown,
            "url": url_for("imports.detail", public_id=batch.public_id, rows=key),
        }
        for key, label, count in _counts(batch, target)
    ]


# --- columns ---


@bp.get("/imports/<public_id>/columns")
@requires(P.IMPORTS_RUN)
def columns(public_id: str) -> Answer:
    """Which column means what."""
    batch = queries.get_batch(public_id)
    if batch.state not in {BatchState.COLUMNS, BatchState.CHECKED}:
        return redirect(page_of(batch))
    layout = services.layout_of(batch)
    return _columns_page(batch, layout_form(layout, target_of(batch)), layout)


def _columns_page(
    batch: ImportBatch, form: LayoutForm, layout: Layout, source: SourceForm | None = None
) -> str:
    return render_template(
        "imports/columns.html",
        batch=batch,
        form=form,
        source=source or source_form(layout, is_blank=True),
        layout=layout,
        target=target_of(batch),
    )


@bp.post("/imports/<public_id>/source")
@requires(P.IMPORTS_RUN)
@costs(policy.TRIAL_RUNS)
def change_source(public_id: str) -> Answer:
    """Reads the stored file anew: another sheet, row of headings or separator."""
    batch = queries.get_batch(public_id)
    layout = _layout_read(batch)
    form = source_form(layout)
    asked: list[jobs.Job] = []
    if not pages.took(form, lambda: asked.append(services.read_again(batch, form.choice()))):
        return _columns_page(batch, layout_form(layout, target_of(batch)), layout, source=form), 422
    answer = pages.done(page_of(batch))
    jobs.wake(asked[0])
    return answer


def _layout_read(batch: ImportBatch) -> Layout:
    if not batch.mapping:
        raise RuleBroken("文件还没有读好，请等一会儿再来")
    return services.layout_of(batch)


@bp.post("/imports/<public_id>/columns")
@requires(P.IMPORTS_RUN)
@costs(policy.TRIAL_RUNS)
def change_columns(public_id: str) -> Answer:
    """Starts the dry run again with other columns."""
    batch = queries.get_batch(public_id)
    layout, target = _layout_read(batch), target_of(batch)
    form = layout_form(layout, target)
    asked: list[jobs.Job] = []
    if not pages.took(form, lambda: asked.append(services.change_layout(batch, form.layout(layout, target)))):
        return _columns_page(batch, form, layout), 422
    answer = pages.done(page_of(batch))
    jobs.wake(asked[0])
    return answer
