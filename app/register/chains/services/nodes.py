"""Links of a chain: what is typed of them, and who supplies whom. Each change of a chain's links waits for
the one before it, since its tree is judged as a whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.access.auth import require_actor
from app.core.records.archiving import must_be_live
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.clock import now
from app.core.values.errors import NotAllowed, NotFound, RuleBroken
from app.register.chains import policy, queries, rules
from app.register.chains.enums import ChainTier, NodeAction
from app.register.chains.models import Chain, ChainNode, ChainSupply, NodeIndustry
from app.register.chains.services.chains import NOT_THEIRS
from app.register.reference.queries import read_industry


@dataclass(frozen=True, slots=True)
class NodeData:
    """What is typed about a link. `industries` are codes or names, one a line or a comma apart."""

    code: str
    name: str
    tier: ChainTier
    parent: ChainNode | None = None
    position: int = 0
    importance: int = 3
    keywords: str = ""
    products: str = ""
    industries: str = ""
    action: NodeAction | None = None


def begin(chain: Chain) -> list[ChainNode]:
    """Before the links of a chain change: the turn to do so, and the links as they are then."""
    if not policy.may_write(require_actor(), chain):
        raise NotAllowed(NOT_THEIRS)
    wait_turn(Turn.LINKS, of=chain.id)
    db.session.get_one(Chain, chain.id, populate_existing=True)  # it may have been archived meanwhile
    must_be_live(chain)
    return queries.nodes_of(chain, anew=True)


def touch(*nodes: ChainNode) -> None:
    """Lets the version of links rise also where only what hangs on them changes."""
    for node in nodes:
        node.updated_at = now()


def write(node: ChainNode, data: NodeData, nodes: Sequence[ChainNode]) -> None:
    """What was typed about a link, among those of its chain, but its place, which is found good as well.
    Raises RuleBroken.
    """
    code = data.code.upper()
    if problems := _problems(node, data, code, nodes):
        raise RuleBroken(problems)
    codes = read_codes(data.industries)
    node.code = node.live_code = code
    node.name, node.importance, node.action = data.name, data.importance, data.action
    node.keywords, node.products = rules.in_words(data.keywords), rules.in_words(data.products)
    set_codes(node, codes)
    touch(node)


def _problems(node: ChainNode, data: NodeData, code: str, nodes: Sequence[ChainNode]) -> dict[str, str]:
    problem = rules.problem_of_code(code) or why_taken(node, code, nodes)
    return ({"code": problem} if problem else {}) | problems_of_placing(node, data.tier, data.parent, nodes)


def problems_of_placing(
    node: ChainNode, tier: ChainTier, parent: ChainNode | None, nodes: Sequence[ChainNode]
) -> dict[str, str]:
    """Why a link cannot stand there. Raises NotFound where the other one is not of its chain."""
    parents = {each.id: each.parent_id for each in nodes}
    if parent is not None and parent.id not in parents:
        raise NotFound
    found = {
        "parent": rules.problem_of_place(parents, node.id, parent.id if parent else None),
        "tier": rules.problem_of_tier(tier, parent.tier if parent else None),
    }
    return {name: problem for name, problem in found.items() if problem}


def why_taken(node: ChainNode, code: str, nodes: Sequence[ChainNode]) -> str | None:
    """Why a code of a chain cannot be given to a link."""
    other = next((each for each in nodes if each.code == code and each is not node), None)
    return f"代号 {code} 已经给了「{other.name}」，换一个" if other else None


def place(node: ChainNode, tier: ChainTier, nodes: Sequence[ChainNode]) -> None:
    """Puts a link, and what hangs below it, into a tier."""
    node.tier = tier
    for each in rules.below(nodes, node.id) if node.id is not None else []:
        each.tier = tier


def read_codes(text: str) -> list[str]:
    """The industries that somebody wrote; RuleBroken names those that GB/T 4754 does not have."""
    words = rules.words_of(text.replace(" ", "\n") if text.isascii() else text)
    if len(words) > rules.MOST_INDUSTRIES:
        raise RuleBroken({"industries": f"一个环节最多 {rules.MOST_INDUSTRIES} 个行业"})
    read = {word: read_industry(word) for word in words}
    if unknown := [word for word, found in read.items() if found is None]:
        told = "、".join(unknown)
        raise RuleBroken({"industries": f"国标行业里没有：{told}。写代码或全称，例如 C3841、锂离子电池制造"})
    return list(dict.fromkeys(found.code for found in read.values() if found))


def set_codes(node: ChainNode, codes: Sequence[str]) -> None:
    """The industries of a link: what stays keeps its row."""
    kept = [row for row in node.industries if row.industry_code in codes]
    held = {row.industry_code for row in kept}
    node.industries = kept + [NodeIndustry(industry_code=code) for code in codes if code not in held]


# --- who supplies whom -------------------------------------------------------------------------------


def add_supply(supplier: ChainNode, buyer: ChainNode) -> None:
    """That one link supplies another of its chain. Raises NotAllowed and RuleBroken."""
    begin(supplier.chain)
    if supplier is buyer:
        raise RuleBroken({"other": "环节不能供应自己，选另一个"})
    if supplier.chain_id != buyer.chain_id:
        raise NotFound
    if queries.supply(supplier, buyer):
        raise RuleBroken({"other": f"已经有「{supplier.name} → {buyer.name}」"})
    db.session.add(ChainSupply(supplier_id=supplier.id, buyer_id=buyer.id))
    touch(supplier, buyer)
    db.session.flush()


def remove_supply(supplier: ChainNode, buyer: ChainNode) -> None:
    """That it does so no more; one that is not there stays away."""
    begin(supplier.chain)
    row = queries.supply(supplier, buyer)
    if row is not None:
        db.session.delete(row)
        touch(supplier, buyer)
        db.session.flush()
