"""What each figure of the funnel means, and the arithmetic between them. Pure.

Formulas after domain.md §2.5 (cohort figures never mix stock and flow); the metric's version is printed
beside it, so that a changed definition is a new one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from app.core.values.clock import BEIJING
from app.core.values.errors import RuleBroken
from app.core.values.money import YI
from app.figures.reports.enums import Figure

MOST_YEARS = 10


@dataclass(frozen=True, slots=True)
class Metric:
    """One definition, used by the page, its drill-down, the command and every export."""

    name: str
    counts: str
    cohort: str
    cut_off: str
    basis: str = "招商口径"
    version: int = 2  # 2: confidential leads are counted together, without stages


METRICS: dict[Figure, Metric] = {
    Figure.STOCK: Metric(
        "期末存量",
        "截至当日处在该阶段的线索；金额是当日的计划投资额",
        "不分批次，按当日的责任单位、驻点组、负责人",
        "生效日期不晚于截至日的台账",
    ),
    Figure.ENTERED: Metric(
        "本期进入",
        "在本期第一次走到该阶段的线索；跳过的阶段按跳到之日算；退回后再来不重复算",
        "不分批次，按进入当日的责任单位、驻点组、负责人",
        "生效日期在本期内，且不晚于截至日",
    ),
    Figure.COHORT: Metric(
        "同一批走到",
        "本期登记的线索里，截至日走到过该阶段的；转化率 = 下一阶段走到数 ÷ 本阶段走到数",
        "本期登记的线索，按登记当日的责任单位、驻点组、负责人",
        "登记日期在本期内，走到日期不晚于截至日",
    ),
    Figure.STUCK: Metric(
        "没有走到下一步",
        "同一批里走到本阶段、截至日还没有走到下一阶段的",
        "同「同一批走到」",
        "同「同一批走到」",
    ),
    Figure.LOST: Metric(
        "本期流失",
        "在本期登记为流失的线索，按流失前所在阶段分",
        "不分批次，按流失当日的责任单位、驻点组、负责人",
        "生效日期在本期内，且不晚于截至日",
    ),
}
MEDIAN_DAYS = Metric(
    "中位天数",
    "同一批里已经走到下一阶段的，从本阶段到下一阶段的天数的中位数；还没走到的不算在内",
    "同「同一批走到」",
    "同「同一批走到」",
)


CLOSED = Metric(
    "保密线索",
    "本人打不开的保密线索，不分阶段合在一起，只进总数：按登记先后（流失的按流失先后）每满 3 条计一次，"
    "零头不计，不足 3 条与没有一样写；金额约到亿元。各阶段的数字、转化率、中位天数和明细里都没有它们",
    "全县；按单位、驻点组、负责人、来源筛选时不计",
    "起止是整月，或截至今天；「按当时已录入」只能是月初零点",
    version=1,
)
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
