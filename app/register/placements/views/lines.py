"""Placements on the pages of companies, chains and links, and where they name somebody."""

from collections.abc import Collection, Iterator

from flask import url_for

from app.core.access.auth import Actor
from app.core.storage.db import db
from app.core.storage.subjects import Lines, SubjectKind
from app.core.values.registries import Naming, PagePart, PartPlace, Related, RelatedRow, Sought, beside
from app.register.accounts.enums import Permission as P
from app.register.chains.models import Chain, ChainNode
from app.register.chains.rules import in_order
from app.register.placements import metrics, policy, queries, showing
from app.register.placements.enums import PlacementState
from app.register.placements.models import NodePlacement
from app.register.placements.views.blueprint import page_of
from app.register.reference.queries import division_names


def node_of(row: NodePlacement) -> ChainNode:
    """The link on which a placement counts: what its own was merged into, if so."""
    home = queries.homes().get(row.node_id)
    return row.node if home is None else db.session.get_one(ChainNode, home)


def places(*, but: ChainNode) -> Iterator[tuple[str, str]]:
    """The links that a company may be put on instead: those of the same chain first, then all others, each
    with the name of its chain.
    """
    nodes = sorted(queries.nodes_to_judge(), key=lambda node: (node.position, node.id))
    chains = {node.chain_id: node.chain for node in nodes}
    order = sorted(chains.values(), key=lambda chain: (chain.id != but.chain_id, chain.position, chain.id))
    for chain in order:
        for one in in_order(node for node in nodes if node.chain_id == chain.id):
            if one.node.id != but.id:
                yield one.node.public_id, f"{chain.name} / {one.node.name}"


def related_to(enterprise_id: int, actor: Actor) -> Related | None:
    """The links on which a company stands, for the side of its page."""
    if not policy.may_read(actor):
        return None
    found = queries.of_company(enterprise_id)
    rows = [
        RelatedRow(
            f"{node_of(row).chain.name}　{node_of(row).name}",
            page_of(row),
            _words(row),
            showing.light_of(row),
        )
        for row in found
    ]
    return beside(
        "产业链",
        rows,
        lambda: url_for("placements.index", enterprise=found[0].enterprise.public_id, state="all"),
    )


def _words(row: NodePlacement) -> str:
    score = f"{row.score} 分" if row.score is not None and row.state is PlacementState.PROPOSED else ""
    return "　".join(filter(None, (score, showing.share_words(row), showing.decision_words(row))))


def _as_lines(public_ids: Collection[str], _actor: Actor) -> Lines:
    return {
        row.public_id: RelatedRow(_name(row), page_of(row)) for row in queries.placements_by_id(public_ids)
    }


def _seen(public_id: str, _actor: Actor) -> NodePlacement:
    return queries.get_placement(public_id)


def _name(row: NodePlacement) -> str:
    return f"{row.enterprise.name}　{row.node.name}"


KIND = SubjectKind("环节上的企业", _as_lines, P.CHAINS_READ, _seen, policy.may_change)


def on_node(node: ChainNode, actor: Actor) -> PagePart | None:
    """Who stands on a link, and who waits, on its page."""
    if not policy.may_read(actor):
        return None
    of = queries.of_node(node.id)
    shown = {
        "node": node,
        "of": of,
        "places": division_names([row.enterprise.region_code for row in of.confirmed]),
        "may_change": policy.may_decide(actor) and not node.chain.is_archived,
        "showing": showing,
    }
    return PagePart("placements/_on_node.html", shown)


def on_chain(chain: Chain, actor: Actor) -> PagePart | None:
    """How many wait on the links of a chain, on its page."""
    if not policy.may_read(actor):
        return None
    told = metrics.WAITING.ask(actor, metrics.WAITING.asked({"chain": chain}))
    return PagePart("placements/_on_chain.html", {"waiting": told}, PartPlace.FACTS)


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The placements whose notes name somebody."""
    if not policy.may_read(actor):
        return []
    return [
        Naming(
            "node_placement",
            row.public_id,
            RelatedRow(_name(row), page_of(row), "环节上的企业：备注"),
        )
        for row in queries.naming(sought)
    ]
