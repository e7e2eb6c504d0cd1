"""What anchors buy and cannot get here: written, changed, taken off."""

from flask import render_template
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.values.clock import today
from app.core.web import pages
from app.core.web.forms import seen_version
from app.core.web.idempotency import once
from app.register.accounts.enums import Permission as P
from app.register.anchors import policy, queries, services
from app.register.anchors.forms import NeedForm
from app.register.anchors.models import AnchorNeed, ChainAnchor
from app.register.anchors.views.blueprint import Answer, bp, must_be_open, page_of
from app.register.chains import queries as chains
from app.register.chains.rules import in_order


def _anchor_to_tell_of(row: ChainAnchor) -> ChainAnchor:
    must_be_open(row.chain, may=policy.may_tell(require_actor(), row.chain), refusal=services.NOT_THEIR_NEED)
    return row


def _need_form(anchor: ChainAnchor, **values: object) -> NeedForm:
    form = NeedForm(**values)
    places = in_order(chains.nodes_of(anchor.chain))
    form.offer((one.node.public_id, f"{'　' * one.depth}{one.node.name}") for one in places)
    return form


def _need_data(form: NeedForm) -> services.NeedData:
    return services.NeedData(
        node=chains.get_node(form.node.data),
        what=form.what.data,
        source=form.source.data,
        told_on=form.told_on.data,
        amount=form.amount.reading.yuan,
        bought_from=form.bought_from.data or "",
    )


def _need_page(
    form: NeedForm, anchor: ChainAnchor, need: AnchorNeed | None = None, status: int = 200
) -> Answer:
    return render_template("anchors/need.html", form=form.ready(), anchor=anchor, need=need), status


@bp.get("/anchors/<public_id>/needs/new")
@requires(P.PLACEMENTS_DECIDE)
def new_need(public_id: str) -> Answer:
    """写链主的采购需求."""
    anchor = _anchor_to_tell_of(queries.get_anchor(public_id))
    return _need_page(_need_form(anchor, formdata=None, told_on=today()), anchor)


@bp.post("/anchors/<public_id>/needs/new")
@requires(P.PLACEMENTS_DECIDE)
@once
def create_need(public_id: str) -> Answer:
    """写链主的采购需求：保存."""
    anchor = _anchor_to_tell_of(queries.get_anchor(public_id))
    form = _need_form(anchor)
    if not pages.took(form, lambda: services.add_need(anchor, _need_data(form))):
        return _need_page(form, anchor, status=422)
    return pages.done(page_of(anchor.chain), "已写上")


def _need_for_change(public_id: str) -> AnchorNeed:
    need = queries.get_need(public_id)
    _anchor_to_tell_of(need.anchor)
    return need


def _opened_need(need: AnchorNeed) -> NeedForm:
    form = _need_form(need.anchor, formdata=None, obj=need)
    form.node.data = queries.node_of(need).public_id
    return form


@bp.get("/anchors/needs/<public_id>/edit")
@requires(P.PLACEMENTS_DECIDE)
def edit_need(public_id: str) -> Answer:
    """改链主的采购需求."""
    need = _need_for_change(public_id)
    return _need_page(_opened_need(need), need.anchor, need)


@bp.post("/anchors/needs/<public_id>/edit")
@requires(P.PLACEMENTS_DECIDE)
def update_need(public_id: str) -> Answer:
    """改链主的采购需求：保存."""
    need = _need_for_change(public_id)
    form = _need_form(need.anchor)

    def act() -> None:
        services.change_need(need, form.seen, _need_data(form))

    if not saved(form, act, lambda: _opened_need(need)):
        return _need_page(form, need.anchor, need, 422)
    return pages.done(page_of(need.anchor.chain), "已保存")


@bp.post("/anchors/needs/<public_id>/remove")
@requires(P.PLACEMENTS_DECIDE)
def remove_need(public_id: str) -> Response:
    """删掉链主的采购需求."""
    need = _need_for_change(public_id)
    chain = need.anchor.chain
    services.remove_need(need, seen_version())
    return pages.done(page_of(chain), "已删掉")
