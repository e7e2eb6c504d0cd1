"""The map of a chain in its own units: boxes in columns by tier, lines between them, what is folded. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.figures.chain_maps.rules.lanes import GAP_Y, Edges, Lane, MapLink, lanes_of
from app.figures.chain_maps.rules.words import FONT, LINE, fitted
from app.register.chains.enums import ChainTier

PAD = 24
HEAD = 36  # the line with the names of the tiers
GAP_X = 64
INDENT = 12  # for each level of parts
MARK = 30  # the state at the left of a box
BULGE = 40  # how far a line within one lane goes out of it
TIP = 8  # of a line, at the buyer
FOLDED_WIDTH, FOLDED_HEIGHT = 120, 64


@dataclass(frozen=True, slots=True)
class Box:
    """A link, or a folded tier with `folds` links in it, and where it lies."""

    id: str
    tier: ChainTier
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    folds: int = 0

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Curve:
    """That one supplies another: a line from edge to edge with its two handles."""

    supplier: str
    buyer: str
    points: tuple[float, float, float, float, float, float, float, float]

    @property
    def path(self) -> str:
        """As SVG draws it."""
        x, y, *rest = (f"{each:.1f}" for each in self.points)
        return f"M{x} {y}C{' '.join(rest)}"

    @property
    def arrow(self) -> str:
        """The tip at the buyer, which lies flat since the line comes in so."""
        handle, x, y = self.points[4], self.points[6], self.points[7]
        back = x - TIP if x > handle else x + TIP
        return f"M{x:.1f} {y:.1f}L{back:.1f} {y - TIP / 2:.1f}V{y + TIP / 2:.1f}Z"


@dataclass(frozen=True, slots=True)
class TierHeading:
    """The name of a tier over its lanes."""

    tier: ChainTier
    x: float
    width: float
    count: int
    is_folded: bool


@dataclass(frozen=True, slots=True)
class MapLayout:
    width: float
    height: float
    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]
    headings: tuple[TierHeading, ...]


def laid_out(links: Sequence[MapLink], edges: Edges, folded: Collection[ChainTier] = ()) -> MapLayout:
    """Where everything lies. `links` come in the order of their tree. To fold a tier moves what is right of
    it to the left and nothing up or down.
    """
    known = {link.id for link in links}
    edges = list(dict.fromkeys(edge for edge in edges if known.issuperset(edge) and edge[0] != edge[1]))
    boxes, headings, lane_of = _boxes(lanes_of(links, edges), folded)
    home = {link.id: _folded_id(link.tier) if link.tier in folded else link.id for link in links}
    over = dict.fromkeys((home[one], home[other]) for one, other in edges)
    curves = _curves([edge for edge in over if edge[0] != edge[1]], {box.id: box for box in boxes}, lane_of)
    width = max((box.right for box in boxes), default=0.0) + PAD + BULGE
    height = max((box.bottom for box in boxes), default=float(HEAD)) + PAD
    return MapLayout(width, height, tuple(boxes), tuple(curves), tuple(headings))


def _folded_id(tier: ChainTier) -> str:
    return f"tier-{tier.value}"


# --- boxes -------------------------------------------------------------------------------------------


def _boxes(
    lanes: Iterable[Lane], folded: Collection[ChainTier]
) -> tuple[list[Box], list[TierHeading], dict[str, int]]:
    boxes, headings, lane_of = list[Box](), list[TierHeading](), dict[str, int]()
    by_tier: dict[ChainTier, list[Lane]] = defaultdict(list)
    for lane in lanes:
        by_tier[lane.tier].append(lane)
    x, number = float(PAD), 0
    for tier, own in by_tier.items():
        begin, count = x, sum(len(lane.links) for lane in own)
        columns = [[_folded(tier, count, x)]] if tier in folded else []
        for lane in [] if columns else own:
            columns.append(_column(lane, x))
            x = max(box.right for box in columns[-1]) + GAP_X
        for column in columns:
            number += 1
            boxes.extend(column)
            lane_of |= {box.id: number for box in column}
        x = max(box.right for column in columns for box in column) + GAP_X
        headings.append(TierHeading(tier, begin, x - GAP_X - begin, count, tier in folded))
    return boxes, headings, lane_of


def _column(lane: Lane, x: float) -> list[Box]:
    found, top = list[Box](), float(PAD + HEAD)
    for link in lane.links:
        found.append(_box(link, x, top))
        top += link.height + GAP_Y
    return found


def _box(link: MapLink, x: float, y: float) -> Box:
    room = (link.width - MARK - 8) / FONT
    lines = fitted(link.name, room, int((link.height - 6) // LINE))
    return Box(link.id, link.tier, x + INDENT * link.depth, y, link.width, link.height, lines)


def _folded(tier: ChainTier, count: int, x: float) -> Box:
    lines = (tier.label, f"{count} 个环节")
    return Box(_folded_id(tier), tier, x, float(PAD + HEAD), FOLDED_WIDTH, FOLDED_HEIGHT, lines, folds=count)


# --- lines -------------------------------------------------------------------------------------------


def _curves(edges: Edges, boxes: Mapping[str, Box], lane_of: Mapping[str, int]) -> list[Curve]:
    """Each from the side of the supplier to the side of the buyer, those of one side apart."""
    ends = {edge: _sides(lane_of[edge[0]], lane_of[edge[1]]) for edge in edges}
    ports: dict[tuple[str, int], list[tuple[float, tuple[str, str], int]]] = defaultdict(list)
    for edge, sides in ends.items():
        for end in (0, 1):
            far = boxes[edge[1 - end]]
            ports[edge[end], sides[end]].append((far.y + far.height / 2, edge, end))
    heights = dict[tuple[tuple[str, str], int], float]()
    for (box_id, _side), each in ports.items():
        box = boxes[box_id]
        for at, (_far, edge, end) in enumerate(sorted(each), start=1):
            heights[edge, end] = box.y + box.height * at / (len(each) + 1)
    return [_curve(edge, boxes, ends[edge], (heights[edge, 0], heights[edge, 1]), lane_of) for edge in edges]


def _sides(supplier: int, buyer: int) -> tuple[int, int]:
    """At which side a line leaves and comes in: 1 is the right one."""
    if supplier == buyer:
        return 1, 1
    return (1, -1) if supplier < buyer else (-1, 1)


def _curve(
    edge: tuple[str, str],
    boxes: Mapping[str, Box],
    sides: tuple[int, int],
    heights: tuple[float, float],
    lane_of: Mapping[str, int],
) -> Curve:
    one, other = boxes[edge[0]], boxes[edge[1]]
    begin = one.right if sides[0] > 0 else one.x
    end = other.right if sides[1] > 0 else other.x
    if lane_of[edge[0]] == lane_of[edge[1]]:
        out = max(begin, end) + BULGE
        handles = (out, out)
    else:
        reach = abs(end - begin) * 0.45
        handles = (begin + sides[0] * reach, end + sides[1] * reach)
    return Curve(*edge, (begin, heights[0], handles[0], heights[0], handles[1], heights[1], end, heights[1]))
