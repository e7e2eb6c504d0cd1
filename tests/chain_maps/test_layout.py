"""Where the links of a map lie: whatever the chain, nothing overlaps, every line ends at its links, and the
same chain lies the same.
"""

import random
from dataclasses import replace
from itertools import combinations, pairwise
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.figures.chain_maps.rules import Box, MapLayout, MapLink, crossings, fitted, laid_out, width_of
from app.figures.chain_maps.rules.lanes import GAP_Y, Lane, lanes_of
from app.figures.chain_maps.rules.layout import GAP_X
from app.register.chains.enums import ChainTier

UP, MIDDLE, DOWN = ChainTier
Pairs = list[tuple[str, str]]


def a_chain(seed: int, nodes: int, edges: int) -> tuple[list[MapLink], Pairs]:
    """A chain of this size in the order of its tree, with circles and parts of parts."""
    chance, links = random.Random(seed), list[MapLink]()
    for at in range(nodes):
        tier = list(ChainTier)[at * 3 // nodes]
        last = links[-1] if links and links[-1].tier is tier else None
        above = last if last and last.depth < 3 and chance.random() < 0.3 else None
        beside = last if last and not above and chance.random() < 0.5 else None
        links.append(
            MapLink(
                id=f"n{at}",
                name=chance.choice(("隔膜", "三元正极材料", "Battery Management System 电池管理系统", "壳")),
                tier=tier,
                parent=above.id if above else beside.parent if beside else None,
                depth=above.depth + 1 if above else beside.depth if beside else 0,
                importance=chance.randint(1, 5),
            )
        )
    pairs = {(f"n{chance.randrange(nodes)}", f"n{chance.randrange(nodes)}") for _ in range(edges)}
    return links, sorted(pairs)


CHAINS = st.builds(
    lambda seed, nodes, edges: a_chain(seed, nodes, edges * nodes // 2),
    st.integers(0, 10_000),
    st.integers(1, 60),
    st.integers(0, 4),
)
FOLDS = st.sets(st.sampled_from(ChainTier))


def apart(one: Box, other: Box) -> bool:
    return one.right <= other.x or other.right <= one.x or one.bottom <= other.y or other.bottom <= one.y


def assert_sound(layout: MapLayout) -> None:
    for one, other in combinations(layout.boxes, 2):
        assert apart(one, other), (one, other)
    for box in layout.boxes:
        assert box.x >= 0 and box.right <= layout.width and box.y >= 0 and box.bottom <= layout.height
    boxes = {box.id: box for box in layout.boxes}
    for curve in layout.curves:
        x, y, *_handles, end_x, end_y = curve.points
        supplier, buyer = boxes[curve.supplier], boxes[curve.buyer]
        assert x in (supplier.x, supplier.right) and supplier.y < y < supplier.bottom
        assert end_x in (buyer.x, buyer.right) and buyer.y < end_y < buyer.bottom
        assert all(0 <= each <= layout.width for each in curve.points[::2])
        assert all(0 <= each <= layout.height for each in curve.points[1::2])


@given(CHAINS, FOLDS)
@settings(max_examples=60, deadline=None)
def test_nothing_overlaps_or_leaves_the_sheet_and_every_line_ends_at_its_links(
    chain: tuple[list[MapLink], Pairs], folds: set[ChainTier]
) -> None:
    assert_sound(laid_out(*chain, folds))


def test_three_hundred_links_and_six_hundred_lines_lie_as_soundly() -> None:
    links, pairs = a_chain(7, 300, 640)
    begun = perf_counter()
    layout = laid_out(links, pairs)
    assert perf_counter() - begun < 1  # some 25 ms; the machine may be busy
    assert len(layout.boxes) == 300 and len(layout.curves) >= 600
    assert 0.9 < layout.width / layout.height < 1.9  # about as broad as a sheet across
    assert_sound(layout)


@given(CHAINS)
@settings(max_examples=30, deadline=None)
def test_every_link_and_every_line_is_drawn_once(chain: tuple[list[MapLink], Pairs]) -> None:
    links, pairs = chain
    layout = laid_out(links, pairs)
    assert sorted(box.id for box in layout.boxes) == sorted(link.id for link in links)
    drawn = {(curve.supplier, curve.buyer) for curve in layout.curves}
    assert drawn == {pair for pair in pairs if pair[0] != pair[1]} and len(drawn) == len(layout.curves)


@given(CHAINS)
@settings(max_examples=30, deadline=None)
def test_tiers_stand_from_left_to_right_under_their_names(chain: tuple[list[MapLink], Pairs]) -> None:
    layout = laid_out(*chain)
    assert all(left.x + left.width + GAP_X <= right.x for left, right in pairwise(layout.headings))
    for heading in layout.headings:
        own = [box for box in layout.boxes if box.tier is heading.tier]
        assert len(own) == heading.count
        assert all(heading.x <= box.x and box.right <= heading.x + heading.width for box in own)


@given(CHAINS)
@settings(max_examples=30, deadline=None)
def test_the_order_of_lanes_never_crosses_more_lines_than_that_of_the_tree(
    chain: tuple[list[MapLink], Pairs],
) -> None:
    links, pairs = chain
    edges = [pair for pair in pairs if pair[0] != pair[1]]
    lanes = lanes_of(links, edges)
    place = {link.id: at for at, link in enumerate(links)}
    trees = [Lane(lane.tier, tuple(sorted(lane.links, key=lambda link: place[link.id]))) for lane in lanes]
    assert crossings(lanes, edges) <= crossings(trees, edges)


def test_lines_that_cross_in_the_order_of_the_tree_are_untangled() -> None:
    links = [
        MapLink(name, name, tier) for tier in (UP, DOWN) for name in (f"{tier.value}1", f"{tier.value}2")
    ]
    crossed = [("upstream1", "downstream2"), ("upstream2", "downstream1")]
    layout = laid_out(links, crossed)
    height = {box.id: box.y for box in layout.boxes}
    assert height["upstream1"] == height["downstream2"] and height["upstream2"] == height["downstream1"]


@given(CHAINS)
@settings(max_examples=30, deadline=None)
def test_a_family_stands_together_with_what_it_is_of_first(chain: tuple[list[MapLink], Pairs]) -> None:
    for lane in lanes_of(*chain):
        place = {link.id: at for at, link in enumerate(lane.links)}
        for link in lane.links:
            if link.parent in place:
                assert place[link.parent] < place[link.id]
                between = lane.links[place[link.parent] + 1 : place[link.id]]
                assert all(each.depth > lane.links[place[link.parent]].depth for each in between)


@given(CHAINS, FOLDS)
@settings(max_examples=30, deadline=None)
def test_folding_a_tier_moves_nothing_up_or_down(
    chain: tuple[list[MapLink], Pairs], folds: set[ChainTier]
) -> None:
    whole = {box.id: box for box in laid_out(*chain).boxes}
    layout = laid_out(*chain, folds)
    for box in layout.boxes:
        if not box.folds:
            assert replace(box, x=0) == replace(whole[box.id], x=0) and box.x <= whole[box.id].x
    assert {box.tier for box in layout.boxes if box.folds} == folds & {link.tier for link in chain[0]}


def test_lines_to_a_folded_tier_end_at_it_once_and_those_within_it_are_gone() -> None:
    links = [MapLink(name, name, tier) for name, tier in (("a", UP), ("b", UP), ("c", DOWN))]
    layout = laid_out(links, [("a", "b"), ("a", "c"), ("b", "c"), ("c", "a")], {UP})
    assert [(curve.supplier, curve.buyer) for curve in layout.curves] == [
        ("tier-upstream", "c"),
        ("c", "tier-upstream"),
    ]
    assert [box.lines for box in layout.boxes if box.folds] == [("上游", "2 个环节")]


def test_circles_and_links_that_are_not_there_do_no_harm() -> None:
    links = [MapLink("a", "电芯", MIDDLE), MapLink("b", "回收", MIDDLE, "gone", 1), MapLink("c", "材料", UP)]
    layout = laid_out(links, [("a", "b"), ("b", "a"), ("b", "c"), ("c", "a"), ("a", "a"), ("a", "gone")])
    assert len(layout.curves) == 4
    assert_sound(layout)
    assert laid_out([], []).boxes == ()


def test_the_more_important_a_link_the_larger_its_box() -> None:
    layout = laid_out([MapLink(str(each), "环节", UP, importance=each) for each in range(1, 6)], [])
    sizes = {box.id: (box.width, box.height) for box in layout.boxes}
    assert all(sizes[str(each)] < sizes[str(each + 1)] for each in range(1, 5))


# --- words in a box ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("隔膜", ("隔膜",)),
        ("电池管理系统", ("电池管理", "系统")),
        ("新能源汽车整车制造", ("新能源汽", "车整车…")),
        ("SiC 功率", ("SiC 功", "率")),
        ("", ()),
        ("BMS电池管理", ("BMS电池", "管理")),
    ],
)
def test_a_name_is_cut_to_the_lines_of_its_box(text: str, shown: tuple[str, ...]) -> None:
    assert fitted(text, 4, 2) == shown


@given(st.text(max_size=60), st.integers(4, 10), st.integers(1, 3))
def test_no_line_is_wider_than_its_box(text: str, width: int, lines: int) -> None:
    found = fitted(text, width, lines)
    assert len(found) <= lines
    assert all(width_of(line) <= width for line in found)


def test_a_lane_leaves_a_gap_between_its_boxes() -> None:
    layout = laid_out([MapLink("a", "一", UP), MapLink("b", "二", UP)], [])
    assert layout.boxes[1].y - layout.boxes[0].bottom == GAP_Y
