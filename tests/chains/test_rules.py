"""What a gap comes to, which trees are none, how words and codes are read. As tables, without a database."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.register.chains import rules
from app.register.chains.enums import ChainTier, NodeState
from app.register.chains.rules import gap_index, in_order, problem_of_place

S = NodeState
DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("importance", "state", "rate", "gap"),
    [
        (5, S.MISSING, 0, "5"),
        (5, S.MISSING, 100, "0"),
        (3, S.MISSING, 40, "1.8"),
        (5, S.WEAK, 0, "3"),
        (2, S.WEAK, 50, "0.6"),
        (5, S.STRONG, 0, "1"),
        (1, S.STRONG, 90, "0.02"),
    ],
)
def test_a_gap_is_importance_by_state_by_what_is_not_bought_here(
    importance: int, state: NodeState, rate: int, gap: str
) -> None:
    assert gap_index(importance, state, rate) == Decimal(gap)


@pytest.mark.parametrize(
    ("state", "rate", "why"),
    [
        (None, None, "还没有判断"),
        (None, 30, "还没有判断"),
        (S.MISSING, None, "没填本地配套率"),
        (S.STRONG, None, "没填本地配套率"),
    ],
)
def test_what_is_not_known_leaves_the_gap_unknown_and_says_why(
    state: NodeState | None, rate: int | None, why: str
) -> None:
    assert gap_index(5, state, rate) is None
    assert rules.why_no_gap(state) == why


@pytest.mark.parametrize("state", NodeState)
def test_each_state_has_a_weight_and_a_light_and_a_worse_one_weighs_more(state: NodeState) -> None:
    worse_first = [rules.WEIGHT[each] for each in NodeState]
    assert worse_first == sorted(worse_first, reverse=True)
    assert state in rules.LIGHT


@dataclass(frozen=True)
class Node:
    id: int
    parent_id: int | None


# 1 > 2 > 3, 1 > 4, 5 by itself, 6 > 7 > 8 > 9
PARENTS = {1: None, 2: 1, 3: 2, 4: 1, 5: None, 6: None, 7: 6, 8: 7, 9: 8}
NODES = [Node(each, parent) for each, parent in PARENTS.items()]


@pytest.mark.parametrize(
    ("node", "parent", "problem"),
    [
        (None, None, None),
        (None, 8, None),
        (None, 9, "最多分 4 级"),
        (5, 3, None),
        (1, 1, "它自己"),
        (1, 3, "它自己"),
        (1, 5, None),
        (1, 7, "最多分 4 级"),
        (2, 7, None),
        (2, 8, "最多分 4 级"),
        (3, None, None),
    ],
)
def test_a_link_hangs_nowhere_below_itself_and_not_too_deep(
    node: int | None, parent: int | None, problem: str | None
) -> None:
    found = problem_of_place(PARENTS, node, parent)
    assert problem in found if problem and found else found == problem


def test_links_come_in_the_order_of_their_tree_and_say_how_deep_they_hang() -> None:
    mixed = [NODES[3], NODES[0], NODES[2], NODES[1]]
    assert [(one.node.id, one.depth) for one in in_order(mixed)] == [(1, 0), (4, 1), (2, 1), (3, 2)]
    assert [node.id for node in rules.below(NODES, 1)] == [2, 3, 4]


def test_a_part_stands_where_what_it_is_a_part_of_stands() -> None:
    assert rules.problem_of_tier(ChainTier.UPSTREAM, None) is None
    assert rules.problem_of_tier(ChainTier.UPSTREAM, ChainTier.UPSTREAM) is None
    assert "也要选中游" in (rules.problem_of_tier(ChainTier.UPSTREAM, ChainTier.MIDSTREAM) or "")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", ""),
        ("隔膜", "隔膜"),
        ("隔膜，电解液;隔膜\n 铜箔 ", "隔膜、电解液、铜箔"),
        ("、、", ""),
    ],
)
def test_words_of_a_field_are_each_kept_once(typed: str, words: str) -> None:
    assert rules.in_words(typed) == words


@pytest.mark.parametrize(
    ("code", "is_good"),
    [
        ("NEV-07", True),
        ("A1.2", True),
        ("", False),
        ("-A", False),
        ("电池", False),
        ("a", False),
        ("A B", False),
    ],
)
def test_a_code_is_plain(code: str, is_good: bool) -> None:
    assert (rules.problem_of_code(code) is None) is is_good


def test_a_judgement_of_a_day_to_come_is_none() -> None:
    assert rules.problems_of_judgement(DAY, DAY) == {}
    assert rules.problems_of_judgement(DAY - timedelta(days=300), DAY) == {}
    assert "effective_on" in rules.problems_of_judgement(DAY + timedelta(days=1), DAY)
