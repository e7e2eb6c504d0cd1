"""Stretches of days: both ends belong to them, and without a last one they go on."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.values.terms import (
    Days,
    DaysState,
    fallen_out,
    in_short,
    light_on,
    problems_of_days,
    state_on,
)

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


# --- what takes place on some days ---------------------------------------------------------------------

FIRST, LAST = date(2026, 9, 7), date(2026, 9, 9)


@pytest.mark.parametrize(
    ("day", "state", "kind", "words"),
    [
        (date(2026, 9, 1), DaysState.PLANNED, None, "6 天后开始"),
        (date(2026, 9, 4), DaysState.PLANNED, "yellow", "3 天后开始"),
        (FIRST, DaysState.RUNNING, "green", "进行中"),
        (LAST, DaysState.RUNNING, "green", "进行中"),
        (date(2026, 9, 10), DaysState.OVER, None, "已结束"),
    ],
)
def test_it_stands_by_its_days(day, state, kind, words):
    assert state_on(FIRST, LAST, day) is state
    light = light_on(FIRST, LAST, day)
    assert (light.kind, light.words) == (kind, words)


@pytest.mark.parametrize(
    ("first", "last", "problems"),
    [
        (FIRST, LAST, {}),
        (FIRST, FIRST, {}),
        (LAST, FIRST, {"last_on": "最后一天不能早于第一天（2026-09-09），这样一天也没有，请改其中一个"}),
        (date(206, 9, 7), date(206, 9, 8), {"first_on": "第一天太早，请核对年份"}),
        (FIRST, FIRST + timedelta(31), {"last_on": "太长"}),
    ],
)
def test_what_is_wrong_with_days_is_told_at_one_of_them(first, last, problems):
    assert problems_of_days(first, last, timedelta(30), "太长") == problems


@given(st.lists(SOME_DAYS), SOME_DAYS, SOME_DAYS)
def test_each_day_is_within_or_falls_out_at_one_end(days, one, other):
    first, last = sorted((one, other))
    lost = fallen_out(days, first, last)
    within = [day for day in days if first <= day <= last]
    assert sorted([*within, *(day for each in lost.values() for day in each)]) == sorted(days)
    assert all(day < first for day in lost.get("first_on", ()))
    assert all(day > last for day in lost.get("last_on", ()))


def test_many_days_are_told_by_the_first_and_their_number():
    assert in_short([LAST, FIRST, FIRST]) == "2026-09-07、2026-09-09"
    assert (
        in_short([FIRST + timedelta(each) for each in range(5)])
        == "2026-09-07、2026-09-08、2026-09-09 等 5 天"
    )
