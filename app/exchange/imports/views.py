"""Pages of imports: history and upload, columns, dry run with decisions, progress, result."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import requires
from app.core.storage import audit
from app.core.storage.subjects import Subject
from app.core.values.clock import now
from app.core.values.errors import NotFound, RuleBroken
from app.core.values.registries import Naming, RelatedRow, Sought
from app.core.web import pages
from app.core.web.budgets import costs
from app.core.web.files import DOWNLOADS, count_upload
from app.core.web.htmx import is_partial
from app.core.web.idempotency import once
from app.core.web.receiving import takes_files
from app.core.work import jobs
from app.exchange.imports import policy, queries, services, undoing
from app.exchange.imports.columns import Layout
from app.exchange.imports.enums import BatchState, Column, Decision, RowVerdict
from app.exchange.imports.forms import (
    DecisionForm,
    LayoutForm,
    SourceForm,
    UploadForm,
    WriteForm,
    layout_form,
    source_form,
)
from app.exchange.imports.models import ImportBatch, ImportRow
from app.exchange.imports.workbooks import write_template
from app.exchange.imports.writing import KEPT, PROBLEMS
from app.register.accounts.enums import Permission
from app.register.reference.queries import division_names

bp = Blueprint("imports", __name__)
P = Permission
Answer = str | Response | tuple[str, int]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOUBTFUL, ASIDE = "doubtful", "aside"


def _page_of(batch: ImportBatch) -> str:
    return url_for("imports.detail", public_id=batch.public_id)


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The file from which somebody came into the library, while it is kept. Who may not see the import reads
    that there is a file, which goes by itself, and not which one.
    """
    batch = queries.batch_that_made(sought.contact_id)
    if batch is None or services.is_file_gone(batch):
        return []
    words = f"最后一次处理满 {services.FILES_KEPT.days} 天以后，夜里自动删除"
    if actor.may(P.IMPORTS_RUN) and policy.may_see(actor, batch):
        row = RelatedRow(f"导入的原文件：{batch.file_name}", _page_of(batch), words)
    else:
        row = RelatedRow("导入的原文件", "", words)
    return [Naming("import_batch", batch.public_id, row)]


# --- history and upload ---


@bp.get("/imports")
@requires(P.IMPORTS_RUN)
def index() -> str:
    """The upload form above the imports so far."""
    return _index_page(UploadForm(formdata=None))


def _index_page(form: UploadForm) -> str:
    page = queries.list_batches(pages.read_page_number())
    return render_template(
        "imports/index.html", form=form.ready(), page=page, jobs=queries.jobs_of(page.rows)
    )


@bp.get("/imports/template.xlsx")
@requires(P.IMPORTS_RUN)
@costs(DOWNLOADS)
def template() -> Response:
    """The workbook to fill in."""
    target = BytesIO()
    write_template(target)
    target.seek(0)
    return send_file(target, mimetype=XLSX, as_attachment=True, download_name="企业导入模板.xlsx")


@bp.post("/imports")
@takes_files
@requires(P.IMPORTS_RUN)
@once
@costs(policy.TRIAL_RUNS)
def upload() -> Answer:
    """Keeps the file and starts the dry run."""
    form = UploadForm()
    kept: list[ImportBatch] = []

    def keep() -> None:
        count_upload(form.file.data)
        kept.append(services.start(form.file.data.stream, form.file.data.filename or ""))

    if not pages.took(form, keep):
        return _index_page(form), 422
    job = services.ask_for_check(kept[0])
    answer = pages.done(_page_of(kept[0]))
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
        return redirect(_page_of(batch))
    answer = Response("", 200)
    answer.headers["HX-Redirect"] = _page_of(batch)
    return answer


