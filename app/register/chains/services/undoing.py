"""What was done to the links of a chain as a whole, and how it is undone: by who did it, for ten minutes, and
as long as nobody has changed one of these links since.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.access.auth import require_actor
from app.core.storage.db import db
from app.core.values.clock import has_passed, now
from app.core.values.errors import NotAllowed, RuleBroken
from app.register.chains import queries, rules
from app.register.chains.enums import ChainTier, NodeAction
from app.register.chains.models import Chain, ChainChange, ChainNode, ChainSupply
from app.register.chains.rules import UNDO
from app.register.chains.services.nodes import begin, set_codes, touch

_KEPT = ("parent_id", "merged_into_id", "live_code", "position", "importance", "keywords", "products")
_CHANGED = "「{}」后来又改过，不能撤销了；要改回去，请在环节上改"


@dataclass(frozen=True, slots=True)
class Before:
    """Links as they were, and who supplied whom among them and all others."""

    nodes: Mapping[str, Mapping[str, Any]]
    supplies: Sequence[tuple[int, int]]

    @classmethod
    def of(cls, nodes: Collection[ChainNode]) -> "Before":
        pairs = queries.supplies_of(next(iter(nodes)).chain)
        return cls({str(node.id): _told(node) for node in nodes}, _at(pairs, {node.id for node in nodes}))


NOTHING = Before({}, ())


def _at(pairs: Iterable[tuple[int, int]], ids: Collection[int]) -> list[tuple[int, int]]:
    return [(one, other) for one, other in pairs if one in ids or other in ids]


def _told(node: ChainNode) -> dict[str, Any]:
    return {name: getattr(node, name) for name in _KEPT} | {
        "tier": node.tier.value,
        "action": node.action.value if node.action else None,
        "codes": node.codes,
    }


def record(
    chain: Chain, told: str, before: Before, touched: Iterable[ChainNode], made: ChainNode | None = None
) -> ChainChange:
    """Keeps what a change began from, once it is made; `made` is the link that was new."""
    actor = require_actor()
    if actor.person_id is None:
        raise NotAllowed
    all_of = [*touched, *([made] if made else [])]
    touch(*all_of)
    db.session.flush()
    row = ChainChange(
        chain_id=chain.id,
        told=told,
        nodes_before=dict(before.nodes),
        supplies_before=[list(pair) for pair in before.supplies],
        supplies_after=_pairs(chain, {node.id for node in all_of}),
        versions_after={str(node.id): node.version for node in all_of},
        made_id=made.id if made else None,
        author_id=actor.person_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _pairs(chain: Chain, ids: Collection[int]) -> list[list[int]]:
    return sorted(list(pair) for pair in _at(queries.supplies_of(chain), ids))


def undo(change: ChainChange) -> None:
    """Undoes a change. Raises NotAllowed and RuleBroken with what stands against it."""
    live = {node.id: node for node in begin(change.chain)}
    nodes = {node.id: node for node in queries.nodes_by_id(map(int, change.versions_after))}
    _must_be_undoable(change, nodes)
    _put_supplies_back(change, nodes)
    for key, was in change.nodes_before.items():
        _put_back(nodes[int(key)], was)
    if change.made_id is not None:
        _unmake(nodes[change.made_id])
    there = [node for node in (live | nodes).values() if node.live_code is not None]
    if problem := rules.problem_of_tree(there):
        raise RuleBroken(f"不能撤销：{problem}")
    touch(*nodes.values())
    change.undone_at = now()
    db.session.flush()


def _must_be_undoable(change: ChainChange, nodes: Mapping[int, ChainNode]) -> None:
    actor = require_actor()
    if actor.person_id is None or change.author_id != actor.person_id:
        raise NotAllowed("只有改的人自己能撤销；别人的改动，请在环节上改回去")
    if change.undone_at is not None:
        raise RuleBroken("这一步已经撤销过了")
    if has_passed(change.created_at, UNDO):
        raise RuleBroken(f"已经超过 {rules.UNDO_WORDS}，不能撤销了；要改回去，请在环节上改")
    for key, version in change.versions_after.items():
        if nodes[int(key)].version != version:
            raise RuleBroken(_CHANGED.format(nodes[int(key)].name))
    # Links at the other end of a supply may have been joined, divided or brought in by a file.
    if _pairs(change.chain, nodes) != change.supplies_after:
        raise RuleBroken("这些环节的供应关系后来又改过，不能撤销了；要改回去，请在环节上改")


def _put_back(node: ChainNode, was: Mapping[str, Any]) -> None:
    for name in _KEPT:
        setattr(node, name, was[name])
    node.tier = ChainTier(was["tier"])
    node.action = NodeAction(was["action"]) if was["action"] else None
    node.archived_at, node.archive_reason = None, None
    set_codes(node, was["codes"])


def _unmake(node: ChainNode) -> None:
    if queries.history_of(node):
        raise RuleBroken(f"「{node.name}」已经有判断，不能撤销；不要它了就移除")
    node.archived_at, node.archive_reason, node.live_code = now(), "撤销了新增", None


def _put_supplies_back(change: ChainChange, ids: Collection[int]) -> None:
    """Of who supplies whom among those that are there: what was added goes, what was taken comes back. Rows
    of links that are not there stay as they are.
    """
    wanted = {(one, other) for one, other in change.supplies_before}
    rows = {(row.supplier_id, row.buyer_id): row for row in queries.supplies_at(ids)}
    for pair in _at(queries.supplies_of(change.chain), ids):
        if pair not in wanted:
            db.session.delete(rows[pair])
    db.session.add_all(ChainSupply(supplier_id=one, buyer_id=other) for one, other in wanted - set(rows))
