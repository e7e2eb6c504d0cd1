"""Links moved, joined, divided, taken off; and all of that undone."""

from flask import render_template, url_for
from werkzeug.wrappers import Response

from app.core.access.permissions import requires
from app.core.web import pages
from app.core.web.forms import VersionedForm
from app.core.web.idempotency import once
from app.register.accounts.enums import Permission as P
from app.register.chains import queries, rules, services
from app.register.chains.enums import ChainTier
from app.register.chains.forms import MergeNodeForm, MoveNodeForm, RemoveNodeForm, SplitNodeForm
from app.register.chains.models import ChainChange, ChainNode
from app.register.chains.views.blueprint import Answer, bp, node_for_change, page_of, page_of_node
from app.register.reference.queries import industry_names


def done(url: str, told: str, change: ChainChange) -> Response:
    """Says what was done, with the way back."""
    undo = url_for("chains.undo", public_id=change.public_id)
    return pages.done(url, told, undo=(undo, {"version": change.version}))


_ACTS = {  # what each is called, and what it does
    "move": ("移动", "它下面的环节跟着走。"),
    "merge": ("并入另一个环节", "行业、关键词、产品合在一起，下级环节和供应关系跟过去，判断都留着。"),
    "split": ("拆分", "勾上的归新环节，其余留下。新环节还没有判断，原来的判断留在原环节。"),
    "remove": ("移除", "移除后图上不再有它，判断和供应关系都留着。"),
}


def _form_page(form: VersionedForm, node: ChainNode, act: str, status: int = 200) -> Answer:
    verb, told = _ACTS[act]
    told += f"{rules.UNDO_WORDS}以内、别人还没有改过，可以撤销。"
    return (
        render_template("chains/shape.html", form=form.ready(), node=node, act=act, verb=verb, told=told),
        status,
    )


# --- moved -------------------------------------------------------------------------------------------


def _move_form(node: ChainNode, **values: object) -> MoveNodeForm:
    form = MoveNodeForm(**values)
    form.offer(queries.places_for(node.chain, node))
    return form


@bp.get("/chains/nodes/<public_id>/move")
@requires(P.CHAINS_WRITE)
def moving(public_id: str) -> Answer:
    """移动环节."""
    node = node_for_change(public_id)
    form = _move_form(node, formdata=None, obj=node)
    form.parent.data = node.parent.public_id if node.parent else ""
    return _form_page(form, node, "move")


@bp.post("/chains/nodes/<public_id>/move")
@requires(P.CHAINS_WRITE)
def move(public_id: str) -> Answer:
    """移动环节：保存."""
    node = node_for_change(public_id)
    form, made = _move_form(node), list[ChainChange]()

    def act() -> None:
        parent = queries.get_node(form.parent.data) if form.parent.data else None
        tier, position = ChainTier(form.tier.data), form.position.data or 0
        made.append(services.move(node, form.seen, tier, parent, position))

    if not pages.took(form, act):
        return _form_page(form, node, "move", 422)
    return done(page_of_node(node), "已移动", made[0])


# --- joined ------------------------------------------------------------------------------------------


def _merge_form(node: ChainNode, **values: object) -> MergeNodeForm:
    form = MergeNodeForm(**values)
    form.offer(queries.places_for(node.chain, node))
    return form


@bp.get("/chains/nodes/<public_id>/merge")
@requires(P.CHAINS_WRITE)
def merging(public_id: str) -> Answer:
    """并入另一个环节."""
    node = node_for_change(public_id)
    return _form_page(_merge_form(node, formdata=None, obj=node), node, "merge")


@bp.post("/chains/nodes/<public_id>/merge")
@requires(P.CHAINS_WRITE)
def merge(public_id: str) -> Answer:
    """并入另一个环节：保存."""
    node = node_for_change(public_id)
    form, made, into = _merge_form(node), list[ChainChange](), list[ChainNode]()

    def act() -> None:
        into.append(queries.get_node(form.into.data))
        made.append(services.merge(node, form.seen, into[0]))

    if not pages.took(form, act):
        return _form_page(form, node, "merge", 422)
    return done(page_of_node(into[0]), made[0].told, made[0])


# --- divided -----------------------------------------------------------------------------------------


def _split_form(node: ChainNode, **values: object) -> SplitNodeForm:
    form = SplitNodeForm(**values)
    nodes = {each.id: each for each in queries.nodes_of(node.chain)}
    names = industry_names(node.codes)
    ends = [other for pair in queries.supplies_of(node.chain) if node.id in pair for other in pair]
    form.offer("keywords", [(word, word) for word in rules.words_of(node.keywords)])
    form.offer("products", [(word, word) for word in rules.words_of(node.products)])
    form.offer("industries", [(code, f"{names.get(code, '')} {code}") for code in node.codes])
    form.offer("parts", [(each.public_id, each.name) for each in nodes.values() if each.parent_id == node.id])
    others = dict.fromkeys(each for each in ends if each != node.id)
    form.offer("others", [(nodes[each].public_id, nodes[each].name) for each in others])
    return form


@bp.get("/chains/nodes/<public_id>/split")
@requires(P.CHAINS_WRITE)
def splitting(public_id: str) -> Answer:
    """拆分环节."""
    node = node_for_change(public_id)
    return _form_page(_split_form(node, formdata=None, version=node.version), node, "split")


@bp.post("/chains/nodes/<public_id>/split")
@requires(P.CHAINS_WRITE)
@once
def split(public_id: str) -> Answer:
    """拆分环节：保存."""
    node = node_for_change(public_id)
    form, made = _split_form(node), list[tuple[ChainNode, ChainChange]]()

    def act() -> None:
        data = services.SplitData(
            code=form.code.data,
            name=form.name.data,
            keywords=form.keywords.data or (),
            products=form.products.data or (),
            industries=form.industries.data or (),
            parts=[queries.get_node(each) for each in form.parts.data or ()],
            others=[queries.get_node(each) for each in form.others.data or ()],
        )
        made.append(services.split(node, form.seen, data))

    if not pages.took(form, act):
        return _form_page(form, node, "split", 422)
    part, change = made[0]
    return done(page_of_node(part), change.told, change)


# --- taken off, and undone ---------------------------------------------------------------------------


@bp.get("/chains/nodes/<public_id>/remove")
@requires(P.CHAINS_WRITE)
def removing(public_id: str) -> Answer:
    """移除环节."""
    node = node_for_change(public_id)
    return _form_page(RemoveNodeForm(formdata=None, obj=node), node, "remove")


@bp.post("/chains/nodes/<public_id>/remove")
@requires(P.CHAINS_WRITE)
def remove(public_id: str) -> Answer:
    """移除环节：保存."""
    node = node_for_change(public_id)
    form, made = RemoveNodeForm(), list[ChainChange]()
    if not pages.took(form, lambda: made.append(services.remove(node, form.seen, form.reason.data))):
        return _form_page(form, node, "remove", 422)
    return done(page_of(node.chain), "已移除", made[0])


@bp.post("/chains/changes/<public_id>/undo")
@requires(P.CHAINS_WRITE)
def undo(public_id: str) -> Response:
    """撤销一次改动."""
    change = queries.get_change(public_id)
    pages.refusal_leads_to(page_of(change.chain))
    services.undo(change)
    return pages.done(page_of(change.chain), f"已撤销：{change.told}")
