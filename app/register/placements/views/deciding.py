"""One placement: its page with all that speaks for it, and what people decide."""

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.web import pages
from app.core.web.forms import seen_version
from app.core.web.idempotency import once
from app.register.accounts.enums import Permission as P
from app.register.chains import queries as chains
from app.register.chains.models import ChainNode
from app.register.enterprises import picking
from app.register.enterprises.queries import why_not_one
from app.register.placements import policy, queries, services, showing
from app.register.placements.enums import ShareOf
from app.register.placements.forms import CorrectPlacementForm, PlaceForm, RefusePlacementForm, ShareForm
from app.register.placements.models import NodePlacement
from app.register.placements.views.blueprint import Answer, bp, page_of, placement_for_change
from app.register.placements.views.lines import node_of, places


@bp.get("/placements/<public_id>")
@requires(P.CHAINS_READ)
def detail(public_id: str) -> Answer:
    """环节上的一家企业."""
    return _detail_page(queries.get_placement(public_id))


def _detail_page(
    row: NodePlacement, refusing: RefusePlacementForm | None = None, status: int = 200
) -> Answer:
    actor = require_actor()
    return (
        render_template(
            "placements/detail.html",
            row=row,
            node=node_of(row),
            light=showing.light_of(row),
            hits=showing.hits_of(row),
            share=showing.share_words(row),
            decided=showing.decision_words(row),
            may_change=policy.may_change(actor, row),
            refusing=refusing or RefusePlacementForm(formdata=None, version=row.version),
        ),
        status,
    )


# --- by a button -------------------------------------------------------------------------------------


def _decided(row: NodePlacement, told: str, link: tuple[str, str] | None = None) -> Response:
    back = url_for("placements.take_back", public_id=row.public_id)
    page = url_for("chains.node", public_id=node_of(row).public_id)
    if place := request.form.get("place"):  # decided while going through a list: its next one is a press away
        page = url_for(
            "placements.detail", public_id=row.public_id, place=place, among=request.form.get("among") or None
        )
    return pages.done(page, told, link=link, undo=(back, {"version": row.version}))


@bp.post("/placements/<public_id>/confirm")
@requires(P.PLACEMENTS_DECIDE)
def confirm(public_id: str) -> Answer:
    """确认企业在这个环节."""
    row = placement_for_change(public_id)
    services.confirm(row, seen_version())
    share = ("填产值占比", url_for("placements.edit", public_id=row.public_id))
    return _decided(row, f"已确认「{row.enterprise.name}」", share)


@bp.post("/placements/<public_id>/refuse")
@requires(P.PLACEMENTS_DECIDE)
def refuse(public_id: str) -> Answer:
    """企业不在这个环节."""
    row, form = placement_for_change(public_id), RefusePlacementForm()
    if not pages.took(form, lambda: services.refuse(row, form.seen, form.note.data or "")):
        return _detail_page(queries.get_placement(public_id), form, 422)
    return _decided(row, f"已记下：「{row.enterprise.name}」不是，以后不再建议")


@bp.post("/placements/<public_id>/take-back")
@requires(P.PLACEMENTS_DECIDE)
def take_back(public_id: str) -> Response:
    """撤销判断."""
    row = placement_for_change(public_id)
    services.take_back(row, seen_version())
    return pages.done(page_of(row), "已撤销，等重新确认")


# --- on another link ---------------------------------------------------------------------------------


def _correct_page(form: CorrectPlacementForm, row: NodePlacement, status: int = 200) -> Answer:
    return (
        render_template("placements/correct.html", form=form.ready(), row=row, node=node_of(row)),
        status,
    )


def _correct_form(row: NodePlacement, **values: object) -> CorrectPlacementForm:
    form = CorrectPlacementForm(**values)
    form.offer(places(but=node_of(row)))
    return form


@bp.get("/placements/<public_id>/correct")
@requires(P.PLACEMENTS_DECIDE)
def correcting(public_id: str) -> Answer:
    """改到别的环节."""
    row = placement_for_change(public_id)
    return _correct_page(_correct_form(row, formdata=None, version=row.version), row)


@bp.post("/placements/<public_id>/correct")
@requires(P.PLACEMENTS_DECIDE)
@once
def correct(public_id: str) -> Answer:
    """改到别的环节：保存."""
    row = placement_for_change(public_id)
    form, made = _correct_form(row), list[NodePlacement]()

    def act() -> None:
        node = chains.get_node(form.into.data)
        made.append(services.correct(row, form.seen, node, form.note.data or ""))

    if not pages.took(form, act):
        return _correct_page(form, row, 422)
    return pages.done(page_of(made[0]), f"已改到「{made[0].node.name}」")


# --- an output share ---------------------------------------------------------------------------------


def _share_page(form: ShareForm, row: NodePlacement, status: int = 200) -> Answer:
    return render_template("placements/share.html", form=form, row=row, node=node_of(row)), status


def _opened(row: NodePlacement) -> ShareForm:
    form = ShareForm(formdata=None, obj=row)
    form.share_of.data = row.share_of.value if row.share_of else ""
    return form


@bp.get("/placements/<public_id>/edit")
@requires(P.PLACEMENTS_DECIDE)
def edit(public_id: str) -> Answer:
    """产值占比."""
    row = placement_for_change(public_id)
    return _share_page(_opened(row), row)


@bp.post("/placements/<public_id>/edit")
@requires(P.PLACEMENTS_DECIDE)
def update(public_id: str) -> Answer:
    """产值占比：保存."""
    row, form = placement_for_change(public_id), ShareForm()

    def act() -> None:
        of = ShareOf(form.share_of.data) if form.share_of.data else None
        services.change_share(row, form.seen, form.share.data, of, form.note.data or "")

    if not saved(form, act, lambda: _opened(row)):
        return _share_page(form, row, 422)
    return pages.done(page_of(row), "已保存")


# --- by hand -----------------------------------------------------------------------------------------


def _node_for_change(public_id: str) -> ChainNode:
    node = chains.get_node(public_id)
    pages.refusal_leads_to(url_for("chains.node", public_id=public_id))
    if node.chain.is_archived:
        raise NotAllowed("产业链已归档，只能查看")
    return node


def _place_page(form: PlaceForm, node: ChainNode, status: int = 200) -> Answer:
    return render_template("placements/place.html", form=form.ready(), node=node), status


@bp.get("/placements/on/<public_id>")
@requires(P.PLACEMENTS_DECIDE)
def placing(public_id: str) -> Answer:
    """往环节里放企业."""
    return _place_page(PlaceForm(formdata=None), _node_for_change(public_id))


@bp.post("/placements/on/<public_id>")
@requires(P.PLACEMENTS_DECIDE)
@once
def place(public_id: str) -> Answer:
    """往环节里放企业：保存."""
    node, form, made = _node_for_change(public_id), PlaceForm(), list[NodePlacement]()

    def act() -> None:
        company = picking.meant(form)
        if company is None:
            raise RuleBroken({"enterprise": why_not_one(form.enterprise.data or "")})
        made.append(services.place_by_hand(node, company, form.note.data or ""))

    if not pages.took(form, act):
        return _place_page(form, node, 422)
    return _decided(made[0], f"已放入「{made[0].enterprise.name}」")
