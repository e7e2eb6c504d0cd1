"""What is wrong with an anchor or with one of its needs. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.values.terms import Days

EARLIEST = date(1980, 1, 1)  # before that no county had one: a digit of the year was lost


def problems_of_days(days: Days, others: Iterable[Days]) -> dict[str, str]:
    """What is wrong with the days of an anchor beside those of the same company in the same chain."""
    if days.starts_on < EARLIEST:
        return {"starts_on": f"第一天早于 {EARLIEST.year} 年，看看年份"}
    if days.ends_on is not None and days.ends_on < days.starts_on:
        return {"ends_on": "最后一天在第一天之前，看看是不是写反了"}
    for other in others:
        if days.overlaps(other):
            return {"starts_on": f"这家企业这段时间已经是链主（{other.words}）"}
    return {}


def problems_of_need(told_on: date, today: date) -> dict[str, str]:
    """What is wrong with the day on which somebody said what is bought."""
    if told_on < EARLIEST:
        return {"told_on": f"日期早于 {EARLIEST.year} 年，看看年份"}
    if told_on > today:
        return {"told_on": "日期还没有到，写今天或更早的日期"}
    return {}


@dataclass(frozen=True, slots=True)
class AnchorTold:
    """An anchor as a file tells it: the company (inner id) and its first day say which one. `more` has of its
    other columns those that the file tells.
    """

    number: int  # row of the file
    company_id: int
    starts_on: date
    more: Mapping[str, Any]

    @property
    def key(self) -> tuple[int, date]:
        return self.company_id, self.starts_on


@dataclass(frozen=True, slots=True)
class NeedTold:
    """The same of a need: its anchor, the code of the link, what is bought and the day say which one."""

    number: int
    anchor: tuple[int, date]
    node: str
    what: str
    told_on: date
    more: Mapping[str, Any]

    @property
    def key(self) -> "NeedKey":
        return self.anchor, self.node, self.what, self.told_on


NeedKey = tuple[tuple[int, date], str, str, date]
