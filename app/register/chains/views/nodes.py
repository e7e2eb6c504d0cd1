"""One link of a chain: its page, its form, judgements on it, whom it supplies."""

from collections.abc import Mapping

from flask import render_template, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.values.clock import today
from app.core.values.registries import ON_NODE
from app.core.web import pages
from app.core.web.idempotency import once
from app.register.accounts.enums import Permission as P
from app.register.chains import policy, queries, rules, services
from app.register.chains.enums import ChainTier, NodeAction, NodeState
from app.register.chains.forms import SUPPLIER, EndSupplyForm, JudgementForm, NodeForm, SupplyForm
from app.register.chains.models import Chain, ChainChange, ChainNode
from app.register.chains.showing import ShownNode, past_of, shown
from app.register.chains.views.blueprint import (
    Answer,
    bp,
    chain_for_change,
    node_for_change,
    page_of_node,
    parts_of,
)
from app.register.chains.views.shaping import done
from app.register.reference.queries import industry_names

# --- the form ----------------------------------------------------------------------------------------


def _form(chain: Chain, node: ChainNode | None = None, **values: object) -> NodeForm:
    form = NodeForm(**values)
    form.offer(queries.places_for(chain, node))
    return form


def _opened(node: ChainNode) -> NodeForm:
    form = _form(node.chain, node, formdata=None, obj=node)
    form.parent.data = node.parent.public_id if node.parent else ""
    form.industries.data = "\n".join(node.codes)
    form.action.data = node.action.value if node.action else ""
    return form


def _data(form: NodeForm) -> services.NodeData:
    return services.NodeData(
        code=form.code.data,
        name=form.name.data,
        tier=ChainTier(form.tier.data),
        parent=queries.get_node(form.parent.data) if form.parent.data else None,
        position=form.position.data or 0,
        importance=form.importance.data,
        keywords=form.keywords.data or "",
        products=form.products.data or "",
        industries=form.industries.data or "",
        action=NodeAction(form.action.data) if form.action.data else None,
    )


def _form_page(form: NodeForm, chain: Chain, node: ChainNode | None = None, status: int = 200) -> Answer:
    return render_template("chains/node_form.html", form=form.ready(), chain=chain, node=node), status


@bp.get("/chains/<public_id>/nodes/new")
@requires(P.CHAINS_WRITE)
def new_node(public_id: str) -> Answer:
    """加环节."""
    chain = chain_for_change(public_id)
    last = max((node.position for node in queries.nodes_of(chain)), default=-1)
    return _form_page(_form(chain, formdata=None, importance=3, position=last + 1), chain)


@bp.post("/chains/<public_id>/nodes/new")
@requires(P.CHAINS_WRITE)
@once
def create_node(public_id: str) -> Answer:
    """加环节：保存."""
    chain = chain_for_change(public_id)
    form, made = _form(chain), list[tuple[ChainNode, ChainChange]]()
    if not pages.took(form, lambda: made.append(services.add_node(chain, _data(form)))):
        return _form_page(form, chain, status=422)
    node, change = made[0]
    return done(page_of_node(node), change.told, change)


@bp.get("/chains/nodes/<public_id>/edit")
@requires(P.CHAINS_WRITE)
def edit_node(public_id: str) -> Answer:
    """改环节."""
    node = node_for_change(public_id)
    return _form_page(_opened(node), node.chain, node)


@bp.post("/chains/nodes/<public_id>/edit")
@requires(P.CHAINS_WRITE)
def update_node(public_id: str) -> Answer:
    """改环节：保存."""
    node = node_for_change(public_id)
    form, moved = _form(node.chain, node), list[ChainChange | None]()

    def act() -> None:
        moved.append(services.change_node(node, form.seen, _data(form)))

    if not saved(form, act, lambda: _opened(node)):
        return _form_page(form, node.chain, node, 422)
    if change := moved[0]:
        return done(page_of_node(node), f"已保存，{change.told}", change)
    return pages.done(page_of_node(node), "已保存")


# --- the page ----------------------------------------------------------------------------------------


@bp.get("/chains/nodes/<public_id>")
@requires(P.CHAINS_READ)
def node(public_id: str) -> Answer:
    """一个环节."""
    return _node_page(queries.get_node(public_id))


