"""Working days of the State Council's calendar, make-up days included. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

DAY = timedelta(days=1)


@lru_cache(maxsize=4096)
def is_working_day(day: date) -> bool:
    """By the State Council's calendar; Monday to Friday for a year it has not published yet."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


@lru_cache(maxsize=16)
def calendar_gap(year: int) -> str:
    """What people must be told of a year whose holidays are not known; empty when they are.

    A year to come is no gap yet: its holidays are published in the autumn before, and lateness looks back.
    """
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return f"没有 {year} 年的节假日安排，工作日暂按周一到周五算"
    return ""


def working_days(first: date, last: date) -> Iterator[date]:
    """The working days from the first to the last day, both included; none the wrong way round."""
    for offset in range((last - first).days + 1):
        if is_working_day(day := first + offset * DAY):
            yield day


def working_day_before(day: date) -> date:
    """The day itself or the last working day before it."""
    while not is_working_day(day):
        day -= DAY
    return day


def working_day_after(day: date) -> date:
    """The day itself or the first working day after it."""
    while not is_working_day(day):
        day += DAY
    return day
