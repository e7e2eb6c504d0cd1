"""A ranking taken along: on paper, as a workbook, as a Word document. The ledger has it."""

import io

from flask import Response, render_template, send_file

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.exporting import EXPORTS
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import Subject, subject_of
from app.core.values.clock import in_beijing, now, today
from app.core.values.errors import NotFound
from app.core.web import sheets
from app.core.web.budgets import costs
from app.core.web.documents import DOCX
from app.core.web.workbooks import XLSX
from app.promotion.assessments import queries, showing
from app.promotion.assessments.queries import Ranking
from app.promotion.assessments.views.blueprint import asked_ranking, bp
from app.promotion.assessments.views.ranking import SHOWN
from app.register.accounts.enums import Permission as P


def _taken(public_id: str) -> tuple[Ranking, str]:
    """A ranking that is taken along, and what it is called."""
    scheme = queries.get_scheme(public_id)
    ranking = asked_ranking(scheme)
    if ranking is None:
        raise NotFound
    return ranking, f"{scheme.name} {ranking.span.label}"


def _note(subject: Subject, how: str, words: str) -> None:
    """That somebody took it along stands in the ledger."""
    db.session.rollback()  # what was read is in words by now
    audit.record_look(f"{subject.kind}.{how}", subject, words)


@bp.get("/assessments/<public_id>/print")
@requires(P.ASSESSMENTS_READ)
@costs(sheets.PRINTS)
def printed(public_id: str) -> str:
    """一期的排名，印在 A4 上."""
    (ranking, title), me = _taken(public_id), require_actor()
    subject, watermark = subject_of(ranking.scheme), f"{me.name} {today():%Y-%m-%d}"
    page = render_template("assessments/paper.html", ranking=ranking, watermark=watermark, **SHOWN)
    _note(subject, "print", f"打印「{title}」的排名")
    return page


@bp.post("/assessments/<public_id>/export")
@requires(P.LISTS_EXPORT)
@costs(EXPORTS)
def exported(public_id: str) -> Response:
    """一期的排名，Excel 工作簿."""
    ranking, title = _taken(public_id)
    return _sent(ranking, title, showing.as_workbook(ranking), "xlsx", XLSX)


@bp.post("/assessments/<public_id>/document")
@requires(P.LISTS_EXPORT)
@costs(EXPORTS)
def document(public_id: str) -> Response:
    """一期的排名和每个得分怎么来的，Word 文档."""
    (ranking, title), me = _taken(public_id), require_actor()
    body = showing.as_document(ranking, title, f"{me.unit_name or ''}　{me.name}　{today():%Y-%m-%d}")
    return _sent(ranking, title, body, "docx", DOCX)


def _sent(ranking: Ranking, title: str, body: bytes, ending: str, mimetype: str) -> Response:
    me, at = require_actor(), in_beijing(now())
    _note(subject_of(ranking.scheme), "export", f"导出「{title}」的排名（{ending}）")
    name = f"{title} {at:%Y%m%d-%H%M} {me.name}.{ending}"
    return send_file(io.BytesIO(body), mimetype=mimetype, as_attachment=True, download_name=name)
