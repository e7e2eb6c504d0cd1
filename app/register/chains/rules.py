"""How a link counts, and which trees, codes and judgements are none. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Generic, TypeVar

from app.register.chains.enums import ChainTier, NodeState

MOST_NODES = 500  # of one chain: the largest maps that counties hang on a wall have some 300
MOST_DEPTH = 4
MOST_INDUSTRIES = 20  # of one link
LONGEST_WORDS = 500  # all keywords of a link, or all its products, in characters
UNDO = timedelta(minutes=10)  # for so long whoever has changed a chain's links undoes it
UNDO_WORDS = f"{UNDO // timedelta(minutes=1)} 分钟"
EARLIEST = date(1900, 1, 1)  # of a judgement
LEAST, MOST = 1, 5  # how important a link is
IMPORTANCE = f"{LEAST} 到 {MOST}"
# What is lacking of a link in each state (domain.md): an argument, not a measurement.
WEIGHT = {NodeState.MISSING: Decimal("1.0"), NodeState.WEAK: Decimal("0.6"), NodeState.STRONG: Decimal("0.2")}
WEIGHT_WORDS = "、".join(f"{state.label} {weight}" for state, weight in WEIGHT.items())
LIGHT = {NodeState.MISSING: "red", NodeState.WEAK: "yellow", NodeState.STRONG: "green"}
UNJUDGED = "未判断"
_CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]*")
_GAP = re.compile(r"[、,，;；|\n]+")
_BETWEEN = "、"


N = TypeVar("N", bound=Any)  # a link: `id` and `parent_id`, where there is one


def gap_index(importance: int, state: NodeState | None, local_rate: int | None) -> Decimal | None:
    """How large the gap at a link is, 0 to 5: importance × {缺 1.0, 弱 0.6, 强 0.2} × (1 − 本地配套率).
    What is not known makes the index unknown, never zero.
    """
    if state is None or local_rate is None:
        return None
    return importance * WEIGHT[state] * (100 - local_rate) / 100


def why_no_gap(state: NodeState | None) -> str:
    """What is lacking for the index of a link that has none."""
    return "没填本地配套率" if state is not None else "还没有判断"


def words_of(text: str) -> list[str]:
    """The words of a field that takes several, each once: 隔膜、电解液 or one a line."""
    return list(dict.fromkeys(word.strip() for word in _GAP.split(text) if word.strip()))


def in_words(text: str) -> str:
    """The same as it is stored and shown."""
    return _BETWEEN.join(words_of(text))


def problem_of_code(code: str) -> str | None:
    """What is wrong with a code. Codes stand in files and addresses, so they are plain."""
    if _CODE.fullmatch(code):
        return None
    return "代号用大写字母、数字、点和横线，例如 NEV-07"


# --- the tree ----------------------------------------------------------------------------------------


def above(parents: Mapping[int, int | None], node_id: int | None) -> Iterator[int]:
    """A link and all above it, from the lowest; ends also where a tree has come to be a circle."""
    seen: set[int] = set()
    while node_id is not None and node_id not in seen:
        seen.add(node_id)
        yield node_id
        node_id = parents.get(node_id)


def below(nodes: Iterable[N], node_id: int) -> list[N]:
    """All that hangs below a link, at any depth."""
    nodes = list(nodes)
    parents = {node.id: node.parent_id for node in nodes}
    return [node for node in nodes if node.id != node_id and node_id in above(parents, node.id)]


def problem_of_place(
    parents: Mapping[int, int | None], node_id: int | None, parent_id: int | None
) -> str | None:
    """Why a link (None: a new one) cannot hang below another one."""
    over = list(above(parents, parent_id))
    if node_id is not None and node_id in over:
        return "不能放到它自己或它下面的环节里"
    if len(over) + _height(parents, node_id) > MOST_DEPTH:
        return f"环节最多分 {MOST_DEPTH} 级，放到这里就超过了"
    return None


def _height(parents: Mapping[int, int | None], node_id: int | None) -> int:
    """How many levels a link has, with what hangs below it."""
    if node_id is None:
        return 1
    paths = [list(above(parents, each)) for each in parents]
    return max((path.index(node_id) + 1 for path in paths if node_id in path), default=1)


def problem_of_tree(nodes: Iterable[N]) -> str | None:
    """What is wrong with the links of a chain as a whole, by their codes, names, tiers and parents."""
    nodes = list(nodes)
    known, codes = {node.id: node for node in nodes}, Counter(node.code for node in nodes)
    parents = {node.id: node.parent_id for node in nodes}
    for node in nodes:
        if codes[node.code] > 1:
            return f"代号 {node.code} 给了两个环节"
        if node.parent_id is not None and node.parent_id not in known:
            return f"「{node.name}」的上级环节已经不在了"
        if node.parent_id is not None and node.id in above(parents, node.parent_id):
            return f"「{node.name}」会放到它自己或它下面的环节里"
        if len(list(above(parents, node.id))) > MOST_DEPTH:
            return f"「{node.name}」会超过 {MOST_DEPTH} 级"
        if problem := problem_of_tier(node.tier, known[node.parent_id].tier if node.parent_id else None):
            return f"「{node.name}」的{problem}"
    return None


def problem_of_tier(tier: ChainTier, above_it: ChainTier | None) -> str | None:
    """A part of a link stands where the link stands."""
    if above_it is None or tier is above_it:
        return None
    return f"上级环节在{above_it.label}，这里也要选{above_it.label}"


@dataclass(frozen=True, slots=True)
class Placed(Generic[N]):
    """A link in the order of its tree, and how deep it hangs."""

    node: N
    depth: int


def in_order(nodes: Iterable[N]) -> list[Placed[N]]:
    """The links of a tree, each before its parts; among each other in the order given."""
    nodes = list(nodes)
    known = {node.id for node in nodes}
    parts: dict[int | None, list[N]] = {}
    for node in nodes:
        parts.setdefault(node.parent_id if node.parent_id in known else None, []).append(node)

    def walk(at: int | None, depth: int) -> Iterator[Placed[N]]:
        for node in parts.get(at, []):
            yield Placed(node, depth)
            yield from walk(node.id, depth + 1)

    return list(walk(None, 0))


# --- judgements --------------------------------------------------------------------------------------


def problems_of_judgement(effective_on: date, today: date) -> dict[str, str]:
    """What is wrong with a judgement. One of the past is legal: last March's meeting is entered today; one
    before all that is a year with a digit lost.
    """
    if effective_on < EARLIEST:
        return {"effective_on": f"判断日期早于 {EARLIEST.year} 年，看看年份"}
    if effective_on > today:
        return {"effective_on": "判断日期还没有到，写今天或更早的日期"}
    return {}


# --- a whole chain, as a file tells it ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NodeTold:
    """A link; what it is a part of goes by its code. `number` is its row in the file. None is what the file
    does not tell, and `more` has of its other columns those that it tells.
    """

    number: int
    code: str
    name: str
    tier: ChainTier
    parent: str | None
    industries: tuple[str, ...] | None
    more: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class JudgementTold:
    """A judgement on the link with this code."""

    node: str
    effective_on: date
    state: NodeState
    local_rate: int | None
    reason: str
    evidence: str


@dataclass(frozen=True, slots=True)
class ChainTold:
    """A chain with its links, who supplies whom by their codes, and the judgements. `more` has of its other
    columns those that the file tells.
    """

    code: str
    name: str
    more: Mapping[str, Any]
    nodes: tuple[NodeTold, ...]
    supplies: tuple[tuple[str, str], ...]
    judgements: tuple[JudgementTold, ...]
