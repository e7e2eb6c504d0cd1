"""Stretches of days: of somebody in a team or a post, of an anchor, of an event. Both ends belong to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.core.values.enums import LabelledEnum
from app.core.values.lights import Light

_SOON = 3  # days
_SHOWN = 3


class Lasting:
    """What has a first and a last day; without a last one it goes on."""

    __slots__ = ()

    @property
    def starts_on(self) -> date:
        raise NotImplementedError

    @property
    def ends_on(self) -> date | None:
        raise NotImplementedError

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= (self.ends_on or date.max)

    def overlaps(self, other: "Lasting") -> bool:
        return self.starts_on <= (other.ends_on or date.max) and other.starts_on <= (self.ends_on or date.max)

    @property
    def words(self) -> str:
        """2025-03-01 起, or 2025-03-01 至 2026-02-28."""
        return f"{self.starts_on} 至 {self.ends_on}" if self.ends_on else f"{self.starts_on} 起"


@dataclass(frozen=True, slots=True)
class Days(Lasting):
    """Such a stretch and nothing more."""

    starts_on: date
    ends_on: date | None = None


# --- what takes place on some days: a campaign, an outing, an event ------------------------------------


class DaysState(LabelledEnum):
    """How something stands that takes place on some days and ends with the last of them."""

    PLANNED = "planned", "未开始"
    RUNNING = "running", "进行中"
    OVER = "over", "已结束"


def state_on(first_on: date, last_on: date, today: date) -> DaysState:
    if today < first_on:
        return DaysState.PLANNED
    return DaysState.RUNNING if today <= last_on else DaysState.OVER


def light_on(first_on: date, last_on: date, today: date) -> Light:
    """The same as a light, with in how many days it begins."""
    state = state_on(first_on, last_on, today)
    if state is DaysState.PLANNED:
        left = (first_on - today).days
        return Light("yellow" if left <= _SOON else None, f"{left} 天后开始")
    return Light("green" if state is DaysState.RUNNING else None, state.label)


def problems_of_days(first_on: date, last_on: date, longest: timedelta, too_long: str) -> dict[str, str]:
    """What is wrong with a first and a last day as typed: {field: sentence}. `longest` is between them."""
    if last_on < first_on:
        return {"last_on": f"最后一天不能早于第一天（{first_on}），这样一天也没有，请改其中一个"}
    if first_on.year < 2000:
        return {"first_on": "第一天太早，请核对年份"}
    return {"last_on": too_long} if last_on - first_on > longest else {}


def fallen_out(days: Sequence[date], first_on: date, last_on: date) -> dict[str, list[date]]:
    """Which of some days a first and a last one leave outside, by the field of the end that does."""
    outside = {
        "first_on": [day for day in days if day < first_on],
        "last_on": [day for day in days if day > last_on],
    }
    return {field: lost for field, lost in outside.items() if lost}


def in_short(days: Sequence[date]) -> str:
    """2026-12-03、2026-12-05, of more than a few the first ones and how many they are."""
    single = sorted(set(days))
    shown = "、".join(day.isoformat() for day in single[:_SHOWN])
    return f"{shown} 等 {len(single)} 天" if len(single) > _SHOWN else shown
