"""Decisions about outings: their days, the times of a schedule, what came of a company. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta

from app.core.values.lights import Light
from app.promotion.outings.enums import OutingDirection, OutingState, StopState

LONGEST = timedelta(days=30)  # between the first day and the last
MOST_STOPS = 60  # of one outing
_TIME = re.compile(r"([01]?\d|2[0-3])(?:[:.点时](?:([0-5]\d)分?)?|([0-5]\d))", re.ASCII)
_SHOWN = 3


def problems_of(
    direction: OutingDirection, first_on: date, last_on: date, letter: str, heads: int | None
) -> dict[str, str]:
    """What is wrong with an outing as typed: {field: sentence}."""
    problems = {}
    if last_on < first_on:
        problems["last_on"] = f"最后一天不能早于第一天（{first_on}），这样一天也没有，请改其中一个"
    elif last_on - first_on > LONGEST:
        problems["last_on"] = f"一次最长 {LONGEST.days + 1} 天，请核对日期；分几次去的，请分开登记"
    if first_on.year < 2000:
        problems["first_on"] = "第一天太早，请核对年份"
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
    outside = [
        ("first_on", [day for day in days if day < first_on]),
        ("last_on", [day for day in days if day > last_on]),
    ]
    return {field: _fallen_out(lost) for field, lost in outside if lost}


def _fallen_out(days: Sequence[date]) -> str:
    single = sorted(set(days))
    shown = "、".join(day.isoformat() for day in single[:_SHOWN]) + ("等" if len(single) > _SHOWN else "")
    return f"{shown} 已经排了 {len(days)} 项日程，会落在外面；请先改那几项的日子，或去掉"


def read_time(text: str) -> str | None:
    """`9:30`, `9点30`, `14时`, `0930`: the time of day as HH:MM, empty for none; None when it is no time."""
    if not text:
        return ""
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return f"{int(found[1]):02}:{int(found[2] or found[3] or 0):02}" if found else None


def state_of(first_on: date, last_on: date, today: date) -> OutingState:
    if today < first_on:
        return OutingState.PLANNED
    return OutingState.RUNNING if today <= last_on else OutingState.OVER


def light_of(first_on: date, last_on: date, today: date) -> Light:
    state = state_of(first_on, last_on, today)
    if state is OutingState.PLANNED:
        left = (first_on - today).days
        return Light("yellow" if left <= _SHOWN else "grey", f"{left} 天后开始")
    return Light("green" if state is OutingState.RUNNING else "grey", state.label)


def stop_state(day: date, met: bool, missed: str, today: date) -> StopState:
    """What came of a company: a visit of that day says more than that it fell through."""
    if met:
        return StopState.MET
    if missed:
        return StopState.MISSED
    return StopState.AHEAD if day >= today else StopState.SILENT
