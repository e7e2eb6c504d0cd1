"""What the funnel's figures mean: the median, the ratio, the period."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.values.clock import BEIJING
from app.core.values.errors import RuleBroken
from app.figures.reports.rules import LEAST, Closed, Period, checked_period, closed_of, median, ratio, stuck

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("histogram", "expected"),
    [
        ({}, None),
        ({7: 1}, 7),
        ({3: 1, 9: 1}, 6),
        ({3: 2, 9: 1}, 3),
        ({0: 1, 4: 2, 30: 1}, 4),
        ({1: 1, 2: 1, 100: 1}, 2),
        ({5: 2, 6: 2}, 5.5),
    ],
)
def test_the_median_of_days_is_the_middle_or_the_mean_of_the_two_middle_ones(histogram, expected):
    assert median(histogram) == expected


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(1, 3, "33.3%"), (0, 5, "0.0%"), (5, 5, "100.0%"), (0, 0, "—"), (2, 0, "—")],
)
def test_a_ratio_has_one_decimal_and_nothing_to_divide_by_is_a_dash(part, whole, words):
    assert ratio(part, whole) == words


def test_stuck_is_what_each_stage_lost_to_the_next_and_the_last_has_none():
    assert stuck([10, 6, 6, 1]) == [4, 0, 5]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((None, None, None), Period(date(2026, 1, 1), TODAY, TODAY)),
        (
            (None, None, date(2025, 10, 31)),
            Period(date(2025, 1, 1), date(2025, 10, 31), date(2025, 10, 31)),
        ),
        (
            (date(2025, 3, 1), date(2025, 6, 30), None),
            Period(date(2025, 3, 1), date(2025, 6, 30), date(2025, 6, 30)),
        ),
        (
            (date(2026, 1, 1), date(2026, 12, 31), None),
            Period(date(2026, 1, 1), date(2026, 12, 31), TODAY),
        ),
        ((TODAY, TODAY, TODAY), Period(TODAY, TODAY, TODAY)),
    ],
)
def test_what_is_left_out_of_a_period_is_this_year_up_to_today(given, expected):
    assert checked_period(*given, None, TODAY) == expected


@pytest.mark.parametrize(
    ("start", "end", "as_of", "field"),
    [
        (None, None, date(2026, 11, 24), "as_of"),
        (date(2026, 5, 1), date(2026, 4, 30), None, "from"),
        (date(1999, 1, 1), date(2026, 1, 1), None, "from"),
    ],
)
def test_an_impossible_period_is_refused_at_the_field_that_is_wrong(start, end, as_of, field):
    with pytest.raises(RuleBroken) as refusal:
        checked_period(start, end, as_of, None, TODAY)
    assert set(refusal.value.problems) == {field}


def test_the_last_day_counted_is_never_after_the_day_looked_from():
    period = Period(date(2026, 1, 1), date(2026, 12, 31), date(2026, 6, 30))
    assert period.last_day == date(2026, 6, 30)


YI = 100_000_000
MANY = st.lists(st.integers(0, 9_000 * YI), max_size=20)


@pytest.mark.parametrize(
    ("amounts", "told"),
    [
        ((), Closed(0, 0)),
        ((26 * YI,), Closed(0, 0)),
        ((26 * YI, 3 * YI), Closed(0, 0)),
        ((26 * YI, 3 * YI, 40_000_000), Closed(3, 29 * YI)),
        ((26 * YI, 3 * YI, 50_000_000), Closed(3, 30 * YI)),
        ((26 * YI, 3 * YI, 0, 7 * YI), Closed(3, 29 * YI)),
        ((1, 1, 1, 1, 1, 1), Closed(6, 0)),
    ],
)
def test_confidential_leads_are_told_in_threes_and_in_whole_yi(amounts, told):
    assert closed_of(amounts) == told


@given(MANY, st.integers(0, 9_000 * YI))
def test_one_confidential_lead_more_is_never_the_difference_of_two_figures(amounts, one_more):
    """What is asked of a longer period, less what is asked of a shorter one."""
    before, after = closed_of(amounts), closed_of([*amounts, one_more])
    assert after.count - before.count in (0, LEAST)
    if after.count == before.count:
        assert after == before
    assert after.count == 0 or after.count >= LEAST
    assert after.amount % YI == 0


@given(MANY.filter(bool), st.data())
def test_one_confidential_lead_less_moves_the_count_by_three_or_not_at_all(amounts, data):
    gone = data.draw(st.integers(0, len(amounts) - 1))
    without = [amount for place, amount in enumerate(amounts) if place != gone]
    assert closed_of(amounts).count - closed_of(without).count in (0, LEAST)


@pytest.mark.parametrize(
    ("start", "last", "as_of", "known_at", "is_of_months"),
    [
        (date(2026, 1, 1), TODAY, TODAY, None, True),
        (date(2026, 10, 1), date(2026, 10, 31), date(2026, 10, 31), None, True),
        (date(2026, 2, 1), date(2026, 2, 28), TODAY, None, True),
        (date(2026, 1, 1), date(2026, 12, 31), TODAY, None, True),
        (date(2026, 10, 2), date(2026, 10, 31), date(2026, 10, 31), None, False),
        (date(2026, 10, 1), date(2026, 10, 30), TODAY, None, False),
        (date(2026, 1, 1), date(2026, 10, 31), date(2026, 11, 22), None, False),
        (date(2026, 10, 1), date(2026, 10, 31), TODAY, datetime(2026, 11, 1, tzinfo=BEIJING), True),
        (date(2026, 10, 1), date(2026, 10, 31), TODAY, datetime(2026, 11, 1, 0, 1, tzinfo=BEIJING), False),
        (date(2026, 10, 1), date(2026, 10, 31), TODAY, datetime(2026, 11, 2, tzinfo=BEIJING), False),
    ],
)
def test_only_whole_months_or_up_to_today_tell_of_confidential_leads(
    start, last, as_of, known_at, is_of_months
):
    assert Period(start, last, as_of, known_at).is_of_months(TODAY) is is_of_months