def _node_page(node: ChainNode, supplying: SupplyForm | None = None, status: int = 200) -> Answer:
    of = shown(node.chain, today())
    known = {one.node.id: one for one in of.nodes}
    pairs, names = queries.supplies_of(node.chain), industry_names(node.codes)
    may_change = policy.may_change(require_actor(), node.chain)
    if may_change:
        supplying = (supplying or _supply_form(node, formdata=None)).ready()
    return (
        render_template(
            "chains/node.html",
            node=node,
            chain=node.chain,
            own=known[node.id],
            over=_over(known, node),
            parts=[one for one in of.nodes if one.node.parent_id == node.id],
            suppliers=[known[one] for one, other in pairs if other == node.id],
            buyers=[known[other] for one, other in pairs if one == node.id],
            past=past_of(node),
            industries=[(code, names.get(code, "")) for code in node.codes],
            may_change=may_change,
            supplying=supplying,
            importance=rules.IMPORTANCE,
            beside=parts_of(ON_NODE, node),
        ),
        status,
    )


def _over(known: Mapping[int, ShownNode], node: ChainNode) -> list[ShownNode]:
    """What a link is a part of, the highest first."""
    parents = {each: one.node.parent_id for each, one in known.items()}
    return [known[each] for each in rules.above(parents, node.parent_id) if each in known][::-1]


# --- judgements --------------------------------------------------------------------------------------


def _judgement_page(form: JudgementForm, node: ChainNode, status: int = 200) -> Answer:
    judged = queries.judged_as_of([node.chain_id], today()).get(node.id)
    return (
        render_template("chains/judgement_form.html", form=form.ready(), node=node, judged=judged),
        status,
    )


@bp.get("/chains/nodes/<public_id>/judge")
@requires(P.CHAINS_WRITE)
def judging(public_id: str) -> Answer:
    """判断强弱缺."""
    return _judgement_page(JudgementForm(formdata=None, effective_on=today()), node_for_change(public_id))


@bp.post("/chains/nodes/<public_id>/judge")
@requires(P.CHAINS_WRITE)
@once
def judge(public_id: str) -> Answer:
    """判断强弱缺：保存."""
    node, form = node_for_change(public_id), JudgementForm()

    def act() -> None:
        data = services.JudgementData(
            state=NodeState(form.state.data),
            effective_on=form.effective_on.data,
            reason=form.reason.data,
            local_rate=form.local_rate.data,
            evidence=form.evidence.data or "",
        )
        services.judge(node, data)

    if not pages.took(form, act):
        return _judgement_page(form, node, 422)
    return pages.done(page_of_node(node), "已记下")


# --- who supplies whom -------------------------------------------------------------------------------


def _supply_form(node: ChainNode, **values: object) -> SupplyForm:
    form = SupplyForm(**values)
    places = rules.in_order(queries.nodes_of(node.chain))
    form.offer(one for one in places if one.node.id != node.id)
    return form


@bp.post("/chains/nodes/<public_id>/supplies")
@requires(P.CHAINS_WRITE)
@once
def add_supply(public_id: str) -> Answer:
    """加供应关系."""
    node = node_for_change(public_id)
    form = _supply_form(node)

    def act() -> None:
        services.add_supply(*_ends(node, form))

    if not pages.took(form, act):
        return _node_page(node, form, 422)
    return pages.done(page_of_node(node), "已加上", undo=_other_way("chains.remove_supply", node, form))


@bp.post("/chains/nodes/<public_id>/supplies/remove")
@requires(P.CHAINS_WRITE)
def remove_supply(public_id: str) -> Answer:
    """去掉供应关系."""
    node, form = node_for_change(public_id), EndSupplyForm()
    services.remove_supply(*_ends(node, form))
    return pages.done(page_of_node(node), "已去掉", undo=_other_way("chains.add_supply", node, form))


def _ends(node: ChainNode, form: SupplyForm | EndSupplyForm) -> tuple[ChainNode, ChainNode]:
    """Who supplies, and who buys."""
    other = queries.get_node(form.other.data or "")
    return (other, node) if form.direction.data == SUPPLIER else (node, other)


def _other_way(
    endpoint: str, node: ChainNode, form: SupplyForm | EndSupplyForm
) -> tuple[str, dict[str, str | None]]:
    """What undoes one of the two: the other one, on the same page."""
    told = {"direction": form.direction.data, "other": form.other.data}
    return url_for(endpoint, public_id=node.public_id), told
