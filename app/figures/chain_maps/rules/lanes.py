"""Which link stands in which lane, and in what order: a tier is one lane or several beside each other. Pure.

Lanes are filled in the order of the tree, which is the county's own; within a lane, links change places only
with their like (a family as a whole, parts within it) and only where fewer lines cross by it. What a link was
judged to be is not known here, so it can move nothing.
"""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from app.register.chains.enums import ChainTier

GAP_Y = 10
LANE = 235  # a lane with its gap, about
PAPER = 1.42  # as broad as high: A3 and A4 across
LEAST_HEIGHT = 480
MOST_LANES = 8  # of one tier
SWEEPS = 6

Edges = Collection[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class MapLink:
    """A link as far as its place depends on it."""

    id: str
    name: str
    tier: ChainTier
    parent: str | None = None
    depth: int = 0
    importance: int = 3

    @property
    def height(self) -> int:
        return 32 + 4 * self.importance

    @property
    def width(self) -> int:
        return 124 + 10 * self.importance


@dataclass(frozen=True, slots=True)
class Lane:
    tier: ChainTier
    links: tuple[MapLink, ...]


def _height_of(links: Iterable[MapLink]) -> int:
    return sum(link.height + GAP_Y for link in links)


def lanes_of(links: Sequence[MapLink], edges: Edges) -> list[Lane]:
    """All lanes from upstream to downstream, each in its order."""
    tiers = {tier: [link for link in links if link.tier is tier] for tier in ChainTier}
    most = _best_height([_height_of(own) for own in tiers.values()])
    lanes = [Lane(tier, tuple(part)) for tier, own in tiers.items() for part in _divided(own, most)]
    return _untangled(lanes, edges)


def _best_height(tiers: Sequence[int]) -> float:
    """How high lanes may be so that the whole is as large as can be on a sheet across."""
    heights = {whole / lanes for whole in tiers for lanes in range(1, MOST_LANES + 1)}

    def size(height: float) -> float:
        return max(height, sum(ceil(whole / height) for whole in tiers) * LANE / PAPER)

    return min((each for each in sorted(heights) if each >= LEAST_HEIGHT), key=size, default=LEAST_HEIGHT)


def _divided(links: Sequence[MapLink], most: float) -> list[list[MapLink]]:
    """A tier in lanes of about one height; a family stays together unless it is far too high."""
    whole = _height_of(links)
    goal = whole / max(1, ceil(whole / most))
    found = list[list[MapLink]]()
    filled = 0
    for link in links:
        full = filled + link.height / 2 >= goal and (link.depth == 0 or filled >= goal * 1.25)
        if full or not found:
            found.append([])
            filled = 0
        found[-1].append(link)
        filled += link.height + GAP_Y
    return found


# --- the order within lanes --------------------------------------------------------------------------


def _untangled(lanes: list[Lane], edges: Edges) -> list[Lane]:
    """The order with the fewest crossings of those that a few sweeps come by; the tree's own if none is
    better.
    """
    near = _neighbours(lanes, edges)
    best, least = lanes, crossings(lanes, edges)
    now = list(lanes)
    for sweep in range(SWEEPS):
        order = range(len(now)) if sweep % 2 == 0 else reversed(range(len(now)))
        for at in order:
            middles = _middles(now)
            pulls = {
                link.id: sum(middles[other] for other in near[link.id]) / len(near[link.id])
                for link in now[at].links
                if near[link.id]
            }
            now[at] = Lane(now[at].tier, tuple(_by_pull(now[at].links, pulls, middles)))
        count = crossings(now, edges)
        if count < least:
            best, least = list(now), count
        if not least:
            break
    return best


def _neighbours(lanes: Sequence[Lane], edges: Edges) -> Mapping[str, list[str]]:
    """What each link is joined to in other lanes."""
    lane_of = {link.id: at for at, lane in enumerate(lanes) for link in lane.links}
    found: dict[str, list[str]] = defaultdict(list)
    for one, other in edges:
        if lane_of[one] != lane_of[other]:
            found[one].append(other)
            found[other].append(one)
    return found


def _middles(lanes: Iterable[Lane]) -> dict[str, float]:
    """How far down the middle of each link is."""
    found = dict[str, float]()
    for lane in lanes:
        top = 0.0
        for link in lane.links:
            found[link.id] = top + link.height / 2
            top += link.height + GAP_Y
    return found


def _by_pull(
    links: Sequence[MapLink], pulls: Mapping[str, float], middles: Mapping[str, float]
) -> list[MapLink]:
    """The families of a lane in the order in which their lines draw them, each part after what it is of."""
    here = {link.id for link in links}
    parts: dict[str | None, list[MapLink]] = defaultdict(list)
    for link in links:
        parts[link.parent if link.parent in here else None].append(link)

    def family(link: MapLink) -> list[MapLink]:
        return [link, *(each for part in parts[link.id] for each in family(part))]

    def drawn(link: MapLink) -> float:
        felt = [pulls[each.id] for each in family(link) if each.id in pulls]
        return sum(felt) / len(felt) if felt else middles[link.id]

    def walk(at: str | None) -> list[MapLink]:
        ordered = sorted(parts[at], key=drawn)
        return [each for link in ordered for each in (link, *walk(link.id))]

    return walk(None)


def crossings(lanes: Sequence[Lane], edges: Edges) -> int:
    """How often lines between the same two lanes cross."""
    place = {link.id: (at, row) for at, lane in enumerate(lanes) for row, link in enumerate(lane.links)}
    between: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for one, other in edges:
        (left, row), (right, other_row) = sorted((place[one], place[other]))
        if left != right:
            between[left, right].append((row, other_row))
    return sum(_inversions(sorted(pairs)) for pairs in between.values())


def _inversions(pairs: Iterable[tuple[int, int]]) -> int:
    seen, found = list[int](), 0
    for _row, other in pairs:
        found += len(seen) - bisect_right(seen, other)
        insort(seen, other)
    return found
