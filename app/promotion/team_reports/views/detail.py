"""The page of one report, and the decision on it."""

from flask import render_template, request, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.web import pages
from app.core.web.forms import seen_version
from app.promotion.team_reports import policy, queries, services, showing
from app.promotion.team_reports.enums import ReportAct
from app.promotion.team_reports.forms import DecideReportForm
from app.promotion.team_reports.views.blueprint import Answer, bp, found_report, page_of, week_of
from app.register.accounts.enums import Permission as P


@bp.get("/team_reports/<public_id>")
@requires(P.TEAM_REPORTS_READ)
def detail(public_id: str) -> str:
    """一份报告."""
    return _detail_page(public_id)


def _detail_page(public_id: str, deciding: DecideReportForm | None = None) -> str:
    actor, report = require_actor(), queries.get_report(public_id)
    hidden = queries.hidden_rows(report.rows, actor)
    may_change = policy.may_change(actor, report)
    late = services.late_logs(report)
    lines = showing.lines_of(report, hidden)
    return render_template(
        "team_reports/detail.html",
        report=report,
        stands=showing.stands(report),
        headings=showing.headings_of(report),
        lines=lines,
        left_out=showing.lines_of(report, hidden, left_out=True),
        hidden=len(hidden),
        figures=showing.figures_of(report),
        late=late,
        may_change=may_change,
        asks_why=may_change and services.must_say_why(report, is_silent=not lines),
        deciding=(deciding or DecideReportForm(formdata=None, version=report.version))
        if policy.may_decide(actor, report)
        else None,
        around_url=week_of(report),
    )


@bp.post("/team_reports/<public_id>/refresh")
@requires(P.TEAM_REPORTS_WRITE)
def refresh(public_id: str) -> Answer:
    """按记录重新整理."""
    report = found_report(public_id)
    services.refresh(report, seen_version())
    return pages.done(page_of(report), "已按现在的记录重新整理，写过的字还在")


@bp.post("/team_reports/<public_id>/send")
@requires(P.TEAM_REPORTS_WRITE)
def send(public_id: str) -> Answer:
    """报送."""
    report = found_report(public_id)
    if services.lacks_reason(report):
        return pages.done(url_for("team_reports.edit", public_id=public_id, why=1))
    services.send(report, seen_version())
    return pages.done(page_of(report), f"已报送{report.kind.label}")


@bp.post("/team_reports/<public_id>/decide")
@requires(P.TEAM_REPORTS_DECIDE)
def decide(public_id: str) -> Answer:
    """收下或退回."""
    report, form = found_report(public_id), DecideReportForm()
    is_return = request.form.get("act") == ReportAct.RETURNED.value
    act = services.give_back if is_return else services.accept
    if not pages.took(form, lambda: act(report, form.seen, form.words.data or "")):
        return _detail_page(public_id, form), 422
    return pages.done(page_of(report), "已退回，驻点组的工作台上会提示" if is_return else "已收下")
