"""Which days are looked at; what one sum is over another. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.core.values.clock import BEIJING
from app.core.values.errors import RuleBroken
from app.core.values.money import YI, in_wan, in_yi
from app.figures.outcomes.enums import OutcomeFigure

MOST_YEARS = 10
FEW = 3  # of fewer rows a median says more about one of them than about all


@dataclass(frozen=True, slots=True)
class OutcomeDays:
    """Some days, both included, and what was known when."""

    first: date
    last: date
    known_at: datetime | None = None

    @property
    def words(self) -> str:
        return f"{self.first.isoformat()} 至 {self.last.isoformat()}"


def checked_days(
    first: date | None, last: date | None, known_at: datetime | None, today: date
) -> OutcomeDays:
    """The year up to today unless told otherwise. Raises RuleBroken for days that are none."""
    end = last or today
    start = first or date(end.year, 1, 1)
    if start > end:
        raise RuleBroken({"from": "开始日期在结束日期之后，请对调"})
    if end.year - start.year > MOST_YEARS:
        raise RuleBroken({"from": f"期间最长 {MOST_YEARS} 年，请把开始日期往后改"})
    return OutcomeDays(start, end, known_at)


def instant_of(asked: str) -> datetime | None:
    """`2026-10-31T18:00`, Beijing time; a day alone is its end."""
    if not asked:
        return None
    try:
        instant = datetime.fromisoformat(asked)
    except ValueError:
        raise RuleBroken({"known_at": "「按当时已录入」要写成 2026-10-31T18:00 这样"}) from None
    if not 1900 <= instant.year <= 2100:
        raise RuleBroken({"known_at": "「按当时已录入」的年份要在 1900 到 2100 之间"})
    return instant if instant.tzinfo else instant.replace(tzinfo=BEIJING)


@dataclass(frozen=True, slots=True)
class Spell:
    """Days that are often asked for, by their name."""

    label: str
    first: date
    last: date


def spells_of(today: date) -> list[Spell]:
    """Months, quarter and years by which people ask."""
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    quarter = month.replace(month=(today.month - 1) // 3 * 3 + 1)
    return [
        Spell("本月", month, today),
        Spell("上月", before.replace(day=1), before),
        Spell("本季", quarter, today),
        Spell("今年", date(today.year, 1, 1), today),
        Spell("去年", date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    ]


def each_costs(spent: int, number: int) -> int | None:
    """Cost of one of so many, in 元; None where there is none, or nothing was spent: then it is not known."""
    return None if number <= 0 or spent <= 0 else (spent + number // 2) // number


def each_yi_costs(spent: int, amount: int) -> int | None:
    """Cost of each 亿元 of an amount, in 元."""
    return None if amount <= 0 or spent <= 0 else (spent * YI + amount // 2) // amount


def written(figure: OutcomeFigure, value: float | None) -> str:
    """12, 3.6 (亿元), 5.2 (万元), 48.5 (天); — where it cannot be told."""
    if value is None:
        return "—"
    if figure is OutcomeFigure.AMOUNT:
        return in_yi(int(value))
    if figure in (OutcomeFigure.COST, OutcomeFigure.PER_LEAD, OutcomeFigure.PER_YI):
        return in_wan(int(value))
    return f"{value:g}"
