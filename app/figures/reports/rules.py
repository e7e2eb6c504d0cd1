"""The arithmetic of the funnel: periods, medians, shares, what is told of confidential leads. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from app.core.values.clock import BEIJING
from app.core.values.errors import RuleBroken
from app.core.values.money import YI

MOST_YEARS = 10

# Minimum frequency: "others require three" (OECD glossary of statistical disclosure control, threshold rule).
# Counts in threes besides: rounding to base 3 (Handbook on Statistical Disclosure Control, 5.5).
LEAST = 3


@dataclass(frozen=True, slots=True)
class Closed:
    """What is told of confidential leads that a reader may count but not open. Nought: fewer than LEAST,
    perhaps none. `amount` in 元, whole 亿.
    """

    count: int = 0
    amount: int = 0


def closed_of(amounts: Sequence[int]) -> Closed:
    """Of leads with these amounts, in the order in which they came: whole threes, the earliest, and what they
    come to in whole 亿. So one lead more or less, whatever two questions are subtracted, is never the
    difference: none is told, or three are.
    """
    whole = len(amounts) - len(amounts) % LEAST
    return Closed(whole, (sum(amounts[:whole]) + YI // 2) // YI * YI)


@dataclass(frozen=True, slots=True)
class Period:
    """What the figures are asked for: a period, a day to look from, and what was known when."""

    start: date
    end: date
    as_of: date
    known_at: datetime | None = None

    @property
    def last_day(self) -> date:
        """The last day of the period that is not after the day looked from."""
        return min(self.end, self.as_of)

    def is_of_months(self, today: date) -> bool:
        """Whether it runs over whole months, or up to today: days one after the other would tell the one on
        which something was registered.
        """
        days = (self.last_day, self.as_of)
        return (
            self.start.day == 1
            and all(day == today or _ends_a_month(day) for day in days)
            and (self.known_at is None or _begins_a_month(self.known_at))
        )


def _ends_a_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _begins_a_month(instant: datetime) -> bool:
    there = instant.astimezone(BEIJING)
    return there.day == 1 and there.time() == time()


def checked_period(
    start: date | None, end: date | None, as_of: date | None, known_at: datetime | None, today: date
) -> Period:
    """A period with its gaps filled: this year, up to today. Raises RuleBroken for an impossible one."""
    looked_from = as_of or (min(end, today) if end else today)
    last = end or looked_from
    first = start or date(last.year, 1, 1)
    if looked_from > today:
        raise RuleBroken({"as_of": f"截至日最晚是今天 {today.isoformat()}"})
    if first > last:
        raise RuleBroken({"from": "登记期间的开始日期在结束日期之后，请对调"})
    if last.year - first.year > MOST_YEARS:
        raise RuleBroken({"from": f"期间最长 {MOST_YEARS} 年"})
    return Period(first, last, looked_from, known_at)


def median(histogram: Mapping[int, int]) -> float | None:
    """The median of days given as {days: how many}; None when there are none."""
    total = sum(histogram.values())
    if total == 0:
        return None
    low, high = (total - 1) // 2, total // 2
    seen = 0
    found: list[int] = []
    for days in sorted(histogram):
        seen += histogram[days]
        while len(found) < 2 and seen > (low, high)[len(found)]:
            found.append(days)
    return sum(found) / 2


def ratio(part: int, whole: int) -> str:
    """`42.5%`, or — when there is nothing to divide by."""
    return f"{part * 100 / whole:.1f}%" if whole else "—"


def stuck(counts: Sequence[int]) -> list[int]:
    """How many of each stage did not reach the next; the last stage has no next."""
    return [here - there for here, there in pairwise(counts)]
