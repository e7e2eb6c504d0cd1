"""A period is closed, held against its rows; objections are made and answered."""

from flask import flash, redirect, render_template
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.storage.db import end_writing
from app.core.values.errors import NotAllowed, NotFound, RuleBroken
from app.core.web import pages
from app.core.web.idempotency import once
from app.promotion.assessments import policy, queries, services
from app.promotion.assessments.enums import ObjectionState
from app.promotion.assessments.forms import ObjectionForm, RulingForm, quantity_of
from app.promotion.assessments.models import AssessmentObjection
from app.promotion.assessments.queries import Ranking, RankLine
from app.promotion.assessments.rules import ScoredLine, shown_points, shown_quantity
from app.promotion.assessments.views.blueprint import Answer, asked_ranking, asked_span, bp, here, page_of
from app.register.accounts.enums import Permission as P


@bp.post("/assessments/<public_id>/close")
@requires(P.ASSESSMENTS_SET)
def close(public_id: str) -> Response:
    """结账：这一期的得分和明细定下来."""
    scheme = queries.get_scheme(public_id)
    span = asked_span(scheme)
    pages.refusal_leads_to(page_of(scheme, span.first))
    services.close(scheme, span.first)
    return pages.done(page_of(scheme, span.first), f"{span.label}已结账，以后补记的算到下一期")


@bp.post("/assessments/<public_id>/verify")
@requires(P.ASSESSMENTS_SET)
def verify(public_id: str) -> Response:
    """用结账时留下的明细重算，和存下的得分对."""
    scheme = queries.get_scheme(public_id)
    wrong = services.verify(scheme)
    end_writing()
    flash("；".join(wrong[:5]) if wrong else "已结账的各期都重算了一遍，和存下的得分一致")
    return redirect(page_of(scheme, asked_span(scheme).first), 303)


# --- objections --------------------------------------------------------------------------------------


def _theirs(public_id: str) -> tuple[Ranking, RankLine]:
    """One's own score, or that of one's team or unit."""
    scheme, actor = queries.get_scheme(public_id), require_actor()
    ranking = asked_ranking(scheme)
    if ranking is None:
        raise NotFound
    pages.refusal_leads_to(page_of(scheme, ranking.span.first))
    line = next((one for one in ranking.lines if policy.is_theirs(actor, scheme, one.group.id)), None)
    if line is None:
        raise NotAllowed("异议由被考核的组、人或单位自己提")
    return ranking, line


def _form(ranking: Ranking, **values: object) -> ObjectionForm:
    form = ObjectionForm(**values)
    form.offer([(item.code, item.name) for item in ranking.items])
    return form


def _objecting(form: ObjectionForm, ranking: Ranking, line: RankLine, status: int = 200) -> Answer:
    page = render_template(
        "assessments/object.html", form=form.ready(), ranking=ranking, line=line, here=here()
    )
    return page, status


@bp.get("/assessments/<public_id>/object")
@requires(P.ASSESSMENTS_READ)
def objecting(public_id: str) -> Answer:
    """对得分提异议."""
    ranking, line = _theirs(public_id)
    return _objecting(_form(ranking, formdata=None), ranking, line)


@bp.post("/assessments/<public_id>/object")
@requires(P.ASSESSMENTS_READ)
@once
def object_to(public_id: str) -> Answer:
    """对得分提异议：保存."""
    ranking, line = _theirs(public_id)
    form, scheme = _form(ranking), ranking.scheme

    def act() -> None:
        services.object_to(scheme, ranking.span.first, line.group.id, form.item.data, form.words.data)

    if not pages.took(form, act):
        return _objecting(form, ranking, line, 422)
    return pages.done(page_of(scheme, ranking.span.first), "已提交，由招商局负责人答复")


def _objected(row: AssessmentObjection) -> tuple[Ranking, RankLine, ScoredLine]:
    """What an objection is about, as it is scored by now."""
    ranking = queries.ranking_of(row.scheme, row.scheme.span(row.first_day))
    line = ranking.line_of(row.group_id) if ranking else None
    of_item = [one for one in line.of.lines if one.item.code == row.item_code] if line else []
    if ranking is None or line is None or not of_item:
        raise NotFound
    return ranking, line, of_item[0]


def _ruling_page(form: RulingForm, row: AssessmentObjection, status: int = 200) -> Answer:
    ranking, line, one = _objected(row)
    page = render_template(
        "assessments/ruling.html",
        form=form,
        row=row,
        ranking=ranking,
        line=line,
        one=one,
        is_open=row.state is ObjectionState.OPEN,
        may_set=policy.may_set(require_actor()),
        shown_points=shown_points,
        shown_quantity=shown_quantity,
    )
    return page, status


def _opened(row: AssessmentObjection) -> RulingForm:
    return RulingForm(formdata=None, version=row.version)


def _readable(public_id: str) -> AssessmentObjection:
    row = queries.get_objection(public_id)
    if not policy.may_open(require_actor(), row.scheme, row.group_id):
        raise NotFound
    pages.refusal_leads_to(page_of(row.scheme, row.first_day))
    return row


@bp.get("/assessments/objections/<public_id>")
@requires(P.ASSESSMENTS_READ)
def objection(public_id: str) -> Answer:
    """一条异议."""
    row = _readable(public_id)
    return _ruling_page(_opened(row), row)


@bp.post("/assessments/objections/<public_id>")
@requires(P.ASSESSMENTS_SET)
def rule(public_id: str) -> Answer:
    """答复异议."""
    row, form = _readable(public_id), RulingForm()

    def act() -> None:
        if ObjectionState(form.state.data) is ObjectionState.DISMISSED:
            services.dismiss(row, form.seen, form.reply.data)
            return
        if not form.quantity.data:
            raise RuleBroken({"quantity": "成立的，写上这一项应该是多少"})
        quantity = quantity_of(form.quantity.data, _objected(row)[2].item.counting)
        services.uphold(row, form.seen, form.reply.data, quantity)

    if not saved(form, act, lambda: _opened(row)):
        return _ruling_page(form, row, 422)
    return pages.done(page_of(row.scheme, row.first_day), f"已答复：{row.state.label}")