def _rows_page(batch: ImportBatch) -> str:
    shown = _shown_tab(batch)
    verdict = RowVerdict.parse(shown)
    page = queries.list_rows(batch, verdict, pages.read_page_number())
    layout = services.layout_of(batch)
    planned, left = services.will_write(batch)
    matched = queries.matched(page.rows)
    return render_template(
        "imports/written.html" if batch.state is BatchState.WRITTEN else "imports/checked.html",
        batch=batch,
        layout=layout,
        columns=_columns_shown(layout, page.rows),
        shown=shown,
        verdict=verdict,
        tabs=_tabs(batch, shown),
        page=page,
        matched=matched,
        places=division_names([row.region_code for row in matched.values()]),
        may_restore=policy.may_restore(require_actor()),
        decisions=Decision.choices(),
        counts=queries.decision_counts(batch),
        planned=planned,
        left=left,
        earlier=queries.same_file_written(batch),
        kept=KEPT,
        is_file_gone=services.is_file_gone(batch),
        files_kept=services.FILES_KEPT.days,
        undo_until=_undo_until(batch),
        may_undo=policy.may_undo(require_actor(), batch),
        job=queries.job_of(batch),
        has_problems=(services.folder_of(batch) / PROBLEMS).exists(),
    )


def _undo_until(batch: ImportBatch) -> datetime | None:
    """Until when the whole import can be taken back; None when that is over or nothing was written."""
    until = undoing.undo_until(batch) if batch.state is BatchState.WRITTEN else None
    return until if until and until >= now() else None


_SHOWN = (Column.NAME, Column.CREDIT_CODE, Column.CAPITAL, Column.ESTABLISHED_ON, Column.STATUS)


def _columns_shown(layout: Layout, rows: Sequence[ImportRow]) -> list[Column]:
    """What a row is recognised by, and every column in which a row of this page has something to see."""
    spoken = {column for row in rows for column in (*row.problems, *row.doubts)}
    return [c for c in Column if (c in _SHOWN and c in layout.places) or c.value in spoken]


def _counts(batch: ImportBatch) -> list[tuple[str, str, int]]:
    counts = [
        (RowVerdict.ERROR.value, RowVerdict.ERROR.label, batch.error_count),
        (RowVerdict.DUPLICATE.value, RowVerdict.DUPLICATE.label, batch.duplicate_count),
        (DOUBTFUL, "请核对", batch.doubt_count),
        (RowVerdict.UPDATE.value, RowVerdict.UPDATE.label, batch.update_count),
        (RowVerdict.NEW.value, RowVerdict.NEW.label, batch.new_count),
        (RowVerdict.UNCHANGED.value, RowVerdict.UNCHANGED.label, batch.unchanged_count),
        (ASIDE, "不是企业", batch.skipped_count),
    ]
    if batch.state is BatchState.WRITTEN:
        left = {"error": batch.written.get("rejected", 0), "duplicate": batch.written.get("suspected", 0)}
        more = {DOUBTFUL: batch.doubt_count, ASIDE: batch.skipped_count}
        kept = {**left, **{key: count for key, count in more.items() if count}}
        return [(key, label, kept[key]) for key, label, _count in counts if key in kept]
    return counts


def _shown_tab(batch: ImportBatch) -> str:
    keys = {key: count for key, _label, count in _counts(batch)}
    asked = request.args.get("rows", "")
    if asked in keys:
        return asked
    return next((key for key, count in keys.items() if count), RowVerdict.ERROR.value)


def _tabs(batch: ImportBatch, shown: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "count": count,
            "active": key == shown,
            "url": url_for("imports.detail", public_id=batch.public_id, rows=key),
        }
        for key, label, count in _counts(batch)
    ]


# --- columns ---


@bp.get("/imports/<public_id>/columns")
@requires(P.IMPORTS_RUN)
def columns(public_id: str) -> Answer:
    """Which column means what."""
    batch = queries.get_batch(public_id)
    if batch.state not in {BatchState.COLUMNS, BatchState.CHECKED}:
        return redirect(_page_of(batch))
    layout = services.layout_of(batch)
    return _columns_page(batch, layout_form(layout), layout)


