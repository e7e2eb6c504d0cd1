"""Chains on the pages of what hangs on them, and where they name somebody."""

from collections.abc import Collection

from app.core.access.auth import Actor
from app.core.storage.subjects import Lines, SubjectKind
from app.core.values.registries import Naming, RelatedRow, Sought
from app.register.accounts.enums import Permission as P
from app.register.chains import policy, queries
from app.register.chains.models import Chain, ChainNode
from app.register.chains.views.blueprint import page_of, page_of_node


def _as_lines(public_ids: Collection[str], _actor: Actor) -> Lines:
    return {row.public_id: RelatedRow(row.name, page_of(row)) for row in queries.chains_by_id(public_ids)}


def _seen(public_id: str, _actor: Actor) -> Chain:
    return queries.get_chain(public_id)


KIND = SubjectKind("产业链", _as_lines, P.CHAINS_READ, _seen, policy.may_change)


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The chains and links whose texts name somebody."""
    if not actor.may(P.CHAINS_READ):
        return []
    chains = [
        Naming("chain", row.public_id, RelatedRow(row.name, page_of(row), "产业链：名称、说明、归档原因"))
        for row in queries.chains_naming(sought)
    ]
    nodes = [Naming("chain_node", row.public_id, _node_line(row)) for row in queries.nodes_naming(sought)]
    return chains + nodes


def _node_line(node: ChainNode) -> RelatedRow:
    """Leads to where a link is read by now."""
    there = queries.as_it_stands(node)
    if there is None:
        title, page = f"{node.name}（已移除）", page_of(node.chain)
    else:
        title = node.name if there is node else f"{node.name}（已并入「{there.name}」）"
        page = page_of_node(there)
    return RelatedRow(title, page, "环节：名称、关键词、判断、移除原因")
