"""Decisions about outings: their days, the times of a schedule, what came of a company. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta

from app.core.values.terms import fallen_out, in_short, problems_of_days
from app.promotion.outings.enums import OutingDirection, StopState

LONGEST = timedelta(days=30)  # between the first day and the last
MOST_STOPS = 60  # of one outing
_TIME = re.compile(r"([01]?\d|2[0-3])(?:[:.点时](?:([0-5]\d)分?)?|([0-5]\d))", re.ASCII)
_TOO_LONG = f"一次最长 {LONGEST.days + 1} 天，请核对日期；分几次去的，请分开登记"


def problems_of(
    direction: OutingDirection, first_on: date, last_on: date, letter: str, heads: int | None
) -> dict[str, str]:
    """What is wrong with an outing as typed: {field: sentence}."""
    problems = problems_of_days(first_on, last_on, LONGEST, _TOO_LONG)
    if direction is OutingDirection.OUT:
        told = {"letter": letter, "heads": heads}
        problems |= {
            name: "只有来访批次填这一项；方式选的是带队外出，请清空，或改方式"
            for name, value in told.items()
            if value
        }
    return problems


def problem_of_stop(day: date, first_on: date, last_on: date) -> str | None:
    """Why a schedule has nothing on a day."""
    return None if first_on <= day <= last_on else f"日程要在这次的日子之内：{first_on} 至 {last_on}"


def problems_of_stops(days: Sequence[date], first_on: date, last_on: date) -> dict[str, str]:
    """Why an outing cannot have these first and last days when its schedule has something on `days`."""
    return {
        field: f"{in_short(lost)} 已经排了 {len(lost)} 项日程，会落在外面；请先改那几项的日子，或去掉"
        for field, lost in fallen_out(days, first_on, last_on).items()
    }


def read_time(text: str) -> str | None:
    """`9:30`, `9点30`, `14时`, `0930`: the time of day as HH:MM, empty for none; None when it is no time."""
    if not text:
        return ""
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return f"{int(found[1]):02}:{int(found[2] or found[3] or 0):02}" if found else None


def stop_state(day: date, met: bool, missed: str, today: date) -> StopState:
    """What came of a company: a visit of that day says more than that it fell through."""
    if met:
        return StopState.MET
    if missed:
        return StopState.MISSED
    return StopState.AHEAD if day >= today else StopState.SILENT
