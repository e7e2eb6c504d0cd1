"""A whole chain written at once, as a file tells it: what is new is added, what differs is changed, and what
the file does not have stays as it is.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.core.access.auth import require_actor
from app.core.storage.db import db
from app.core.values.errors import NotAllowed, RuleBroken
from app.register.chains import queries, rules
from app.register.chains.models import Chain, ChainNode, ChainSupply, NodeJudgement
from app.register.chains.rules import ChainTold, JudgementTold, NodeTold
from app.register.chains.services.chains import NOT_THEIRS, ChainData, change_chain, create_chain
from app.register.chains.services.nodes import begin, set_codes, touch


@dataclass(slots=True)
class Brought:
    """What a file brought into a chain."""

    chain: Chain
    is_new: bool = False
    is_changed: bool = False  # the chain itself, what stands in its links apart
    added: int = 0
    changed: int = 0
    supplies: int = 0
    judgements: int = 0
    left: int = 0  # links that the file does not have
    also: Sequence[str] = ()  # what the file brought of that which hangs on the chain, in words

    @property
    def words(self) -> str:
        """改了产业链「新能源汽车」，新增 3 个环节，改了 2 个环节，加了 4 条供应关系."""
        told = (
            (self.is_new, f"新增产业链「{self.chain.name}」"),
            (self.is_changed, f"改了产业链「{self.chain.name}」"),
            (self.added, f"新增 {self.added} 个环节"),
            (self.changed, f"改了 {self.changed} 个环节"),
            (self.supplies, f"加了 {self.supplies} 条供应关系"),
            (self.judgements, f"记下 {self.judgements} 条判断"),
        )
        words = "，".join([*(each for count, each in told if count), *self.also]) or "和现有的一样，没有变化"
        return f"{words}。文件里没有的 {self.left} 个环节没有动" if self.left else words


def write_whole(told: ChainTold, chain: Chain | None) -> Brought:
    """Writes a chain that was found good (`chain` is the one with its code), in the name of who acts. Raises
    NotAllowed and RuleBroken.
    """
    if require_actor().person_id is None:
        raise NotAllowed(NOT_THEIRS)
    before = {node.code: node for node in begin(chain)} if chain else {}
    brought = _write_chain(told, chain)
    nodes = before | {
        each.code: ChainNode(chain_id=brought.chain.id, chain=brought.chain)
        for each in told.nodes
        if each.code not in before
    }
    for each in told.nodes:
        _write_node(brought, nodes[each.code], each)
    db.session.add_all(nodes.values())
    db.session.flush()
    _hang(told.nodes, nodes)
    if problem := rules.problem_of_tree(list(nodes.values())):
        raise RuleBroken(problem)
    brought.left = len(set(before) - {each.code for each in told.nodes})
    brought.supplies = _supply(brought.chain, told.supplies, nodes)
    brought.judgements = _judge(told.judgements, nodes)
    db.session.flush()
    return brought


def _write_chain(told: ChainTold, chain: Chain | None) -> Brought:
    if chain is None:
        return Brought(create_chain(ChainData(told.code, told.name, **told.more)), is_new=True)
    now = ChainData(chain.code, chain.name, chain.aliases, chain.note, chain.position)
    data = replace(now, name=told.name, **told.more)
    if now != data:
        change_chain(chain, chain.version, data)
    return Brought(chain, is_changed=now != data)


def _write_node(brought: Brought, node: ChainNode, told: NodeTold) -> None:
    """All that is told of a link but what it is a part of."""
    is_new = node.id is None
    values = {"code": told.code, "live_code": told.code, "name": told.name, "tier": told.tier, **told.more}
    codes = node.codes if told.industries is None else told.industries
    differs = any(getattr(node, name) != value for name, value in values.items())
    if is_new or differs or set(node.codes) != set(codes) or _hangs_elsewhere(node, told.parent):
        for name, value in values.items():
            setattr(node, name, value)
        set_codes(node, codes)
        touch(node)
        brought.added += is_new
        brought.changed += not is_new


def _hangs_elsewhere(node: ChainNode, parent: str | None) -> bool:
    """Whether a link that is there is a part of another one than the file tells."""
    return parent is not None and parent != (node.parent.code if node.parent else "")


def _hang(rows: Sequence[NodeTold], nodes: Mapping[str, ChainNode]) -> None:
    """Each below what it is a part of, all of which are there by now."""
    for each in (row for row in rows if row.parent is not None):
        parent_id = nodes[each.parent].id if each.parent else None
        if nodes[each.code].parent_id != parent_id:
            nodes[each.code].parent_id = parent_id


def _supply(chain: Chain, pairs: Sequence[tuple[str, str]], nodes: Mapping[str, ChainNode]) -> int:
    held = set(queries.supplies_of(chain))
    wanted = [(nodes[one].id, nodes[other].id) for one, other in pairs]
    fresh = [pair for pair in wanted if pair not in held]
    db.session.add_all(ChainSupply(supplier_id=one, buyer_id=other) for one, other in fresh)
    return len(fresh)


def _judge(rows: Sequence[JudgementTold], nodes: Mapping[str, ChainNode]) -> int:
    """Those that are not there yet, in the name of who brings them."""
    codes = {node.id: code for code, node in nodes.items()}
    there = Counter(
        JudgementTold(
            codes[row.node_id], row.effective_on, row.state, row.local_rate, row.reason, row.evidence
        )
        for row in queries.judgements_on(list(codes))
    )
    fresh = []
    for each in rows:
        if there[each] > 0:
            there[each] -= 1
            continue
        fresh.append(
            NodeJudgement(
                node_id=nodes[each.node].id,
                effective_on=each.effective_on,
                state=each.state,
                local_rate=each.local_rate,
                reason=each.reason,
                evidence=each.evidence,
                actor_id=require_actor().person_id,
            )
        )
    db.session.add_all(fresh)
    return len(fresh)
