"""The days that figures of chains are asked for."""

from datetime import date

import pytest

from app.core.values.errors import RuleBroken
from app.figures.chain_figures.rules import ChainDays, checked_days, month_of

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (None, None, (date(2026, 1, 1), TODAY)),
        (None, date(2025, 3, 31), (date(2025, 1, 1), date(2025, 3, 31))),
        (date(2025, 12, 1), None, (date(2025, 12, 1), TODAY)),
        (TODAY, TODAY, (TODAY, TODAY)),
    ],
)
def test_days_are_this_year_up_to_today_unless_told_otherwise(
    start: date | None, end: date | None, found: tuple[date, date]
) -> None:
    assert checked_days(start, end, TODAY) == ChainDays(*found)


@pytest.mark.parametrize(
    ("start", "end", "field", "words"),
    [
        (None, date(2026, 11, 24), "on", "截至日最晚是今天 2026-11-23"),
        (None, date(1999, 12, 31), "on", "看看年份"),
        (date(1900, 1, 1), None, "from", "看看年份"),
        (date(2026, 11, 23), date(2026, 11, 22), "from", "请对调"),
    ],
)
def test_impossible_days_are_refused_with_a_sentence(
    start: date | None, end: date | None, field: str, words: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        checked_days(start, end, TODAY)
    assert words in refused.value.problems[field]


@pytest.mark.parametrize(
    ("asked", "days", "before"),
    [
        ("", ("2026-11-01", "2026-11-23"), ("2026-10-01", "2026-10-23")),
        ("2026-11", ("2026-11-01", "2026-11-23"), ("2026-10-01", "2026-10-23")),
        ("2026-10", ("2026-10-01", "2026-10-31"), ("2026-09-01", "2026-09-30")),
        ("2026-03", ("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        ("2026-01", ("2026-01-01", "2026-01-31"), ("2025-12-01", "2025-12-31")),
    ],
)
def test_a_month_stands_beside_as_much_of_the_one_before(
    asked: str, days: tuple[str, str], before: tuple[str, str]
) -> None:
    found = month_of(asked, TODAY)
    assert found == ChainDays(*map(date.fromisoformat, days))
    assert found.before == ChainDays(*map(date.fromisoformat, before))


def test_a_month_that_has_come_further_than_the_one_before_was_long_stands_beside_all_of_it() -> None:
    assert month_of("", date(2026, 3, 30)).before == ChainDays(date(2026, 2, 1), date(2026, 2, 28))


def test_dates_are_looked_for_to_the_end_of_the_month() -> None:
    assert month_of("", TODAY).horizon == date(2026, 11, 30)
    assert month_of("2026-02", TODAY).horizon == date(2026, 2, 28)


@pytest.mark.parametrize(
    "asked", ["2026-13", "2026", "11", "２０２６年", "2026-11-01", "2026-12", "1999-12", "0001-01"]
)
def test_what_is_no_month_is_refused_with_a_sentence(asked: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        month_of(asked, TODAY)
    assert refused.value.problems["month"]
