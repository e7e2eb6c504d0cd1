"""How numbers become scores: the shipped schemes with worked examples, and what holds for any numbers."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.values.credit import WHOLE
from app.core.values.money import YI
from app.promotion.assessments import rules
from app.promotion.assessments.enums import Counting, ItemPart, RuleKind, SpanKind
from app.promotion.assessments.rules import POINT, ScoreItem, scored
from app.promotion.assessments.rules.scoring import points_of
from app.promotion.assessments.rules.shipped import RESIDENT_MONTH, UNIT_GOALS, UNIT_POWER

MEASURED = {
    "duty.days": False,
    "duty.absent": False,
    "visit.outbound": False,
    "visit.reception": False,
    "lead.valid": True,
    "lead.signed": True,
    "lead.negotiating": True,
}


def _pieces(**numbers: float) -> dict[str, int]:
    return {code: int(number * WHOLE) for code, number in numbers.items()}


def _points(found: rules.Scored) -> dict[str, str]:
    return {line.item.code: rules.shown_points(line.points) for line in found.lines}


# --- the shipped schemes, worked by hand ---------------------------------------------------------


def test_the_monthly_table_of_resident_teams_by_hand() -> None:
    """Three teams: the best in most, a middling one, one that was away and caught at it."""
    found = scored(
        RESIDENT_MONTH.items,
        {
            1: _pieces(days=21, visits=12, receptions=4, projects=3, fine=1, leaders=2, foreign=0.5),
            2: _pieces(days=16, visits=9, receptions=3, projects=2, fine=0, leaders=1),
            3: _pieces(days=7, visits=1, receptions=0, projects=0, fine=0, leaders=0, absent=2),
        },
    )
    assert _points(found[1]) == {
        "days": "10",
        "absent": "0",
        "foreign": "10",  # introduced by two: half of 20
        "visits": "10",
        "receptions": "10",
        "projects": "15",
        "fine": "15",
        "leaders": "20",
    }
    assert rules.shown_points(found[1].total) == "90"
    assert _points(found[2]) == {
        "days": "9",
        "absent": "0",
        "foreign": "0",
        "visits": "7.5",
        "receptions": "7.5",
        "projects": "10",
        "fine": "0",
        "leaders": "10",
    }
    assert rules.shown_points(found[2].total) == "44"
    # 7 days are three short of ten: 8 − 3; two absences take 20 off, and no total lies below 0
    assert _points(found[3])["days"] == "5" and _points(found[3])["absent"] == "−20"
    assert (found[3].total, rules.shown_points(found[3].levelled)) == (0, "14.17")
    assert rules.places_of({group: one.total for group, one in found.items()}) == {1: 1, 2: 2, 3: 3}


def test_units_by_goals_with_deductions_by_hand() -> None:
    """(6 of 10 × 50 %, 8 of 10 亿 × 50 %) × 100, two late starts, one false report."""
    of = {"count": 6 * WHOLE, "amount": 8 * YI, "late": 2 * WHOLE, "false": WHOLE}
    found = scored(UNIT_GOALS.items, {1: of, 2: {"count": 30 * WHOLE, "amount": 20 * YI}})
    assert _points(found[1]) == {"count": "30", "amount": "40", "late": "−0.2", "false": "−0.2"}
    assert rules.shown_points(found[1].total) == "69.6"
    assert rules.shown_points(found[2].total) == "100"  # capped


def test_units_by_the_power_coefficient_by_hand() -> None:
    """(v − min) ÷ (max − min) × 40 + 60: 5 between 2 and 8 is 80 of a hundred."""
    valid = {1: 2, 2: 5, 3: 8}
    found = scored(UNIT_POWER.items, {group: _pieces(valid=number) for group, number in valid.items()})
    assert [_points(found[group])["valid"] for group in valid] == ["18", "24", "30"]
    assert _points(found[1])["talks"] == "18"  # all have none: the base


def test_what_is_shipped_can_be_put_in_force_as_it_is() -> None:
    for scheme in rules.SHIPPED:
        assert rules.problem_of_items(scheme.items, MEASURED) == "", scheme.name


# --- each rule --------------------------------------------------------------------------------------


def _item(rule: RuleKind, **more) -> ScoreItem:
    return ScoreItem(code="a", name="一项", part=ItemPart.ACTIVITY, rule=rule, **more)


STEPS = {"steps": ((20000, 1000), (15000, 900), (10000, 800)), "each": 100}


@pytest.mark.parametrize(
    ("item", "quantity", "others", "points"),
    [
        (_item(RuleKind.TO_MAX, weight=1000), 1000, [3000], 333),
        (_item(RuleKind.TO_MAX, weight=1000), 2000, [3000], 667),
        (_item(RuleKind.TO_MAX, weight=1000, digits=0), 2000, [3000], 700),
        (_item(RuleKind.TO_MAX, weight=1000), 0, [0], 0),
        (_item(RuleKind.TO_GOAL, weight=1000, goal=8000), 10000, [], 1250),
        (_item(RuleKind.TO_GOAL, weight=1000, goal=8000, most=1000), 10000, [], 1000),
        (_item(RuleKind.STEPS, **STEPS), 20000, [], 1000),
        (_item(RuleKind.STEPS, **STEPS), 19500, [], 900),
        (_item(RuleKind.STEPS, **STEPS), 9000, [], 700),
        (_item(RuleKind.STEPS, **STEPS), 0, [], -200),
        (_item(RuleKind.STEPS, **STEPS, least=0), 0, [], 0),
        (_item(RuleKind.EACH, each=2000), 500, [], 1000),
        (_item(RuleKind.DEDUCT, each=1000), 3000, [], -3000),
        (_item(RuleKind.DEDUCT, each=1000, least=-2000), 3000, [], -2000),
        (_item(RuleKind.EACH, each=15, digits=1), 1000, [], 20),  # half goes up
        (_item(RuleKind.DEDUCT, each=15, digits=1), 1000, [], -20),
    ],
)
def test_points(item: ScoreItem, quantity: int, others: list[int], points: int) -> None:
    assert points_of(item, quantity, [quantity, *others]) == points


def test_a_veto_makes_it_nothing_and_says_by_what() -> None:
    items = (_item(RuleKind.TO_MAX, weight=10000), replace(_item(RuleKind.VETO), code="v", name="弄虚作假"))
    found = scored(items, {1: {"a": 3000, "v": 1000}, 2: {"a": 1000}})
    assert (found[1].total, found[1].vetoed_by, found[1].levelled) == (0, "弄虚作假", -10000)
    assert found[2].total == 3333


# --- what is wrong with items -----------------------------------------------------------------------


def test_weights_that_do_not_make_a_hundred_are_told_with_their_sum() -> None:
    items = [replace(RESIDENT_MONTH.items[0], weight=500), *RESIDENT_MONTH.items[1:]]
    assert "加起来是 95 分，要正好 100 分，现在少 5 分" in rules.problem_of_items(items, MEASURED)


@pytest.mark.parametrize(
    ("item", "field"),
    [
        (_item(RuleKind.TO_MAX, weight=100, measure="no.such"), "measure"),
        (_item(RuleKind.TO_MAX, weight=100, measure="visit.outbound", counting=Counting.AMOUNT), "counting"),
        (_item(RuleKind.TO_MAX), "weight"),
        (_item(RuleKind.VETO, weight=100), "weight"),
        (_item(RuleKind.TO_GOAL, weight=100), "goal"),
        (_item(RuleKind.STEPS, weight=100), "steps"),
        (_item(RuleKind.EACH), "each"),
        (_item(RuleKind.TO_MAX, weight=100, most=5, least=6), "most"),
    ],
)
def test_an_item_that_cannot_be_scored_says_at_which_field(item: ScoreItem, field: str) -> None:
    assert set(rules.problem_of_item(item, MEASURED)) == {field}


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("20=10，15=9，10=8", ((20000, 1000), (15000, 900), (10000, 800))),
        ("10=8; 20=10.5", ((20000, 1050), (10000, 800))),
        ("20=10，20=9", None),
        ("二十=10", None),
        ("", ()),
    ],
)
def test_steps_as_people_write_them(text: str, steps: object) -> None:
    assert rules.read_steps(text, Counting.COUNT) == steps
    if steps:
        assert rules.read_steps(rules.written_steps(steps, Counting.COUNT), Counting.COUNT) == steps


@pytest.mark.parametrize(
    ("kind", "first", "last", "label"),
    [
        (SpanKind.MONTH, date(2026, 12, 1), date(2026, 12, 31), "2026 年 12 月"),
        (SpanKind.QUARTER, date(2026, 10, 1), date(2026, 12, 31), "2026 年 4 季度"),
        (SpanKind.YEAR, date(2026, 1, 1), date(2026, 12, 31), "2026 年"),
    ],
)
def test_spans(kind: SpanKind, first: date, last: date, label: str) -> None:
    span = rules.span_of(kind, date(2026, 12, 20))
    assert (span.first, span.last, span.label) == (first, last, label)
    assert span.after.before == span


# --- for any numbers --------------------------------------------------------------------------------

_QUANTITIES = st.dictionaries(
    st.integers(1, 30),
    st.fixed_dictionaries({item.code: st.integers(0, 40_000) for item in RESIDENT_MONTH.items}),
    min_size=1,
    max_size=12,
)


@given(_QUANTITIES)
def test_the_parts_sum_up_to_the_total_which_is_never_below_nothing(quantities) -> None:
    for one in scored(RESIDENT_MONTH.items, quantities).values():
        assert sum(line.points for line in one.lines) + one.levelled == one.total >= 0
        assert one.part(ItemPart.ACTIVITY) + one.part(ItemPart.OUTCOME) + one.levelled == one.total


@given(_QUANTITIES, st.randoms())
def test_the_order_in_which_they_are_compared_changes_nothing(quantities, random) -> None:
    turned = list(quantities.items())
    random.shuffle(turned)
    assert scored(RESIDENT_MONTH.items, dict(turned)) == scored(RESIDENT_MONTH.items, quantities)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=20), st.integers(1, 10_000), st.integers(0, 2))
def test_the_best_has_the_full_weight_and_nobody_more(numbers, weight, digits) -> None:
    item = _item(RuleKind.TO_MAX, weight=weight * 100, digits=digits)
    points = [points_of(item, number, numbers) for number in numbers]
    assert max(points) == (item.weight if max(numbers) else 0)
    exact = [Fraction(item.weight * number, max(numbers) or 1) for number in numbers]
    assert all(abs(one - of) * 2 <= 10 ** (2 - digits) for one, of in zip(points, exact, strict=True))


@given(st.dictionaries(st.integers(1, 30), st.integers(0, 5), min_size=1))
def test_places_are_shared_by_equals(totals) -> None:
    places = rules.places_of(totals)
    assert all(places[one] == 1 + sum(other > totals[one] for other in totals.values()) for one in totals)
    assert POINT == 100
