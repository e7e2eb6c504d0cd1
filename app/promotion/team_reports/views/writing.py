"""A report is begun, put into words, row by row; or sent as silent with one press."""

from flask import render_template, request, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.values.clock import today
from app.core.web import pages
from app.core.web.idempotency import once
from app.promotion.team_reports import queries, services
from app.promotion.team_reports.enums import ReportKind
from app.promotion.team_reports.forms import (
    BeginReportForm,
    NewReportRowForm,
    ReportRowForm,
    ReportTextForm,
)
from app.promotion.team_reports.models import TeamReport, TeamReportRow
from app.promotion.team_reports.views.blueprint import Answer, bp, for_change, page_of
from app.register.accounts.enums import Permission as P
from app.register.accounts.queries import get_unit
from app.register.enterprises.picking import company_of, offer_for, take_choice


def _begin_form(**values: object) -> BeginReportForm:
    form = BeginReportForm(**values)
    teams = queries.teams_written_by(require_actor())
    form.team.choices = [(team.public_id, team.name) for team in teams] or [("", "不在驻点组")]
    return form


def _begin_page(form: BeginReportForm, status: int = 200) -> Answer:
    return render_template("team_reports/new.html", form=form.ready()), status


@bp.get("/team_reports/new")
@requires(P.TEAM_REPORTS_WRITE)
def new() -> Answer:
    """写报告：哪个组、哪一期."""
    kind = pages.read_member("kind", "种类", ReportKind) or ReportKind.WEEK
    day = pages.read_date("day", "哪一天") or today()
    return _begin_page(_begin_form(formdata=None, kind=kind.value, day=day, team=pages.read_text("team", 16)))


@bp.post("/team_reports/new")
@requires(P.TEAM_REPORTS_WRITE)
@once
def create() -> Answer:
    """写报告：按记录整理草稿；按「没有新情况」就直接报送."""
    form, made = _begin_form(), list[TeamReport]()
    is_silent = "silent" in request.form
    if not pages.took(form, lambda: made.append(_begun(form, is_silent=is_silent))):
        return _begin_page(form, 422)
    report = made[0]
    if is_silent and services.lacks_reason(report):
        return pages.done(url_for("team_reports.edit", public_id=report.public_id, why=1))
    told = f"已报送{report.kind.label}：没有新情况" if is_silent else "草稿已按记录整理好，看一遍再报送"
    return pages.done(page_of(report), told)


def _begun(form: BeginReportForm, *, is_silent: bool) -> TeamReport:
    report = services.begin(get_unit(form.team.data), ReportKind(form.kind.data), form.day.data)
    if is_silent and not services.lacks_reason(report):
        services.send_silent(report)
    return report


# --- in words ----------------------------------------------------------------------------------------


def _text_form(report: TeamReport) -> ReportTextForm:
    return ReportTextForm(formdata=None, obj=report)


def _text_page(form: ReportTextForm, report: TeamReport, status: int = 200) -> Answer:
    page = render_template(
        "team_reports/edit.html", form=form, report=report, why=services.lacks_reason(report)
    )
    return page, status


@bp.get("/team_reports/<public_id>/edit")
@requires(P.TEAM_REPORTS_WRITE)
def edit(public_id: str) -> Answer:
    """写文字说明."""
    report = for_change(public_id)
    return _text_page(_text_form(report), report)


@bp.post("/team_reports/<public_id>/edit")
@requires(P.TEAM_REPORTS_WRITE)
def update(public_id: str) -> Answer:
    """写文字说明：保存."""
    report, form = for_change(public_id), ReportTextForm()

    def act() -> None:
        services.put_into_words(report, form.seen, form.summary.data or "", form.silent_reason.data or "")

    if not saved(form, act, lambda: _text_form(report)):
        return _text_page(form, report, 422)
    return pages.done(page_of(report), "已保存")


# --- row by row --------------------------------------------------------------------------------------


def _row_for_change(public_id: str) -> TeamReportRow:
    row = queries.get_row(public_id)
    pages.refusal_leads_to(page_of(row.report))
    services.must_be_open(row.report)
    return row


def _row_form(row: TeamReportRow) -> ReportRowForm:
    return ReportRowForm(formdata=None, version=row.version, note=row.progress, left_out=row.left_out)


def _row_page(form: ReportRowForm, row: TeamReportRow, status: int = 200) -> Answer:
    return render_template("team_reports/row.html", form=form, row=row, report=row.report), status


@bp.get("/team_reports/rows/<public_id>/edit")
@requires(P.TEAM_REPORTS_WRITE)
def edit_row(public_id: str) -> Answer:
    """改报告的一行."""
    row = _row_for_change(public_id)
    return _row_page(_row_form(row), row)


@bp.post("/team_reports/rows/<public_id>/edit")
@requires(P.TEAM_REPORTS_WRITE)
def update_row(public_id: str) -> Answer:
    """改报告的一行：保存."""
    row, form = _row_for_change(public_id), ReportRowForm()

    def act() -> None:
        services.change_row(row, form.seen, form.note.data or "", left_out=bool(form.left_out.data))

    if not saved(form, act, lambda: _row_form(row)):
        return _row_page(form, row, 422)
    return pages.done(page_of(row.report), "已保存")


def _new_row_page(form: NewReportRowForm, report: TeamReport, status: int = 200) -> Answer:
    page = render_template(
        "team_reports/new_row.html", form=form.ready(), report=report, offer=offer_for(form)
    )
    return page, status


@bp.get("/team_reports/<public_id>/rows")
@requires(P.TEAM_REPORTS_WRITE)
def new_row(public_id: str) -> Answer:
    """加一行."""
    return _new_row_page(NewReportRowForm(formdata=None), for_change(public_id))


@bp.post("/team_reports/<public_id>/rows")
@requires(P.TEAM_REPORTS_WRITE)
@once
def create_row(public_id: str) -> Answer:
    """加一行：保存."""
    report, form = for_change(public_id), NewReportRowForm()
    if take_choice(form):
        return _new_row_page(form, report, 422)
    if not pages.took(form, lambda: services.add_row(report, company_of(form), form.note.data or "")):
        return _new_row_page(form, report, 422)
    return pages.done(page_of(report), "已加上")
