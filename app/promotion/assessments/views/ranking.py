"""The ranking of a period, a score with its items, the rows behind a number; on paper and as a workbook."""

import io
from typing import Any

import xlsxwriter
from flask import Response, render_template, send_file

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.exporting import EXPORTS
from app.core.records.measures import MEASURES
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import Subject, subject_of
from app.core.values.clock import in_beijing, now, today
from app.core.values.errors import NotAllowed, NotFound
from app.core.web import pages, sheets
from app.core.web.budgets import costs
from app.promotion.assessments import policy, queries, rules
from app.promotion.assessments.enums import ItemPart
from app.promotion.assessments.models import AssessmentScheme
from app.promotion.assessments.queries import Ranking, RankLine
from app.promotion.assessments.rules import POINT, ScoredLine, shown_points, shown_quantity
from app.promotion.assessments.showing import shown_inputs
from app.promotion.assessments.views.blueprint import asked_ranking, asked_span, bp
from app.register.accounts.enums import Permission as P

_SHOWN: dict[str, Any] = {
    "shown_points": shown_points,
    "shown_quantity": shown_quantity,
    "words_of": rules.words_of,
    "parts": tuple(ItemPart),
}


@bp.get("/assessments/<public_id>")
@requires(P.ASSESSMENTS_READ)
def show(public_id: str) -> str:
    """一期的排名."""
    scheme, actor = queries.get_scheme(public_id), require_actor()
    ranking, span = asked_ranking(scheme), asked_span(scheme)
    return render_template(
        "assessments/show.html",
        scheme=scheme,
        ranking=ranking,
        span=span,
        spans=queries.spans_of(scheme)[:24],
        closed=queries.closings_of(scheme),
        waiting=queries.waiting(scheme, span),
        objections=queries.objections_of(scheme, span),
        may_open={line.group.id for line in ranking.lines if policy.may_open(actor, scheme, line.group.id)}
        if ranking
        else set(),
        may_set=policy.may_set(actor),
        may_enter=policy.may_enter(actor),
        is_over=span.last < today(),
        **_SHOWN,
    )


def _line(public_id: str) -> tuple[AssessmentScheme, Ranking, RankLine]:
    """A score that its reader may open, `?who=`; the first of these unless told. NotFound without any."""
    scheme, actor, who = queries.get_scheme(public_id), require_actor(), pages.read_text("who", 20)
    ranking = asked_ranking(scheme)
    asked = [line for line in ranking.lines if who in ("", line.group.public_id)] if ranking else []
    opened = [line for line in asked if policy.may_open(actor, scheme, line.group.id)]
    if ranking is None or not asked:
        raise NotFound
    if not opened:
        raise NotAllowed("别的组只看得到排名，得分怎么来的由他们自己看")
    return scheme, ranking, opened[0]


def _before(ranking: Ranking, line: RankLine) -> dict[str, ScoredLine]:
    """The lines of the issue before this one, by item, where they say something else."""
    closing = ranking.closing
    if closing is None or closing.revision == 1:
        return {}
    old = queries.ranking_of(ranking.scheme, ranking.span, revision=closing.revision - 1, moves=False)
    was = old.line_of(line.group.id) if old else None
    pairs = zip(was.of.lines, line.of.lines, strict=True) if was else ()
    return {one.item.code: one for one, new in pairs if one != new}


@bp.get("/assessments/<public_id>/score")
@requires(P.ASSESSMENTS_READ)
def score(public_id: str) -> str:
    """一个得分怎么来的."""
    scheme, ranking, line = _line(public_id)
    quantities = ranking.quantities.values()
    explained = {
        one.item.code: rules.explained(one, [each[one.item.code] for each in quantities])
        for one in line.of.lines
    }
    theirs = policy.is_theirs(require_actor(), scheme, line.group.id)
    return render_template(
        "assessments/score.html",
        scheme=scheme,
        ranking=ranking,
        line=line,
        explained=explained,
        before=_before(ranking, line),
        objections=[
            one for one in queries.objections_of(scheme, ranking.span) if one.group_id == line.group.id
        ],
        may_object=theirs and ranking.closing is not None,
        may_set=policy.may_set(require_actor()),
        **_SHOWN,
    )


@bp.get("/assessments/<public_id>/inputs")
@requires(P.ASSESSMENTS_READ)
def inputs(public_id: str) -> str:
    """一项的数是哪些，`?item=`；没有说哪一项，就是第一项."""
    scheme, ranking, line = _line(public_id)
    code = pages.read_text("item", 20)
    one = next((each for each in line.of.lines if code in ("", each.item.code)), None)
    if one is None:
        raise NotFound
    if ranking.closing:
        found = queries.kept_inputs(one.item, line.group.id, ranking.closing)
    else:
        found = queries.inputs_of(one.item, line.group.id, scheme, ranking.span, ranking.rows)
    return render_template(
        "assessments/inputs.html",
        scheme=scheme,
        ranking=ranking,
        line=line,
        one=one,
        shown=shown_inputs(found, require_actor()),
        measure=MEASURES.get(one.item.measure),
        **_SHOWN,
    )


# --- taken along -------------------------------------------------------------------------------------


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
    page = render_template("assessments/paper.html", ranking=ranking, watermark=watermark, **_SHOWN)
    _note(subject, "print", f"打印「{title}」的排名")
    return page


@bp.post("/assessments/<public_id>/export")
@requires(P.LISTS_EXPORT)
@costs(EXPORTS)
def exported(public_id: str) -> Response:
    """一期的排名，Excel 工作簿."""
    (ranking, title), me = _taken(public_id), require_actor()
    body, subject, at = _workbook(ranking), subject_of(ranking.scheme), in_beijing(now())
    _note(subject, "export", f"导出「{title}」的排名（Excel 工作簿）")
    return send_file(
        io.BytesIO(body),
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_attachment=True,
        download_name=f"{title} {at:%Y%m%d-%H%M} {me.name}.xlsx",
    )


def _workbook(ranking: Ranking) -> bytes:
    """The ranking with the number and the points of each item, and how each is scored."""
    target = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(target, options) as book:
        head = book.add_format({"bold": True, "bg_color": "#E6EFF8", "bottom": 1, "text_wrap": True})
        _write(book.add_worksheet("排名"), head, _table(ranking))
        told = [["考核项", "怎么算分"], *([item.name, rules.words_of(item)] for item in ranking.items)]
        _write(book.add_worksheet("怎么算的"), head, told)
    return target.getvalue()


def _table(ranking: Ranking) -> list[list[Any]]:
    columns = [name for item in ranking.items for name in (f"{item.name}，数", f"{item.name}，分")]
    headings = [
        "名次",
        ranking.scheme.by.label,
        "得分",
        *(part.label for part in ItemPart),
        *columns,
        "补到 0 或否决",
    ]
    rows = [
        [line.place, line.group.name, line.of.total / POINT, line.activity / POINT, line.outcome / POINT]
        + [number for one in line.of.lines for number in (one.quantity / one.item.piece, one.points / POINT)]
        + [line.of.levelled / POINT]
        for line in ranking.lines
    ]
    return [headings, *rows]


def _write(sheet: Any, head: Any, table: list[list[Any]]) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.freeze_panes(1, 2)
    for number, row in enumerate(table):
        for place, value in enumerate(row):
            write = sheet.write_string if isinstance(value, str) else sheet.write_number
            write(number, place, value, *([head] if number == 0 else []))
