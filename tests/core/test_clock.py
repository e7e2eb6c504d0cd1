"""Time as people read it."""

from datetime import date, timedelta

import pytest

from app.core.values.clock import age_in_words, whole_years, years_before

SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (0 * SECOND, "1 秒"),
        (59 * SECOND, "59 秒"),
        (90 * SECOND, "1 分钟"),
        (5 * HOUR, "5 小时"),
        (3 * DAY, "3 天"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(age: timedelta, words: str) -> None:
    assert age_in_words(age) == words


@pytest.mark.parametrize(
    ("day", "years", "before"),
    [
        (date(2026, 11, 30), 10, date(2016, 11, 30)),
        (date(2024, 2, 29), 4, date(2020, 2, 29)),
        (date(2024, 2, 29), 1, date(2023, 2, 28)),
    ],
)
def test_the_same_day_of_an_earlier_year_is_the_28th_where_there_is_no_29th(
    day: date, years: int, before: date
) -> None:
    assert years_before(day, years) == before


@pytest.mark.parametrize(
    ("since", "day", "years"),
    [
        (date(2015, 6, 1), date(2026, 5, 31), 10),
        (date(2015, 6, 1), date(2026, 6, 1), 11),
        (date(2016, 2, 29), date(2026, 2, 28), 9),
        (date(2016, 2, 29), date(2026, 3, 1), 10),
    ],
)
def test_the_last_year_counts_once_it_is_whole(since: date, day: date, years: int) -> None:
    assert whole_years(since, day) == years
