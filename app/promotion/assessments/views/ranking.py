"""The ranking of a period, a score with its items, the rows behind a number."""

from typing import Any

from flask import render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.measures import MEASURES
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, NotFound
from app.core.web import pages
from app.promotion.assessments import policy, queries, rules
from app.promotion.assessments.enums import ItemPart
from app.promotion.assessments.models import AssessmentScheme
from app.promotion.assessments.queries import Ranking, RankLine
from app.promotion.assessments.rules import ScoredLine, shown_points, shown_quantity
from app.promotion.assessments.showing import shown_inputs
from app.promotion.assessments.views.blueprint import asked_ranking, asked_span, bp
from app.register.accounts.enums import Permission as P

SHOWN: dict[str, Any] = {
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
        **SHOWN,
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
        **SHOWN,
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
        **SHOWN,
    )
