"""Working days: holidays, make-up days, years that nobody has published."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.values.workdays import (
    calendar_gap,
    is_working_day,
    working_day_after,
    working_day_before,
    working_days,
)

MAKE_UP_DAYS = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]  # of 2026, all Saturdays or Sundays


@pytest.mark.parametrize(("month", "day"), MAKE_UP_DAYS)
def test_a_weekend_worked_for_a_holiday_is_a_working_day(month, day):
    made_up = date(2026, month, day)
    assert made_up.weekday() > 4
    assert is_working_day(made_up)


def test_a_week_of_the_national_day_has_its_own_working_days():
    week = list(working_days(date(2026, 10, 5), date(2026, 10, 11)))
    assert week == [date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 10)]


def test_days_the_wrong_way_round_hold_no_working_day():
    assert list(working_days(date(2026, 10, 9), date(2026, 10, 8))) == []


def test_around_a_holiday_the_days_before_and_after_are_found():
    assert working_day_before(date(2026, 10, 4)) == date(2026, 9, 30)
    assert working_day_after(date(2026, 10, 4)) == date(2026, 10, 8)
    assert working_day_before(date(2026, 10, 8)) == working_day_after(date(2026, 10, 8)) == date(2026, 10, 8)


def test_a_year_without_a_calendar_has_monday_to_friday_and_can_be_told():
    assert len(list(working_days(date(2038, 3, 1), date(2038, 3, 7)))) == 5
    assert "没有 2038 年的节假日安排" in calendar_gap(2038)
    assert calendar_gap(2026) == ""


@given(st.dates(date(2004, 1, 1), date(2040, 12, 31)), st.integers(0, 60))
def test_working_days_are_those_days_that_are_working_days(first, length):
    days = [first + timedelta(days=offset) for offset in range(length)]
    last = first + timedelta(days=length - 1)
    assert list(working_days(first, last)) == [day for day in days if is_working_day(day)]
