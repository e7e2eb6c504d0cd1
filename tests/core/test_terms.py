"""Stretches of days: both ends belong to them, and without a last one they go on."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.values.terms import Days

MARCH = Days(date(2026, 3, 1), date(2026, 3, 31))
SOME_DAYS = st.dates(date(2026, 1, 1), date(2026, 2, 28))
STRETCHES = st.builds(
    lambda first, length: Days(first, None if length is None else first + timedelta(days=length)),
    SOME_DAYS,
    st.none() | st.integers(0, 30),
)


@pytest.mark.parametrize(
    ("day", "is_in"),
    [
        (date(2026, 2, 28), False),
        (date(2026, 3, 1), True),
        (date(2026, 3, 31), True),
        (date(2026, 4, 1), False),
    ],
)
def test_both_ends_belong_to_it(day, is_in):
    assert MARCH.covers(day) is is_in


def test_it_is_told_with_its_ends():
    assert MARCH.words == "2026-03-01 至 2026-03-31"
    assert Days(date(2026, 3, 1)).words == "2026-03-01 起"


@given(STRETCHES, STRETCHES)
def test_two_overlap_where_one_day_is_in_both(one, other):
    days = (date(2026, 1, 1) + timedelta(days=number) for number in range(120))
    assert one.overlaps(other) == other.overlaps(one)
    assert one.overlaps(other) == any(one.covers(day) and other.covers(day) for day in days)
