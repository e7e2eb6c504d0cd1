"""What the funnel's figures mean: the median, the ratio, the period."""

from datetime import date

import pytest

from app.core.errors import RuleBroken
from app.reports.enums import Figure
from app.reports.rules import METRICS, Period, checked_period, median, ratio, stuck

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


def test_every_figure_is_defined_with_its_version():
    assert set(METRICS) == set(Figure)
    assert all(metric.version >= 1 and metric.cut_off for metric in METRICS.values())


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