def _columns_page(
    batch: ImportBatch, form: LayoutForm, layout: Layout, source: SourceForm | None = None
) -> str:
    return render_template(
        "imports/columns.html",
        batch=batch,
        form=form,
        source=source or source_form(layout, is_blank=True),
        layout=layout,
        meanings=[c.value for c in Column],
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
        return _columns_page(batch, layout_form(layout), layout, source=form), 422
    answer = pages.done(_page_of(batch))
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
    layout = _layout_read(batch)
    form = layout_form(layout)
    asked: list[jobs.Job] = []
    if not pages.took(form, lambda: asked.append(services.change_layout(batch, form.layout(layout)))):
        return _columns_page(batch, form, layout), 422
    answer = pages.done(_page_of(batch))
    jobs.wake(asked[0])
    return answer


# --- decisions, writing, stopping ---


@bp.post("/imports/<public_id>/decide")
@requires(P.IMPORTS_RUN)
def decide(public_id: str) -> Answer:
    """跳过, 更新 or 另建, for one suspected row or for all."""
    batch = queries.get_batch(public_id)
    form = DecisionForm()
    if not form.validate():
        raise RuleBroken("请选 跳过、更新 或 另建")
    chosen = Decision.parse(form.decision.data) or Decision.SKIP
    left = services.decide(batch, chosen, form.number.data, form.chosen.data or "")
    back = url_for(
        "imports.detail",
        public_id=public_id,
        rows=RowVerdict.DUPLICATE.value,
        page=pages.read_page_number(),
        _anchor=f"row-{form.number.data}" if form.number.data else None,
    )
    words = f"{left} 行不能一起更新（信用代码不同、有几家可能或要先恢复），请逐行选" if left else ""
    return pages.done(back, words)


@bp.post("/imports/<public_id>/write")
@requires(P.IMPORTS_RUN)
def write(public_id: str) -> Answer:
    """Writes what the button said, or goes on with what was stopped."""
    batch = queries.get_batch(public_id)
    form = WriteForm()
    if not form.validate():
        raise RuleBroken("没有说明要写入多少行，请刷新页面后再点写入")
    job = services.ask_for_writing(batch, form.promised.data or 0)
    answer = pages.done(_page_of(batch))
    jobs.wake(job)
    return answer


@bp.post("/imports/<public_id>/retry")
@requires(P.IMPORTS_RUN)
@costs(policy.TRIAL_RUNS)
def retry(public_id: str) -> Answer:
    """Makes a dry run again that was stopped or failed."""
    batch = queries.get_batch(public_id)
    job = services.check_again(batch)
    answer = pages.done(_page_of(batch))
    jobs.wake(job)
    return answer


@bp.post("/imports/<public_id>/stop")
@requires(P.IMPORTS_RUN)
def stop(public_id: str) -> Answer:
    """Asks the job under way to stop."""
    batch = queries.get_batch(public_id)
    services.stop(batch)
    return pages.done(_page_of(batch), "正在停下，已经写入的保留")


# --- taking it back ---


@bp.get("/imports/<public_id>/undo")
@requires(P.IMPORTS_RUN)
@costs(policy.TRIAL_RUNS)
def undo(public_id: str) -> Answer:
    """What an undo would do: how many companies are archived, restored or kept, and why kept."""
    batch = queries.get_batch(public_id)
    services.check_may_undo(batch)
    if batch.state is not BatchState.WRITTEN or services.is_undoing(queries.job_of(batch)):
        return redirect(_page_of(batch))
    return render_template(
        "imports/undo.html",
        batch=batch,
        found=undoing.survey(batch),
        until=_undo_until(batch),
        window=undoing.WINDOW.days,
    )


@bp.post("/imports/<public_id>/undo")
@requires(P.IMPORTS_RUN)
def start_undo(public_id: str) -> Answer:
    """Takes back what the import did and nobody has touched since."""
    batch = queries.get_batch(public_id)
    job = services.ask_for_undo(batch)
    answer = pages.done(_page_of(batch))
    jobs.wake(job)
    return answer


@bp.get("/imports/<public_id>/problems.xlsx")
@requires(P.IMPORTS_RUN)
@costs(DOWNLOADS)
def problems(public_id: str) -> Response:
    """The user's own rows that were not written, with what is wrong with each; and those that want a look."""
    batch = queries.get_batch(public_id)
    path = services.folder_of(batch) / PROBLEMS
    if not path.exists():
        raise NotFound()
    stem = batch.file_name.split(".")[0][:60]
    subject = Subject("import_batch", public_id)
    audit.record_look("import_batch.downloaded", subject, "下载没有写入和请核对的行")
    return send_file(path, mimetype=XLSX, as_attachment=True, download_name=f"{stem} 没有写入的行.xlsx")
