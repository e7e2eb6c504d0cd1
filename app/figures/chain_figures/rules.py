"""The days that the figures of a chain are asked for. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from app.core.values.errors import RuleBroken

EARLIEST = date(2000, 1, 1)  # before that no county kept targets: a digit of the year was lost
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ChainDays:
    """From the first day to the last, both included; how things stand is asked of the end of the last."""

    start: date
    end: date

    @property
    def eve(self) -> date:
        """The day at whose end the period begins."""
        return self.start - _DAY

    @property
    def horizon(self) -> date:
        """The last day of the month of the last day: so far ahead dates are looked for."""
        return next_month(self.end) - _DAY

    @property
    def is_whole(self) -> bool:
        """Whether its last day ends a month."""
        return self.end == self.horizon

    @property
    def before(self) -> "ChainDays":
        """The month before: the whole of it beside a whole one, else up to the same day."""
        last = self.start.replace(day=1) - _DAY
        first = last.replace(day=1)
        return ChainDays(first, last if self.is_whole else min(first + (self.end - self.start), last))


@dataclass(frozen=True, slots=True)
class ChainsAsked:
    """Which chains, by their inner ids, and of which days."""

    chain_ids: Collection[int]
    days: ChainDays


def next_month(day: date) -> date:
    """The first day of the month after that of a day."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def checked_days(start: date | None, end: date | None, today: date) -> ChainDays:
    """The days asked for: up to today, and from the beginning of that year, unless told otherwise."""
    last = end or today
    if last > today:
        raise RuleBroken({"on": f"截至日最晚是今天 {today.isoformat()}"})
    if last < EARLIEST:
        raise RuleBroken({"on": f"截至日早于 {EARLIEST.year} 年，看看年份"})
    first = start or date(last.year, 1, 1)
    if first < EARLIEST:
        raise RuleBroken({"from": f"开始日期早于 {EARLIEST.year} 年，看看年份"})
    if first > last:
        raise RuleBroken({"from": "开始日期在截至日之后，请对调"})
    return ChainDays(first, last)


def month_of(text: str, today: date) -> ChainDays:
    """A month as it is written in an address, 2026-11, as far as it has come; without one that of today."""
    if not text:
        return ChainDays(today.replace(day=1), today)
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise RuleBroken({"month": "月份要写成 2026-11 这样"}) from None
    if first > today:
        raise RuleBroken({"month": f"最晚看到本月 {today:%Y-%m}"})
    if first < EARLIEST:
        raise RuleBroken({"month": f"月份早于 {EARLIEST.year} 年，看看年份"})
    return ChainDays(first, min(next_month(first) - _DAY, today))
