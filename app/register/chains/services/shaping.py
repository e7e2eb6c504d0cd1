"""Links added, changed, moved, joined, divided and taken off, with all that hangs on them. Each of these can
be undone for a while (`undoing`), but for a change of words. Whoever edits such a link meanwhile reads what
became of it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from app.core.records.versions import claim, claim_whole
from app.core.storage.db import db
from app.core.values.clock import now
from app.core.values.errors import Clash, NotFound, RuleBroken
from app.core.values.labels import label_of
from app.register.chains import queries, rules
from app.register.chains.enums import ChainTier
from app.register.chains.models import Chain, ChainChange, ChainNode, ChainSupply
from app.register.chains.services.nodes import (
    NodeData,
    begin,
    place,
    problems_of_placing,
    set_codes,
    why_taken,
    write,
)
from app.register.chains.services.undoing import NOTHING, Before, record

TOO_MANY = f"一条产业链最多 {rules.MOST_NODES} 个环节，先合并或移除一些"


def add_node(chain: Chain, data: NodeData) -> tuple[ChainNode, ChainChange]:
    """A new link. Raises NotAllowed and RuleBroken."""
    nodes = begin(chain)
    if len(nodes) >= rules.MOST_NODES:
        raise RuleBroken(TOO_MANY)
    node = ChainNode(chain_id=chain.id, chain=chain)
    write(node, data, nodes)
    node.parent_id, node.position = data.parent.id if data.parent else None, data.position
    place(node, data.tier, nodes)
    db.session.add(node)
    db.session.flush()
    return node, record(chain, f"加了「{node.name}」", NOTHING, [], node)


def change_node(node: ChainNode, version: int | None, data: NodeData) -> ChainChange | None:
    """Changes a link, and answers how it was moved where its place changed as well; that alone can be undone.
    Raises NotAllowed, RuleBroken, and Stale when somebody else saved since `version`.
    """
    nodes = begin(node.chain)
    claim(node, version or 0, fixed=lambda: taken_off(node))
    write(node, data, nodes)
    parent_id = data.parent.id if data.parent else None
    if (data.tier, parent_id, data.position) != (node.tier, node.parent_id, node.position):
        return _moved(node, data.tier, data.parent, data.position, nodes)
    db.session.flush()
    return None


def taken_off(node: ChainNode) -> Clash | None:
    """What keeps a link that is not there any more from being edited."""
    if not node.is_archived:
        return None
    return Clash(label_of(ChainNode.name), f"已移除：{node.archive_reason or ''}", "没有移除")


def move(
    node: ChainNode, seen: int | None, tier: ChainTier, parent: ChainNode | None, position: int
) -> ChainChange:
    """Hangs a link, with all below it, elsewhere in its chain. Raises NotAllowed, RuleBroken, Stale."""
    nodes = _begin(node, seen, f"移到{_where(tier, parent)}")
    if problems := problems_of_placing(node, tier, parent, nodes):
        raise RuleBroken(problems)
    return _moved(node, tier, parent, position, nodes)


def _moved(
    node: ChainNode, tier: ChainTier, parent: ChainNode | None, position: int, nodes: Sequence[ChainNode]
) -> ChainChange:
    moved = [node, *rules.below(nodes, node.id)]
    with db.session.no_autoflush:  # words that changed as well are one save with the move
        before = Before.of(moved)
    node.parent_id, node.position = parent.id if parent else None, position
    place(node, tier, nodes)
    return record(node.chain, f"「{node.name}」移到{_where(tier, parent)}", before, moved)


def _where(tier: ChainTier, parent: ChainNode | None) -> str:
    return f"「{parent.name}」下" if parent else tier.label


def remove(node: ChainNode, seen: int | None, reason: str) -> ChainChange:
    """Takes a link off its chain; its judgements and whom it supplied are kept with it."""
    nodes = _begin(node, seen, f"移除：{reason}")
    if parts := [each for each in nodes if each.parent_id == node.id]:
        raise RuleBroken(f"下面还有{_names(parts)}，先移走或移除它们")
    before = Before.of([node])
    take_off(node, reason)
    return record(node.chain, f"「{node.name}」移除", before, [node])


def take_off(node: ChainNode, reason: str) -> None:
    """A link that is not there any more gives its code back."""
    node.archived_at, node.archive_reason, node.live_code = now(), reason[:200], None


def merge(node: ChainNode, seen: int | None, into: ChainNode) -> ChainChange:
    """Joins a link with another one: industries, keywords and products are united, its parts and whom it
    supplies go along, its judgements are told with those of the other.
    """
    nodes = _begin(node, seen, f"并入「{into.name}」")
    if into.id not in {each.id for each in nodes}:
        raise NotFound
    _must_fit(nodes, node, into)
    parts = rules.below(nodes, node.id)
    touched = [node, into, *parts]
    before = Before.of(touched)
    for name in ("keywords", "products"):
        united = rules.in_words(f"{getattr(into, name)}、{getattr(node, name)}")
        if len(united) > rules.LONGEST_WORDS:
            told = f"{label_of(getattr(ChainNode, name))}合在一起超过 {rules.LONGEST_WORDS} 个字，先删短"
            raise RuleBroken({"into": told})
        setattr(into, name, united)
    set_codes(into, list(dict.fromkeys([*into.codes, *node.codes])))
    into.importance, into.action = max(into.importance, node.importance), into.action or node.action
    for part in (each for each in parts if each.parent_id == node.id):
        part.parent_id = into.id
    place(into, into.tier, nodes)
    _hand_on(node, into)
    take_off(node, f"并入「{into.name}」")
    node.merged_into_id = into.id
    return record(node.chain, f"「{node.name}」并入「{into.name}」", before, touched)


def _must_fit(nodes: Sequence[ChainNode], node: ChainNode, into: ChainNode) -> None:
    below = {each.id for each in rules.below(nodes, node.id)}
    if into.id == node.id or into.id in below:
        raise RuleBroken({"into": "不能并入它自己或它下面的环节"})
    parents = {each.id: each.parent_id for each in nodes}
    for part in (each for each in nodes if each.parent_id == node.id):
        if problem := rules.problem_of_place(parents, part.id, into.id):
            raise RuleBroken({"into": f"「{part.name}」会跟着过去，{problem}"})
    if len({*node.codes, *into.codes}) > rules.MOST_INDUSTRIES:
        raise RuleBroken({"into": f"两个的行业合在一起超过 {rules.MOST_INDUSTRIES} 个，先去掉一些"})


def _hand_on(node: ChainNode, into: ChainNode) -> None:
    """Whom a link supplies, and who supplies it, from now on the other one does. Its own rows stay with it,
    unseen while it is not there.
    """
    held = queries.supplies_of(node.chain)
    ends = {node.id: into.id}
    wanted = [(ends.get(one, one), ends.get(other, other)) for one, other in held if node.id in (one, other)]
    add_pairs(wanted, held)


def add_pairs(wanted: Iterable[tuple[int, int]], held: Collection[tuple[int, int]]) -> None:
    """Those pairs of links that are not there yet, and of which none supplies itself."""
    fresh = dict.fromkeys((one, other) for one, other in wanted if one != other and (one, other) not in held)
    db.session.add_all(ChainSupply(supplier_id=one, buyer_id=other) for one, other in fresh)


@dataclass(frozen=True, slots=True)
class SplitData:
    """What of a link becomes one of its own: words, industries, parts, and others that it has to do with."""

    code: str
    name: str
    keywords: Collection[str] = ()
    products: Collection[str] = ()
    industries: Collection[str] = ()
    parts: Collection[ChainNode] = ()
    others: Collection[ChainNode] = ()


def split(node: ChainNode, seen: int | None, data: SplitData) -> tuple[ChainNode, ChainChange]:
    """Makes a part of a link a link beside it, which nobody has judged yet; what was judged stays."""
    nodes = _begin(node, seen, f"拆出「{data.name}」")
    code = data.code.upper()
    if len(nodes) >= rules.MOST_NODES:
        raise RuleBroken(TOO_MANY)
    if problem := rules.problem_of_code(code) or why_taken(node, code, nodes) or _is_own(node, code):
        raise RuleBroken({"code": problem})
    if not set(data.parts) <= {each for each in nodes if each.parent_id == node.id}:
        raise NotFound
    before = Before.of([node, *data.parts])
    made = ChainNode(
        chain_id=node.chain_id,
        chain=node.chain,
        parent_id=node.parent_id,
        code=code,
        live_code=code,
        name=data.name,
        tier=node.tier,
        position=node.position,
        importance=node.importance,
        action=node.action,
        keywords=_of(node.keywords, data.keywords),
        products=_of(node.products, data.products),
    )
    set_codes(made, [each for each in node.codes if each in data.industries])
    db.session.add(made)
    db.session.flush()
    node.keywords, node.products = (
        _without(node.keywords, data.keywords),
        _without(node.products, data.products),
    )
    set_codes(node, [each for each in node.codes if each not in data.industries])
    for part in data.parts:
        part.parent_id = made.id
    _hand_over(node, made, {each.id for each in data.others})
    return made, record(
        node.chain, f"从「{node.name}」拆出「{made.name}」", before, [node, *data.parts], made
    )


def _is_own(node: ChainNode, code: str) -> str | None:
    return "要一个新的代号，这是原来那个环节的" if code == node.code else None


def _of(words: str, chosen: Collection[str]) -> str:
    return "、".join(word for word in rules.words_of(words) if word in chosen)


def _without(words: str, chosen: Collection[str]) -> str:
    return "、".join(word for word in rules.words_of(words) if word not in chosen)


def _hand_over(node: ChainNode, made: ChainNode, others: Collection[int]) -> None:
    """What a link has to do with these others, the new one has from now on."""
    for row in queries.supplies_at([node.id]):
        if row.supplier_id in others:
            row.buyer_id = made.id
        elif row.buyer_id in others:
            row.supplier_id = made.id


def _begin(node: ChainNode, seen: int | None, decision: str) -> list[ChainNode]:
    nodes = begin(node.chain)
    claim_whole(node, seen or 0, decision, may_go_on=lambda: not node.is_archived)
    if node.is_archived:
        raise NotFound
    return nodes


def _names(nodes: Sequence[ChainNode]) -> str:
    told = "、".join(f"「{each.name}」" for each in nodes[:3])
    return told if len(nodes) <= 3 else f"{told}等 {len(nodes)} 个环节"
