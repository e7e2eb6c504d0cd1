from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.promotion.steps.enums import DueGroup
from app.promotion.steps.rules import (
    end_of_week,
    group_of,
    is_overdue,
    light_of,
    working_days_late,
)

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("due_on", "kind", "words"),
    [
        (date(2026, 11, 17), "red", "逾期 4 个工作日"),
        (date(2026, 11, 20), "red", "逾期 1 个工作日"),
        (MONDAY, "yellow", "今天到期"),
        (date(2026, 11, 25), "yellow", "剩 2 天"),
        (date(2026, 11, 27), None, "剩 4 天"),
        (date(2025, 1, 1), "red", "逾期一年以上"),
    ],
)
def test_a_step_says_how_it_stands(due_on, kind, words):
    light = light_of(due_on, MONDAY)
    assert (light.kind, light.words) == (kind, words)


def test_lateness_over_a_weekend_is_no_working_day_yet():
    friday, saturday = date(2026, 11, 20), date(2026, 11, 21)
    assert is_overdue(friday, saturday)
    assert light_of(friday, saturday).words == "逾期，不足 1 个工作日"


def test_public_holidays_are_no_lateness():
    assert working_days_late(date(2026, 9, 30), date(2026, 10, 7)) == 0


def test_a_year_without_a_calendar_is_late_by_monday_to_friday():
    assert working_days_late(date(2038, 3, 5), date(2038, 3, 15)) == 6


@pytest.mark.parametrize(
    ("due_on", "group"),
    [
        (date(2026, 11, 22), DueGroup.OVERDUE),
        (MONDAY, DueGroup.TODAY),
        (date(2026, 11, 29), DueGroup.THIS_WEEK),
        (date(2026, 11, 30), DueGroup.LATER),
    ],
)
def test_a_step_stands_under_one_heading(due_on, group):
    assert group_of(due_on, MONDAY) is group


DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@given(DAYS, st.integers(0, 360))
def test_working_days_late_never_exceed_the_days(due_on, later):
    today = due_on + timedelta(days=later)
    assert 0 <= working_days_late(due_on, today) <= later
    assert (later > 0) == is_overdue(due_on, today)


@given(DAYS)
def test_a_week_ends_on_sunday(day):
    assert end_of_week(day).weekday() == 6
    assert 0 <= (end_of_week(day) - day).days <= 6
