"""The map of a chain as pages, paper and files want it: each box with its link, the links as rows."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.core.access.auth import Actor
from app.core.values.clock import today
from app.figures.chain_maps.enums import Drawn
from app.figures.chain_maps.queries import Places, places_of_firms
from app.figures.chain_maps.rules import Box, MapLayout, MapLink, laid_out
from app.register.chains import queries
from app.register.chains.enums import ChainTier, NodeAction
from app.register.chains.models import Chain, ChainNode
from app.register.chains.rules import in_order
from app.register.chains.showing import ShownNode
from app.register.placements.policy import may_read
from app.register.reference.queries import division_names, is_here, knows_here


@dataclass(frozen=True, slots=True)
class MapAsked:
    """What a reader wants to see of a map. Links that do not fit stay where they are, in grey."""

    day: date
    folded: frozenset[ChainTier] = frozenset()
    states: frozenset[Drawn] = frozenset()
    action: NodeAction | None = None
    text: str = ""
    town: str = ""  # its code: where a company on the link is

    @property
    def is_today(self) -> bool:
        return self.day == today()

    @property
    def narrows(self) -> bool:
        return bool(self.states or self.action or self.text or self.town)

    def fits(self, one: ShownNode, places: Collection[str]) -> bool:
        return (
            (not self.states or Drawn.of(one.state) in self.states)
            and (self.action is None or one.node.action is self.action)
            and (not self.text or _holds(one.node, self.text))
            and (not self.town or self.town in places)
        )


def _holds(node: ChainNode, text: str) -> bool:
    words = (node.name, node.code, node.keywords, node.products)
    return any(text.casefold() in each.casefold() for each in words)


@dataclass(frozen=True, slots=True)
class DrawnBox:
    """A box with what stands in it: a link, or None where a tier is folded."""

    box: Box
    of: ShownNode | None
    is_faint: bool

    @property
    def drawn(self) -> Drawn:
        return Drawn.of(self.of.state if self.of else None)


@dataclass(frozen=True, slots=True)
class MapRow:
    """The same link in the table beside the map, with the names of those it is joined to."""

    of: ShownNode
    firms: int | None  # confirmed on it; None for who may not see companies
    local: int | None  # of them in this county; None also where it is not known which county this is
    suppliers: tuple[ChainNode, ...]
    buyers: tuple[ChainNode, ...]


@dataclass(frozen=True, slots=True)
class ChainMap:
    chain: Chain
    asked: MapAsked
    layout: MapLayout
    boxes: tuple[DrawnBox, ...]
    rows: tuple[MapRow, ...]  # those that fit
    total: int
    towns: list[tuple[str, str]]  # where companies on its links are, by code

    @property
    def words(self) -> str:
        """共 34 个环节，符合条件的 6 个，其余变淡."""
        if not self.asked.narrows:
            return f"共 {self.total} 个环节"
        return f"共 {self.total} 个环节，符合条件的 {len(self.rows)} 个，其余变淡"


def drawn(chain: Chain, asked: MapAsked, actor: Actor) -> ChainMap:
    """A chain as somebody asked to see it, with its companies for who may see these."""
    judged = queries.judged_as_of([chain.id], asked.day)
    placed = in_order(queries.nodes_of(chain))
    nodes = [ShownNode(one.node, one.depth, judged.get(one.node.id)) for one in placed]
    pairs = queries.supplies_of(chain)
    places = places_of_firms([one.node.id for one in nodes]) if may_read(actor) else None
    layout = _layout(nodes, pairs, asked.folded)
    by_id = {one.node.public_id: one for one in nodes}
    fitting = {one.node.id for one in nodes if asked.fits(one, (places or {}).get(one.node.id, ()))}
    boxes = tuple(_drawn_box(box, by_id.get(box.id), fitting) for box in layout.boxes)
    rows = tuple(row for row in _rows(nodes, pairs, places) if row.of.node.id in fitting)
    return ChainMap(chain, asked, layout, boxes, rows, len(nodes), _towns(places or {}))


def _towns(places: Places) -> list[tuple[str, str]]:
    names = division_names({code for each in places.values() for code in each})
    return sorted(names.items())


def _layout(
    nodes: Sequence[ShownNode], pairs: Collection[tuple[int, int]], folded: frozenset[ChainTier]
) -> MapLayout:
    ids = {one.node.id: one.node.public_id for one in nodes}
    links = [
        MapLink(
            one.node.public_id,
            one.node.name,
            one.node.tier,
            ids.get(one.node.parent_id or 0),
            one.depth,
            one.node.importance,
        )
        for one in nodes
    ]
    return laid_out(links, [(ids[supplier], ids[buyer]) for supplier, buyer in pairs], folded)


def _drawn_box(box: Box, of: ShownNode | None, fitting: Collection[int]) -> DrawnBox:
    return DrawnBox(box, of, of is not None and of.node.id not in fitting)


def _rows(
    nodes: Sequence[ShownNode], pairs: Collection[tuple[int, int]], places: Places | None
) -> Iterator[MapRow]:
    known = {one.node.id: one.node for one in nodes}
    suppliers, buyers = defaultdict[int, list[ChainNode]](list), defaultdict[int, list[ChainNode]](list)
    for supplier, buyer in pairs:
        suppliers[buyer].append(known[supplier])
        buyers[supplier].append(known[buyer])
    for one in nodes:
        on_it = None if places is None else places.get(one.node.id, ())
        firms = None if on_it is None else len(on_it)
        local = None if on_it is None or not knows_here() else sum(map(is_here, on_it))
        yield MapRow(one, firms, local, tuple(suppliers[one.node.id]), tuple(buyers[one.node.id]))
