"""周报的 Word 模板: which holds, the county's own uploaded and checked, the one made here to begin from."""

from io import BytesIO

from flask import Blueprint, Response, render_template, send_file, url_for

from app.core.access.permissions import requires
from app.core.records.exporting import EXPORTS
from app.core.values.clock import today
from app.core.web import files, pages
from app.core.web.budgets import costs
from app.core.web.documents import DOCX
from app.core.web.idempotency import once
from app.core.web.receiving import takes_files
from app.promotion.team_reports import queries, services, showing
from app.promotion.team_reports.forms import ReportTemplateForm
from app.promotion.team_reports.views.blueprint import Answer
from app.register.accounts.enums import Permission as P

bp = Blueprint("report_template", __name__)


def _page(form: ReportTemplateForm, status: int = 200) -> Answer:
    page = render_template(
        "team_reports/template.html",
        form=form.ready(),
        templates=queries.templates_set(),
        single=showing.SINGLE,
        lists=showing.LISTS,
        rows=showing.ROWS,
    )
    return page, status


@bp.get("/report_template")
@requires(P.TEAM_REPORTS_SET)
def index() -> Answer:
    """周报的 Word 模板."""
    return _page(ReportTemplateForm(formdata=None))


@bp.post("/report_template")
@takes_files
@requires(P.TEAM_REPORTS_SET)
@once
def create() -> Answer:
    """上传县里自己的模板. It is looked through before anything is written."""
    form = ReportTemplateForm()
    faults = _faults(form.file.data)
    if not pages.took(form, lambda: services.set_template(form.file.data, faults, form.note.data or "")):
        return _page(form, 422)
    return pages.done(url_for("report_template.index"), "已换上，以后下载的 Word 文档按这个模板")


def _faults(stored: files.Stored | None) -> list[str]:
    if stored is None or not stored.name.lower().endswith(".docx"):
        return []
    return showing.faults_of(files.path_of(stored.sha256).read_bytes())


@bp.post("/report_template/shipped")
@requires(P.TEAM_REPORTS_SET)
def use_shipped() -> Answer:
    """改用系统自带的模板."""
    services.set_shipped()
    return pages.done(url_for("report_template.index"), "已改用系统自带的模板")


@bp.get("/report_template/shipped")
@requires(P.TEAM_REPORTS_SET)
@costs(EXPORTS)
def shipped() -> Response:
    """下载系统自带的模板，在它上面改."""
    made = showing.default_template(showing.headings_in(queries.columns_on(today())))
    return send_file(BytesIO(made), mimetype=DOCX, as_attachment=True, download_name="周报模板.docx")
