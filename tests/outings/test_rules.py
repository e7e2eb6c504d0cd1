"""What an outing may be, and what came of a company of its schedule."""

from datetime import date

import pytest

from app.promotion.outings.enums import OutingDirection as D
from app.promotion.outings.enums import StopState
from app.promotion.outings.rules import (
    problem_of_stop,
    problems_of,
    problems_of_stops,
    read_time,
    stop_state,
)

FIRST, LAST = date(2026, 9, 7), date(2026, 9, 9)


@pytest.mark.parametrize(
    ("direction", "first", "last", "letter", "heads", "fields"),
    [
        (D.OUT, FIRST, LAST, "", None, set()),
        (D.IN, FIRST, FIRST, "青招函〔2026〕1 号", 6, set()),
        (D.OUT, LAST, FIRST, "", None, {"last_on"}),
        (D.OUT, FIRST, date(2026, 10, 7), "", None, set()),
        (D.OUT, FIRST, date(2026, 10, 8), "", None, {"last_on"}),
        (D.OUT, date(206, 9, 7), date(206, 9, 8), "", None, {"first_on"}),
        (D.OUT, FIRST, LAST, "青招函〔2026〕1 号", 6, {"letter", "heads"}),
    ],
)
def test_what_cannot_be_is_told_at_its_field(
    direction: D, first: date, last: date, letter: str, heads: int | None, fields: set[str]
) -> None:
    assert problems_of(direction, first, last, letter, heads).keys() == fields


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("", ""),
        ("9:30", "09:30"),
        ("09：05", "09:05"),
        ("14点30分", "14:30"),
        ("14时", "14:00"),
        ("9.30", "09:30"),
        ("0930", "09:30"),
        ("9:3０", "09:30"),
        ("930", "09:30"),
        ("24:00", None),
        ("上午", None),
    ],
)
def test_a_time_is_read_as_people_write_it(typed: str, time: str | None) -> None:
    assert read_time(typed) == time


@pytest.mark.parametrize(
    ("met", "missed", "today", "state"),
    [
        (False, "", date(2026, 9, 6), StopState.AHEAD),
        (False, "", FIRST, StopState.AHEAD),
        (False, "", date(2026, 9, 8), StopState.SILENT),
        (True, "", FIRST, StopState.MET),
        (False, "对方改期", FIRST, StopState.MISSED),
        (True, "对方改期", LAST, StopState.MET),
    ],
)
def test_what_came_of_a_company_follows_from_the_visits_of_its_day(
    met: bool, missed: str, today: date, state: StopState
) -> None:
    assert stop_state(FIRST, met, missed, today) is state


def test_the_schedule_lies_within_its_days() -> None:
    assert problem_of_stop(FIRST, FIRST, LAST) is None
    assert problem_of_stop(date(2026, 9, 10), FIRST, LAST) is not None
    told = problems_of_stops([FIRST, FIRST, LAST], date(2026, 9, 8), LAST)
    assert told.keys() == {"first_on"} and "2026-09-07 已经排了 2 项日程" in told["first_on"]
