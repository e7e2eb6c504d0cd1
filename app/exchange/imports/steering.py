"""What people do with one import from its page: decide, write, stop, take it back, fetch what was left."""

from flask import redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from app.core.access.permissions import requires
from app.core.storage import audit
from app.core.storage.subjects import Subject
from app.core.values.errors import NotFound, RuleBroken
from app.core.web import pages
from app.core.web.budgets import costs
from app.core.web.files import DOWNLOADS
from app.core.web.workbooks import XLSX
from app.core.work import jobs
from app.exchange.imports import policy, queries, services, undoing
from app.exchange.imports.enums import BatchState, Decision, RowVerdict
from app.exchange.imports.forms import DecisionForm, WriteForm
from app.exchange.imports.keeping import PROBLEMS
from app.exchange.imports.targets import target_of
from app.exchange.imports.views import Answer, P, bp, page_of, undo_until

__all__ = ["bp"]

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
    target = target_of(batch)
    why = f"{target.shows.told_apart_by}、有几{target.measure}可能或要先恢复"
    words = f"{left} 行不能一起更新（{why}），请逐行选" if left else ""
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
    answer = pages.done(page_of(batch))
    jobs.wake(job)
    return answer


@bp.post("/imports/<public_id>/retry")
@requires(P.IMPORTS_RUN)
@costs(policy.TRIAL_RUNS)
def retry(public_id: str) -> Answer:
    """Makes a dry run again that was stopped or failed."""
    batch = queries.get_batch(public_id)
    job = services.check_again(batch)
    answer = pages.done(page_of(batch))
    jobs.wake(job)
    return answer


@bp.post("/imports/<public_id>/stop")
@requires(P.IMPORTS_RUN)
def stop(public_id: str) -> Answer:
    """Asks the job under way to stop."""
    batch = queries.get_batch(public_id)
    services.stop(batch)
    return pages.done(page_of(batch), "正在停下，已经写入的保留")


# --- taking it back ---


@bp.get("/imports/<public_id>/undo")
@requires(P.IMPORTS_RUN)
@costs(policy.TRIAL_RUNS)
def undo(public_id: str) -> Answer:
    """What an undo would do: how many records are archived, restored or kept, and why kept."""
    batch = queries.get_batch(public_id)
    services.check_may_undo(batch)
    if batch.state is not BatchState.WRITTEN or services.is_undoing(queries.job_of(batch)):
        return redirect(page_of(batch))
    return render_template(
        "imports/undo.html",
        batch=batch,
        target=target_of(batch),
        found=undoing.survey(batch),
        until=undo_until(batch),
        window=undoing.WINDOW.days,
    )


@bp.post("/imports/<public_id>/undo")
@requires(P.IMPORTS_RUN)
def start_undo(public_id: str) -> Answer:
    """Takes back what the import did and nobody has touched since."""
    batch = queries.get_batch(public_id)
    job = services.ask_for_undo(batch)
    answer = pages.done(page_of(batch))
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
        raise NotFound
    stem = batch.file_name.split(".")[0][:60]
    subject = Subject("import_batch", public_id)
    audit.record_look("import_batch.downloaded", subject, "下载没有写入和请核对的行")
    return send_file(path, mimetype=XLSX, as_attachment=True, download_name=f"{stem} 没有写入的行.xlsx")
