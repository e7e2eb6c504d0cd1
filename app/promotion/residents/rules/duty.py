"""Which days can be told of and by what, and how long a city is kept. Pure."""

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from app.core.values.settings import Setting
from app.core.values.workdays import is_working_day, working_days
from app.promotion.residents.enums import DayKind, DutyKind

DAY = timedelta(days=1)
MOST_DAYS = 92  # at once: a quarter
ON_DUTY = (DutyKind.ON_DUTY, DutyKind.TRAVEL)  # what counts as a day on duty
AHEAD = (DutyKind.LEAVE, DutyKind.REST)  # what may be told of a day that has not come
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
CITY_KEPT = Setting(
    name="duty_city",
    group="驻点组",
    label="值勤里填的所在城市，留多少天",
    unit="天",
    least=1,
    most=365,
    default=30,
    hint="城市由队员自己选填，只到市一级。过了这么多天，夜里自动抹去，值勤本身不变",
)


def kind_of_day(day: date) -> DayKind:
    """By the State Council's calendar; a weekday off is a holiday, a weekend at work makes up for one."""
    is_weekend = day.weekday() >= 5
    if is_working_day(day):
        return DayKind.MAKE_UP if is_weekend else DayKind.WORKING
    return DayKind.WEEKEND if is_weekend else DayKind.HOLIDAY


def days_meant(first: date, last: date) -> list[date]:
    """Of one day that day, whatever it is; of several the working days, make-up days included."""
    return [first] if first == last else list(working_days(first, last))


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday."""
    monday = day - day.weekday() * DAY
    return monday, monday + 6 * DAY


def problems_of_duty(
    name: str, kind: DutyKind, first: date, last: date, today: date, is_member: Callable[[date], bool]
) -> dict[str, str]:
    """What is wrong with what is told of some days of somebody; `is_member` says on which days they were in
    the team.
    """
    if last < first:
        return {"last": "最后一天在第一天之前，看看是不是写反了"}
    if (last - first).days >= MOST_DAYS:
        return {"last": f"一次最多记 {MOST_DAYS} 天，分几次记"}
    if kind not in AHEAD and last > today:
        field = "first" if first > today else "last"
        return {field: "在岗和出差只能记到今天，请假和轮休才能提前记"}
    days = days_meant(first, last)
    if not days:
        return {"first": "这几天都不是工作日。哪天值了班，第一天和最后一天都写那一天"}
    outside = next((day for day in days if not is_member(day)), None)
    if outside is not None:
        field = "first" if outside == days[0] else "last"
        return {field: f"{name}{outside} 不在这个组，只能记在组里的日子"}
    return {}


def to_fill(first: date, last: date, today: date, is_free: Callable[[date], bool]) -> list[date]:
    """The working days of a week, up to today, of which nobody has told anything yet."""
    return [day for day in working_days(first, min(last, today)) if is_free(day)]


def problems_of_check(
    name: str, day: date, at: str, today: date, is_member: bool, others: Iterable[tuple[date, str]]
) -> dict[str, str]:
    """What is wrong with a spot check; `others` are those of the same person."""
    if day > today:
        return {"day": "还没有到这一天"}
    if not is_member:
        return {"person": f"{name}{day} 不在这个组，选那天在组里的人"}
    if not _CLOCK.fullmatch(at):
        return {"at": "写成 24 小时制的几点几分，例如：09:40"}
    if (day, at) in set(others):
        return {"at": f"{name}{day} {at} 已经查过一次，已经记下了"}
    return {}
