"""A link beside the map: how it was judged and why, who is on it, what the county does with these companies.

What that is, the features tell that keep it (`OF_COMPANIES`), each within what the reader may see.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.access.auth import Actor
from app.core.values.clock import today
from app.core.values.registries import OF_COMPANIES, Related
from app.figures.chain_maps.queries import last_met
from app.promotion.targets.models import TargetEnterprise
from app.promotion.targets.queries import targets_on
from app.register.accounts.enums import Permission
from app.register.chains import queries
from app.register.chains.models import ChainNode
from app.register.chains.rules import WEIGHT
from app.register.chains.showing import ShownNode, shown
from app.register.placements.models import NodePlacement
from app.register.placements.policy import may_read
from app.register.placements.queries import of_node
from app.register.placements.showing import share_words
from app.register.reference.queries import is_here

MOST_TARGETS = 10


@dataclass(frozen=True, slots=True)
class FirmOnIt:
    """A company that is confirmed on the link."""

    row: NodePlacement
    is_local: bool
    share: str
    met_on: date | None


@dataclass(frozen=True, slots=True)
class ShownPanel:
    of: ShownNode
    day: date
    suppliers: Sequence[ShownNode]
    buyers: Sequence[ShownNode]
    firms: Sequence[FirmOnIt]
    has_more_firms: bool
    sees_firms: bool
    blocks: Sequence[Related]
    targets: Sequence[TargetEnterprise]  # one more than MOST_TARGETS where there are more
    sees_targets: bool

    @property
    def is_today(self) -> bool:
        return self.day == today()

    @property
    def met_on(self) -> date | None:
        """When any of them was met last."""
        return max((firm.met_on for firm in self.firms if firm.met_on), default=None)

    @property
    def gap_words(self) -> str:
        """重要程度 5 × 缺 1.0 ×（1 − 本地配套率 10%）; empty where no index is."""
        if self.of.state is None or self.of.local_rate is None:
            return ""
        state = f"{self.of.state.label} {WEIGHT[self.of.state]}"
        return f"重要程度 {self.of.node.importance} × {state} ×（1 − 本地配套率 {self.of.local_rate}%）"


def panel_of(node: ChainNode, day: date, actor: Actor) -> ShownPanel:
    """One link as of a day, for whoever looks."""
    known = {one.node.id: one for one in shown(node.chain, day).nodes}
    pairs = queries.supplies_of(node.chain)
    on_it = of_node(node.id) if may_read(actor) else None
    rows = on_it.confirmed if on_it else ()
    ids = [row.enterprise_id for row in rows]
    met, sees_targets = last_met(ids), actor.may(Permission.TARGETS_READ)
    asked = [ask(ids, actor) for ask in OF_COMPANIES.values()] if ids else []
    return ShownPanel(
        of=known[node.id],
        day=day,
        suppliers=[known[one] for one, other in pairs if other == node.id],
        buyers=[known[other] for one, other in pairs if one == node.id],
        firms=[
            FirmOnIt(row, is_here(row.enterprise.region_code), share_words(row), met.get(row.enterprise_id))
            for row in rows
        ],
        has_more_firms=bool(on_it and on_it.more_confirmed),
        sees_firms=on_it is not None,
        blocks=[block for block in asked if block],
        targets=targets_on(node, actor, MOST_TARGETS) if sees_targets else (),
        sees_targets=sees_targets,
    )
