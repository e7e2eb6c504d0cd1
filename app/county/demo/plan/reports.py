"""What the resident teams reported of the last weeks and months, and what the bureau said to it: most in time
and taken, some late, one given back, one still to be written, this week's draft waiting.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial

from app.core.values.clock import BEIJING
from app.core.values.workdays import working_day_after
from app.county.demo import county
from app.county.demo.acts import DecideReport, Deed, ReportTeam
from app.county.demo.calendar import DAY, HistorySpan
from app.promotion.team_reports.enums import ReportKind
from app.promotion.team_reports.rules import DUE_DAYS, DUE_HOUR, DUE_WEEKDAY, ReportPeriod

WEEKS, MONTHS = 8, 2
_SUMMARIES = (
    "本周重点跟进扩产意向明确的几家，厂房和用电的要求已经发给园区核对。",
    "两家企业要下周来看厂房，请园区提前把标准厂房的荷载和层高资料备好。",
    "与商会对接了会员企业名单，筛出三家和本县产业链对口的，下周登门。",
    "在谈项目卡在用地时序上，需要自然资源局给个准话，企业才好上董事会。",
    "接待了一批来县考察的企业，反映物流成本偏高，已请园区算一笔账。",
)
_NOTE = "已与企业约定下周来县看厂房，用电容量和环评要求当面核对"
_GIVEN_BACK = "第一行的进度没有写清企业什么时候来，补上再报"


def reports_written(span: HistorySpan) -> list[Deed]:
    """The acts, none after the end of the history."""
    found = [*_weeks(span), *_months(span)]
    return [act for act in found if act.at < span.now - timedelta(minutes=5)]


def _weeks(span: HistorySpan) -> Iterator[Deed]:
    this = ReportPeriod.of(ReportKind.WEEK, span.today)
    period, ago = this, 0
    while ago < WEEKS:
        period, ago = period.before, ago + 1
        for place, team in enumerate(county.TEAMS):
            yield from _week(span, period, ago, place, team)
    yield from _draft(span, this)


def _week(span: HistorySpan, period: ReportPeriod, ago: int, place: int, team: str) -> Iterator[Deed]:
    if (ago, place) == (1, 3):
        return  # not written yet: overdue
    is_late = (ago + 2 * place) % 7 == 0
    due = _due(period)
    at = due - timedelta(minutes=14 + 7 * place)
    if is_late:
        at = datetime.combine(_next_working_day(due.date()), time(9, 10 + place), BEIJING)
    yield _report(span, period, team, at, place + ago)
    if (ago, place) in {(1, 1), (1, 2)}:
        return  # waiting to be taken
    decided = datetime.combine(_next_working_day(at.date()), time(15, 5 + place), BEIJING)
    answer = partial(DecideReport, by=county.HEAD, team=team, kind=period.kind, on=period.first)
    if (ago, place) in {(1, 0), (3, 2)}:
        yield answer(at=decided, words=_GIVEN_BACK, is_returned=True)
    else:
        yield answer(at=decided)
    if (ago, place) == (3, 2):
        yield _report(span, period, team, decided + timedelta(hours=1), place + ago)
        yield answer(at=decided + timedelta(hours=2), words="写清楚了")


def _report(span: HistorySpan, period: ReportPeriod, team: str, at: datetime, number: int) -> ReportTeam:
    return ReportTeam(
        at=at,
        by=span.members(team, at.date())[0],
        team=team,
        kind=period.kind,
        on=period.first,
        summary=_SUMMARIES[number % len(_SUMMARIES)],
        note=_NOTE if number % 3 == 0 else "",
    )


def _draft(span: HistorySpan, period: ReportPeriod) -> Iterator[Deed]:
    """Begun by one team this week, not sent yet."""
    team, at = county.TEAMS[0], span.now - timedelta(minutes=6)
    if at.date() >= period.first:
        by = span.members(team, at.date())[0]
        yield ReportTeam(at=at, by=by, team=team, kind=period.kind, on=period.first, is_sent=False)


def _months(span: HistorySpan) -> Iterator[Deed]:
    period = ReportPeriod.of(ReportKind.MONTH, span.today)
    for _ago in range(MONTHS):
        period = period.before
        for place, team in enumerate(county.TEAMS):
            at = _due(period) - timedelta(minutes=25 + 9 * place)
            yield _report(span, period, team, at, place)
            decided = datetime.combine(_next_working_day(at.date()), time(16, 10 + place), BEIJING)
            yield DecideReport(at=decided, by=county.HEAD, team=team, kind=period.kind, on=period.first)


def _next_working_day(day: date) -> date:
    return working_day_after(day + DAY)


def _due(period: ReportPeriod) -> datetime:
    due = period.due_at(DUE_WEEKDAY.default, DUE_HOUR.default, DUE_DAYS.default)
    return due.astimezone(BEIJING)
