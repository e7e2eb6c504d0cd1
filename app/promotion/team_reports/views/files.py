"""A report on paper, as a workbook, as a Word document. That somebody took it along stands in the ledger."""

from io import BytesIO

from flask import Response, render_template, send_file

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.exporting import EXPORTS
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.web import pages, sheets
from app.core.web.budgets import costs, spend
from app.core.web.documents import DOCX
from app.core.web.workbooks import XLSX
from app.promotion.team_reports import queries, showing
from app.promotion.team_reports.models import TeamReport
from app.promotion.team_reports.views.blueprint import bp
from app.register.accounts.enums import Permission as P


def _shown(public_id: str) -> tuple[TeamReport, list[showing.ReportLine], set[int]]:
    report = queries.get_report(public_id)
    hidden = queries.hidden_rows(report.rows, require_actor())
    return report, showing.lines_of(report, hidden), hidden


def _note(report: TeamReport, verb: str, words: str, rows: int) -> None:
    """What was read is in words by now; a budget and a look are no part of its transaction."""
    subject, summary = subject_of(report), f"{words}「{report.name}」{rows} 行"
    db.session.rollback()
    spend(pages.ROWS_TAKEN, rows)
    audit.record_look(f"{subject.kind}.{verb}", subject, summary)


@bp.get("/team_reports/<public_id>/print")
@requires(P.TEAM_REPORTS_READ)
@costs(sheets.PRINTS)
def printed_report(public_id: str) -> str:
    """一份报告，印在 A4 上."""
    report, lines, hidden = _shown(public_id)
    page = render_template(
        "team_reports/paper.html",
        report=report,
        headings=showing.headings_of(report),
        lines=lines,
        hidden=len(hidden),
        figures=showing.figures_of(report),
        watermark=f"{require_actor().name} {today():%Y-%m-%d}",
    )
    _note(report, "print", "打印", len(lines))
    return page


@bp.get("/team_reports/<public_id>/workbook")
@requires(P.TEAM_REPORTS_READ)
@costs(EXPORTS)
def workbook(public_id: str) -> Response:
    """一份报告，Excel 工作簿."""
    report, lines, _hidden = _shown(public_id)
    made = showing.as_workbook(report, showing.headings_of(report), lines)
    return _sent(report, made, "xlsx", XLSX, len(lines))


@bp.get("/team_reports/<public_id>/document")
@requires(P.TEAM_REPORTS_READ)
@costs(EXPORTS)
def document(public_id: str) -> Response:
    """一份报告，Word 文档."""
    report, lines, hidden = _shown(public_id)
    every = showing.whole_lines_of(report, hidden)
    made = showing.as_document(report, showing.headings_of(report), every, queries.own_template())
    return _sent(report, made, "docx", DOCX, len(lines))


def _sent(report: TeamReport, made: bytes, ending: str, mimetype: str, rows: int) -> Response:
    name = f"{report.name}.{ending}"
    _note(report, "export", f"导出（{ending}）", rows)
    return send_file(BytesIO(made), mimetype=mimetype, as_attachment=True, download_name=name)
