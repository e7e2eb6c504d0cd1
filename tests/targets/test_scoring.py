"""The score of a target: what facts are worth, as tables; its arithmetic, as properties; what forbids it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.promotion.targets import rules
from app.promotion.targets.enums import FactKind, ScoreBand, ScorePart
from app.promotion.targets.rules import (
    CompanyKnown,
    EnteredKnown,
    GapKnown,
    PartScore,
    Provenance,
    Score,
    ScoreFact,
    SignKnown,
    TieKnown,
    Weighed,
)
from app.register.signs.enums import SignKind

DAY = date(2026, 11, 30)
BY = Provenance("企业库", date(2026, 11, 1), ("enterprises.detail", "x"))
NEEDS = TieKnown("青岚电池要买：隔膜", True, BY)
BUYS = TieKnown("供应青岚电池所在的环节", False, BY)


def known(**told: Any) -> CompanyKnown:
    return CompanyKnown(on=DAY, library=BY, **told)


def part(which: ScorePart, weight: int = 100, **told: Any) -> PartScore:
    """Of 100 points unless told, so that points are percent."""
    return rules.weighed(which, rules.weighed_of(known(**told))[which], weight)


def points(which: ScorePart, **told: Any) -> tuple[float, float]:
    found = part(which, **told)
    return float(found.least), float(found.most)


def gap(index: str | None, node: str = "隔膜") -> GapKnown:
    return GapKnown(node, None if index is None else Decimal(index), "还没有判断", BY)


def sign(kind: SignKind, on: date) -> SignKnown:
    return SignKnown(kind, kind.label, on, BY)


def entered(kind: FactKind, on: date = DAY) -> EnteredKnown:
    return EnteredKnown(kind, "县领导会上说的", on, "会议纪要", "x")


# --- the parts, as tables ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gaps", "least", "most"),
    [
        ((), 0, 100),
        ((gap(None),), 0, 100),
        ((gap("5"),), 100, 100),
        ((gap("1.2"),), 24, 24),
        ((gap("0"),), 0, 0),  # nothing is lacking there: that is known
        ((gap("1.2"), gap("3")), 60, 60),
        ((gap("1.2"), gap(None)), 24, 24),
    ],
)
def test_a_link_counts_by_the_gap_index_of_the_domain(
    gaps: tuple[GapKnown, ...], least: int, most: int
) -> None:
    assert points(ScorePart.FIT, gaps=gaps) == (least, most)


@pytest.mark.parametrize(
    ("ties", "least", "most"),
    [
        ((), 0, 100),
        ((NEEDS,), 70, 70),
        ((NEEDS, NEEDS), 90, 90),
        ((NEEDS, BUYS), 80, 80),
        ((NEEDS,) * 9, 100, 100),
        ((BUYS,), 50, 50),
        ((BUYS, BUYS), 60, 60),
    ],
)
def test_what_an_anchor_asks_for_counts_more_than_to_sell_to_its_link(
    ties: tuple[TieKnown, ...], least: int, most: int
) -> None:
    assert points(ScorePart.ANCHORS, ties=ties) == (least, most)


@pytest.mark.parametrize(
    ("signs", "least", "most"),
    [
        ((), 0, 100),
        ((sign(SignKind.EXPANSION, date(2025, 12, 1)),), 70, 70),
        ((sign(SignKind.EXPANSION, date(2025, 11, 30)),), 35, 35),  # twelve months ago to the day
        ((sign(SignKind.EXPANSION, date(2024, 12, 1)),), 35, 35),
        ((sign(SignKind.EXPANSION, date(2024, 11, 30)),), 0, 100),  # says nothing any more
        ((sign(SignKind.FUNDING, DAY), sign(SignKind.HIRING, DAY)), 70, 70),
        ((sign(SignKind.EXPANSION, DAY), sign(SignKind.FUNDING, DAY)), 100, 100),
    ],
)
def test_signs_count_for_24_months_and_whole_for_12(
    signs: tuple[SignKnown, ...], least: int, most: int
) -> None:
    assert points(ScorePart.EXPANSION, signs=signs) == (least, most)


def test_every_kind_of_sign_is_worth_something() -> None:
    assert all(points(ScorePart.EXPANSION, signs=(sign(kind, DAY),))[0] > 0 for kind in SignKind)


@pytest.mark.parametrize(
    ("told", "least", "most"),
    [
        ({}, 0, 100),
        ({"capital": 100_000_000}, 40, 100),
        ({"capital": 99_999_999}, 32, 92),
        ({"capital": 10_000_000}, 20, 80),
        ({"capital": 500_000}, 8, 68),
        ({"established_on": date(2016, 11, 30)}, 30, 100),
        ({"established_on": date(2016, 12, 1)}, 21, 91),
        ({"established_on": date(2023, 11, 30)}, 12, 82),
        ({"established_on": date(2026, 1, 1)}, 6, 76),
        ({"established_on": date(2027, 1, 1)}, 6, 76),  # mistyped, and no fault of the page
        ({"tags": (("国家级专精特新", DAY),)}, 24, 94),
        ({"tags": (("专精特新小巨人", DAY),)}, 30, 100),
        ({"tags": (("拟上市", DAY),)}, 0, 100),
        ({"tags": (("重点", DAY),)}, 0, 100),
        ({"entered": (entered(FactKind.CREDIT_GOOD),)}, 24, 94),
        ({"entered": (entered(FactKind.CREDIT_POOR),), "tags": (("上市公司", DAY),)}, 0, 70),
        ({"gone": "注销", "tags": (("上市公司", DAY),)}, 0, 70),
        ({"capital": 100_000_000, "established_on": date(2000, 1, 1), "tags": (("上市", DAY),)}, 100, 100),
    ],
)
def test_strength_is_capital_age_and_credit_each_known_or_not(
    told: Mapping[str, Any], least: int, most: int
) -> None:
    assert points(ScorePart.STRENGTH, **told) == (least, most)


@pytest.mark.parametrize(
    ("kinds", "least", "most"),
    [
        ((), 0, 100),
        ((entered(FactKind.SITE_FITS),), 100, 100),
        ((entered(FactKind.SITE_HALF),), 50, 50),
        ((entered(FactKind.SITE_UNFIT),), 0, 0),
        ((entered(FactKind.SITE_UNFIT), entered(FactKind.SITE_FITS, date(2026, 1, 1))), 0, 0),
        ((entered(FactKind.SITE_FITS), entered(FactKind.SITE_UNFIT, date(2026, 1, 1))), 100, 100),
        ((entered(FactKind.NATIVE),), 0, 100),
    ],
)
def test_how_the_site_fits_is_what_was_said_last(
    kinds: tuple[EnteredKnown, ...], least: int, most: int
) -> None:
    assert points(ScorePart.SITE, entered=kinds) == (least, most)


@pytest.mark.parametrize(
    ("told", "least", "most"),
    [
        ({}, 0, 100),
        ({"contacts": 2}, 30, 30),
        ({"contacts": 2, "deciders": 1}, 50, 50),
        ({"met_on": date(2026, 1, 1)}, 50, 50),
        ({"met_on": date(2025, 1, 1)}, 30, 30),
        ({"met_on": date(2020, 1, 1)}, 10, 10),
        ({"entered": (entered(FactKind.NATIVE),)}, 40, 40),
        ({"entered": (entered(FactKind.NATIVE), entered(FactKind.NATIVE))}, 40, 40),
        ({"entered": (entered(FactKind.ALUMNUS), entered(FactKind.CHAMBER))}, 80, 80),
        ({"contacts": 1, "deciders": 1, "met_on": DAY, "entered": (entered(FactKind.NATIVE),)}, 100, 100),
    ],
)
def test_who_knows_somebody_there_is_within_reach(told: Mapping[str, Any], least: int, most: int) -> None:
    assert points(ScorePart.REACH, **told) == (least, most)


def test_a_company_of_which_nothing_is_known_may_have_any_score() -> None:
    score = rules.score_of(known(), rules.SHIPPED)
    assert (score.least, score.most, score.words) == (0, 100, "0–100")
    assert score.unknown == [each.label for each in ScorePart]
    assert all(one.lacking for one in score.parts)


def test_every_fact_says_from_where_it_is_and_of_which_day() -> None:
    score = rules.score_of(EVERYTHING, rules.SHIPPED)
    facts = [fact for one in score.parts for fact in one.facts]
    assert not score.unknown
    assert all(fact.words and fact.by.source and fact.by.on for fact in facts)


EVERYTHING = known(
    capital=80_000_000,
    established_on=date(2012, 3, 1),
    tags=(("专精特新", DAY),),
    gaps=(gap("3"),),
    ties=(NEEDS,),
    signs=(sign(SignKind.FUNDING, DAY),),
    entered=(entered(FactKind.SITE_HALF), entered(FactKind.ALUMNUS)),
    contacts=1,
    met_on=date(2026, 6, 1),
)


def test_a_score_is_the_sum_of_its_parts_and_a_range_only_where_something_is_unknown() -> None:
    score = rules.score_of(EVERYTHING, rules.SHIPPED)
    told = {one.part: float(one.least) for one in score.parts}
    assert told == {
        ScorePart.FIT: 15,
        ScorePart.ANCHORS: 14,
        ScorePart.EXPANSION: 10,
        ScorePart.STRENGTH: 12.9,
        ScorePart.SITE: 5,
        ScorePart.REACH: 10,
    }
    assert score.words == "66.9"
    assert rules.score_of(replace(EVERYTHING, signs=()), rules.SHIPPED).words == "56.9–76.9"


# --- the arithmetic ----------------------------------------------------------------------------------

FRACTIONS = st.fractions(min_value=0, max_value=1, max_denominator=60)
SHARES = st.sampled_from([(100,), (40, 30, 30), (50, 50), (70, 20, 10)])
WEIGHTS = st.integers(min_value=0, max_value=100)


def measures(shares: tuple[int, ...], fractions: list[Fraction | None]) -> list[Weighed]:
    fact = (ScoreFact("知道", BY),)
    return [
        Weighed(share, fraction, () if fraction is None else fact)
        for share, fraction in zip(shares, fractions, strict=False)
    ]


@given(SHARES, st.lists(st.none() | FRACTIONS, min_size=3, max_size=3), st.data(), WEIGHTS)
def test_the_range_holds_the_score_once_what_is_unknown_is_known(
    shares: tuple[int, ...], fractions: list[Fraction | None], data: st.DataObject, weight: int
) -> None:
    before = rules.weighed(ScorePart.SITE, measures(shares, fractions), weight)
    learned = [data.draw(FRACTIONS) if each is None else each for each in fractions]
    after = rules.weighed(ScorePart.SITE, measures(shares, list(learned)), weight)
    assert 0 <= before.least <= after.least == after.most <= before.most <= weight


@given(SHARES, st.lists(st.none() | FRACTIONS, min_size=3, max_size=3), st.integers(0, 20), st.integers(1, 5))
def test_points_grow_as_the_weight_does(
    shares: tuple[int, ...], fractions: list[Fraction | None], weight: int, times: int
) -> None:
    once = rules.weighed(ScorePart.SITE, measures(shares, fractions), weight)
    more = rules.weighed(ScorePart.SITE, measures(shares, fractions), weight * times)
    rounding = Decimal("0.05") * len(shares) * (times + 1)  # each measure is rounded once, to tenths
    assert abs(more.least - once.least * times) <= rounding
    assert abs(more.most - once.most * times) <= rounding


@st.composite
def hundred(draw: st.DrawFn) -> dict[ScorePart, int]:
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=5, max_size=5)))
    edges = [0, *cuts, 100]
    return {part: edges[n + 1] - edges[n] for n, part in enumerate(ScorePart)}


@given(hundred())
def test_whatever_the_weights_a_score_lies_within_a_hundred(weights: dict[ScorePart, int]) -> None:
    assert rules.problem_of_weights(weights) is None
    nothing, all_ = rules.score_of(known(), weights), rules.score_of(EVERYTHING, weights)
    assert (nothing.least, nothing.most) == (0, 100)
    assert 0 <= all_.least == all_.most <= 100


def test_weights_that_do_not_come_to_a_hundred_are_told_what_they_come_to() -> None:
    assert (
        rules.problem_of_weights({**rules.SHIPPED, ScorePart.FIT: 20}) == "六项分值加起来是 95，要正好是 100"
    )


def test_the_weights_as_shipped_are_those_of_the_domain() -> None:
    assert list(rules.SHIPPED.values()) == [25, 20, 20, 15, 10, 10]
    assert rules.problem_of_weights(rules.SHIPPED) is None


# --- vetoes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", rules.VETOES)
def test_a_veto_takes_the_place_of_the_points(kind: FactKind) -> None:
    score = rules.score_of(replace(EVERYTHING, entered=(entered(kind),)), rules.SHIPPED)
    assert score.words == f"一票否决：{kind.label}"
    (veto,) = score.vetoes
    assert (veto.fact.by.source, veto.fact.by.on) == ("会议纪要", DAY)


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("失信被执行人", "一票否决：失信"),
        ("两高", "一票否决：两高"),
        ("环保处罚", "一票否决：环保处罚"),
        ("非失信", "0–100"),
        ("环保处罚已整改", "0–100"),
    ],
)
def test_a_tag_of_the_company_forbids_by_its_whole_name(tag: str, words: str) -> None:
    assert rules.score_of(known(tags=((tag, DAY),)), rules.SHIPPED).words == words


def test_what_counts_for_points_forbids_nothing() -> None:
    others = tuple(entered(kind) for kind in FactKind if kind not in rules.VETOES)
    assert not rules.score_of(known(entered=others), rules.SHIPPED).is_vetoed


@pytest.mark.parametrize(
    ("day", "others", "problems"),
    [
        (DAY, 0, {}),
        (date(2026, 12, 1), 0, {"told_on": "日期还没有到，写今天或更早的日期"}),
        (date(202, 1, 1), 0, {"told_on": "日期早于 2000 年，看看年份"}),
        (DAY, 40, {"": "已经记了 40 条，先把过时的取消"}),
    ],
)
def test_what_is_wrong_with_a_fact_is_told(day: date, others: int, problems: dict[str, str]) -> None:
    assert rules.problems_of_fact(day, DAY, others) == problems


# --- lists and other weights -------------------------------------------------------------------------


def a_score(least: int, most: int, *vetoes: FactKind) -> Score:
    part = PartScore(ScorePart.FIT, 100, Decimal(least), Decimal(most), (), ())
    known_ = known(entered=tuple(entered(kind) for kind in vetoes))
    return Score((part,), rules.score_of(known_, rules.SHIPPED).vetoes)


@pytest.mark.parametrize(
    ("score", "bands"),
    [
        (a_score(60, 60), {ScoreBand.SURE, ScoreBand.LIKELY, ScoreBand.POSSIBLE}),
        (a_score(59, 70), {ScoreBand.LIKELY, ScoreBand.POSSIBLE}),
        (a_score(10, 59), set()),
        (a_score(0, 100), {ScoreBand.POSSIBLE}),
        (a_score(90, 90, FactKind.DISHONEST), {ScoreBand.VETOED}),
    ],
)
def test_a_list_is_narrowed_by_what_is_sure_and_by_what_may_come(score: Score, bands: set[ScoreBand]) -> None:
    assert {band for band in ScoreBand if score.is_in(band)} == bands


def test_a_look_tells_how_many_scores_change_and_the_one_that_changes_most() -> None:
    up = rules.Shift("甲公司", a_score(40, 60), a_score(45, 60))
    down = rules.Shift("乙公司", a_score(50, 50), a_score(20, 20))
    same = rules.Shift("丙公司", a_score(10, 10), a_score(10, 10))
    vetoed = rules.Shift("丁公司", a_score(1, 1, FactKind.TAKEN), a_score(9, 9, FactKind.TAKEN))
    told = rules.words_of_shifts([up, down, same, vetoed])
    assert told[0] == "照这样算，今天在库的 3 家目标企业里有 2 家评分会变：升 1 家，降 1 家。"
    assert told[1] == "变得最多的是乙公司：50 变为 20。"
    assert rules.words_of_shifts([same]) == ["照这样算，今天在库的 1 家目标企业评分都不变。"]
    assert rules.words_of_shifts([vetoed]) == ["现在没有要评分的目标企业。"]
