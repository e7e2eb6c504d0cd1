"""Weeks, months and quarters of reports, and until when a report of each is due. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from app.core.values.clock import BEIJING
from app.core.values.settings import Setting
from app.core.values.workdays import working_day_after, working_day_before
from app.promotion.team_reports.enums import ReportKind

_DAY = timedelta(days=1)
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
DUE_WEEKDAY = Setting(
    name="week_due_day",
    group="周报月报",
    label="周报哪一天前报",
    unit="",
    least=1,
    most=7,
    default=5,
    hint="这一天不上班，就提前到它前面最近的工作日",
    choices=WEEKDAYS,
)
DUE_HOUR = Setting(
    name="report_due_hour",
    group="周报月报",
    label="当天几点前报",
    unit="点",
    least=8,
    most=18,
    default=10,
    hint="周报、月报、季度述职都按这个钟点算",
)
DUE_DAYS = Setting(
    name="month_due_days",
    group="周报月报",
    label="月报、季度述职在期满后第几天前报",
    unit="天",
    least=1,
    most=20,
    default=5,
    hint="这一天不上班，就顺延到它后面最近的工作日",
)


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """A week from Monday, a calendar month or quarter; both days belong to it."""

    kind: ReportKind
    first: date
    last: date

    @classmethod
    def of(cls, kind: ReportKind, day: date) -> "ReportPeriod":
        """The one in which a day lies."""
        if kind is ReportKind.WEEK:
            first = day - day.weekday() * _DAY
            return cls(kind, first, first + 6 * _DAY)
        first = day.replace(day=1)
        months = 1
        if kind is ReportKind.QUARTER:
            first, months = first.replace(month=(day.month - 1) // 3 * 3 + 1), 3
        return cls(kind, first, _months_on(first, months) - _DAY)

    @property
    def before(self) -> "ReportPeriod":
        return ReportPeriod.of(self.kind, self.first - _DAY)

    @property
    def after(self) -> "ReportPeriod":
        return ReportPeriod.of(self.kind, self.last + _DAY)

    @property
    def words(self) -> str:
        """11月23日至29日, 2026年11月, 2026年四季度."""
        if self.kind is ReportKind.MONTH:
            return f"{self.first.year}年{self.first.month}月"
        if self.kind is ReportKind.QUARTER:
            return f"{self.first.year}年{'一二三四'[(self.first.month - 1) // 3]}季度"
        month = "" if self.first.month == self.last.month else f"{self.last.month}月"
        return f"{self.first.year}年{self.first.month}月{self.first.day}日至{month}{self.last.day}日"

    @property
    def title(self) -> str:
        """2026年11月月报, and 驻长三角组 before it."""
        return f"{self.words}{self.kind.label}"

    def due_on(self, weekday: int, days: int) -> date:
        """The day on which it is due: in its own week, or so many days after its month or quarter. A week
        with no working day until then is due on the next one.
        """
        if self.kind is not ReportKind.WEEK:
            return working_day_after(self.last + days * _DAY)
        day = self.first + (weekday - 1) * _DAY
        before = working_day_before(day)
        return before if before >= self.first else working_day_after(day)

    def due_at(self, weekday: int, hour: int, days: int) -> datetime:
        """The instant, in UTC."""
        return datetime.combine(self.due_on(weekday, days), time(hour), BEIJING).astimezone(UTC)


def _months_on(first: date, months: int) -> date:
    month = first.month - 1 + months
    return date(first.year + month // 12, month % 12 + 1, 1)
