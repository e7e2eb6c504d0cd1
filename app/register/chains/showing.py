"""Chains and their links as the pages want them: each link with what it was judged to be on a day."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.core.records.columns import Cell, ListColumn, ListedRecord
from app.core.values.clock import today
from app.core.values.lights import Light
from app.register.chains import queries, rules
from app.register.chains.enums import ChainTier, NodeState
from app.register.chains.models import Chain, ChainNode, NodeJudgement


@dataclass(frozen=True, slots=True)
class ShownNode:
    """A link, how deep it hangs, and the judgement that counts; None while there is none."""

    node: ChainNode
    depth: int
    judged: NodeJudgement | None

    @property
    def state(self) -> NodeState | None:
        return self.judged.state if self.judged else None

    @property
    def light(self) -> Light:
        return light_of(self.state)

    @property
    def local_rate(self) -> int | None:
        return self.judged.local_rate if self.judged else None

    @property
    def gap(self) -> Decimal | None:
        return rules.gap_index(self.node.importance, self.state, self.local_rate)

    @property
    def why_no_gap(self) -> str:
        return rules.why_no_gap(self.state)


def light_of(state: NodeState | None) -> Light:
    """A state as colour, shape and word."""
    return Light("none", rules.UNJUDGED) if state is None else Light(rules.LIGHT[state], state.label)


@dataclass(frozen=True, slots=True)
class ChainStanding:
    """How many links of a chain stand how; `None` counts those that nobody has judged."""

    counts: dict[NodeState | None, int]

    @classmethod
    def of(cls, counted: Mapping[NodeState | None, int]) -> "ChainStanding":
        return cls({state: counted.get(state, 0) for state in (*NodeState, None)})

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def words(self) -> str:
        """缺 3 个、弱 4 个、强 5 个环节，2 个还没有判断."""
        if not self.total:
            return "还没有环节"
        told = "、".join(
            f"{state.label} {self.counts[state]} 个" for state in NodeState if self.counts[state]
        )
        unjudged = f"{self.counts[None]} 个还没有判断" if self.counts[None] else ""
        return f"共 {self.total} 个环节：{'，'.join(filter(None, (told, unjudged)))}"


@dataclass(frozen=True, slots=True)
class ShownChain:
    """A chain on its page: its links by tier, as they are by now, with what they were judged on a day."""

    chain: Chain
    day: date
    tiers: tuple[tuple[ChainTier, tuple[ShownNode, ...]], ...]

    @property
    def nodes(self) -> list[ShownNode]:
        return [node for _tier, nodes in self.tiers for node in nodes]

    @property
    def standing(self) -> ChainStanding:
        return ChainStanding.of(Counter(node.state for node in self.nodes))

    @property
    def gaps(self) -> list[ShownNode]:
        """The links with a gap, the largest first."""
        found = [(node.gap, node) for node in self.nodes if node.gap]
        return [node for _gap, node in sorted(found, key=lambda each: -each[0])]


def shown(chain: Chain, day: date) -> ShownChain:
    """A chain with its judgements as of a day."""
    judged = queries.judged_as_of([chain.id], day)
    nodes = [
        ShownNode(one.node, one.depth, judged.get(one.node.id))
        for one in rules.in_order(queries.nodes_of(chain))
    ]
    tiers = tuple((tier, tuple(one for one in nodes if one.node.tier is tier)) for tier in ChainTier)
    return ShownChain(chain, day, tiers)


def standings(chains: Sequence[Chain], day: date) -> dict[int, ChainStanding]:
    """How the links of several chains stand, by the inner id of the chain."""
    counted = queries.states_counted([chain.id for chain in chains], day)
    return {chain.id: ChainStanding.of(counted.get(chain.id, {})) for chain in chains}


@dataclass(frozen=True, slots=True)
class ListedChain(ListedRecord[Chain]):
    """A chain in the list, with how its links stand today."""

    standing: ChainStanding


def listed(chains: Sequence[Chain]) -> list[ListedChain]:
    found = standings(chains, today()) if chains else {}
    return [ListedChain(chain, found[chain.id]) for chain in chains]


def name(row: ListedChain) -> Cell:
    """Examples say that they are some."""
    tags = ("示例",) if row.record.is_example else ()
    return Cell(row.record.name, page=("chains.detail", row.record.public_id), tags=tags)


def counted(state: NodeState | None, phone: str) -> ListColumn:
    """The column of how many links stand so: with the light of the state where there are any."""
    light = light_of(state)

    def cell(row: ListedChain) -> Cell:
        count = row.standing.counts[state]
        return Cell(light=Light(light.kind, f"{light.words} {count}")) if count else Cell("0")

    key = state.value if state else "unjudged"
    return ListColumn(
        key=key,
        label=light.words,
        cell=cell,
        paper=lambda row: str(row.standing.counts[state]),
        width="light",
        kind="num",
        phone=phone,
    )


@dataclass(frozen=True, slots=True)
class PastJudgement:
    """One row of the judgements on a link; `of` names what it was made on, where that was merged into it, and
    `is_corrected` says that another row of the same day counts.
    """

    row: NodeJudgement
    of: str
    is_corrected: bool

    @property
    def light(self) -> Light:
        return light_of(self.row.state)


def past_of(node: ChainNode) -> list[PastJudgement]:
    """All judgements on a link and on what was merged into it, the latest day first."""
    merged, seen = queries.names_of_merged(node), set[tuple[int, date]]()
    found = []
    for row in queries.history_of(node):
        key = (row.node_id, row.effective_on)
        found.append(PastJudgement(row, merged.get(row.node_id, ""), key in seen))
        seen.add(key)
    return found
