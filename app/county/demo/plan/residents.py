"""Where the resident teams stand, whom they keep up with, what the days of their members were in the last
18 months; some days off, some journeys, a few spot checks, one correction, the last days not told yet.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial

from app.core.values.clock import BEIJING
from app.core.values.workdays import working_day_after, working_day_before
from app.county.demo import county
from app.county.demo.acts import Deed, DescribeTeam, KeepUpWith, LookForSomebody, TellDays
from app.county.demo.calendar import DAY, HistorySpan
from app.promotion.residents.enums import AssociationKind, DutyKind

FIRST_TURN = 1  # of the turns of the teams: 18 months
CHUNK = 61 * DAY  # told of at once
_TASKS = (
    "盯住片区里的链主和专精特新企业，每周至少报一条完整信息\n"
    "走访商会、校友会、同乡会，请乡贤引荐\n"
    "为县领导带队外出打前站"
)
_THINGS = ("笔记本电脑 3 台", "公务用车 1 辆", "办公室租期到明年 6 月")
# team: city, zone, what it keeps up with
_STANDS: dict[str, tuple[str, tuple[str, ...], tuple[tuple[str, AssociationKind, str], ...]]] = {
    "驻长三角组": (
        "苏州市",
        ("上海市", "江苏省", "浙江省", "安徽省"),
        (
            ("青岚驻苏州商会", AssociationKind.CHAMBER, "每月座谈一次，会长单位做精密模具"),
            ("青岚一中上海校友会", AssociationKind.ALUMNI, "理事里有三位在新能源企业做研发"),
        ),
    ),
    "驻珠三角组": (
        "深圳市",
        ("广东省", "福建省", "海南省"),
        (("青岚驻深圳同乡会", AssociationKind.TOWNSMEN, "春节、中秋各办一次联谊，名单每年更新"),),
    ),
    "驻京津冀组": (
        "天津市",
        ("北京市", "天津市", "河北省", "山东省"),
        (("京津冀电池材料行业协会", AssociationKind.INDUSTRY, "年会在四月，会员名录每季度要一次"),),
    ),
    "驻成渝组": (
        "成都市",
        ("重庆市", "四川省", "贵州省"),
        (("青岚驻成都商会", AssociationKind.CHAMBER, "食品企业多，愿意回乡看预制菜项目"),),
    ),
}


def teams_kept(span: HistorySpan) -> list[Deed]:
    """The acts, none after the end of the history."""
    found = [*_described(span), *_days(span), *_checks(span)]
    return [act for act in found if act.at < span.now - timedelta(minutes=5)]


def _described(span: HistorySpan) -> Iterator[Deed]:
    day = working_day_after(span.first + 2 * DAY)
    for place, (team, (city, zone, kept)) in enumerate(_STANDS.items()):
        at = datetime.combine(day, time(9, 10 + place), BEIJING)
        describe = partial(DescribeTeam, by=county.HEAD, team=team, city=city, zone=zone)
        yield describe(at=at, on=span.first, tasks=_TASKS, equipment=_THINGS)
        for number, (name, kind, note) in enumerate(kept):
            since = working_day_after(day + (40 + 30 * place + 90 * number) * DAY)
            at = datetime.combine(since, time(16, 20 + place), BEIJING)
            by = span.members(team, since)[0]
            yield KeepUpWith(at=at, by=by, team=team, name=name, kind=kind, on=since, note=note)


def _days(span: HistorySpan) -> Iterator[Deed]:
    for turn in range(FIRST_TURN, len(county.TURNS)):
        starts = span.turn_starts(turn)
        ends = min(span.turn_starts(turn + 1) - DAY, span.last) if turn + 1 < len(county.TURNS) else span.last
        for place, team in enumerate(county.TEAMS):
            for number, login in enumerate(county.TURNS[turn][place]):
                yield from _of_member(span, team, login, starts, ends, 3 * place + number)


def _of_member(
    span: HistorySpan, team: str, login: str, starts: date, ends: date, number: int
) -> Iterator[Deed]:
    """Told of two months at a time, on the last day of them; what was no day on duty right after."""
    first = starts
    while first <= ends:
        last = min(first + CHUNK - DAY, ends)
        until = working_day_before(last - DAY) if last == span.last and number % 3 == 1 else last
        tell = partial(TellDays, by=login, team=team, person=login)
        at = min(datetime.combine(last, time(17, 20 + number), BEIJING), span.now - timedelta(minutes=9))
        if first < until:
            yield tell(at=at, kind=DutyKind.ON_DUTY, first=first, last=until)
        away = working_day_after(first + (5 + number % 7) * DAY)
        if away + 2 * DAY < until:
            city = _STANDS[team][0] if until >= span.last - 20 * DAY else ""
            yield tell(at=at + DAY / 3000, kind=DutyKind.TRAVEL, first=away, last=away + 2 * DAY, city=city)
        off = working_day_after(first + (20 + 2 * number) * DAY)
        if off < until and (number + first.month) % 2:
            kind = DutyKind.LEAVE if number % 3 else DutyKind.REST
            yield tell(at=at + DAY / 1500, kind=kind, first=off, last=off)
        first = last + DAY


def _checks(span: HistorySpan) -> Iterator[Deed]:
    """A few of this year, one of which found nobody; and what was told of that day was put right."""
    for number, days in enumerate((200, 150, 110, 75, 40, 12, 3)):
        day, team = span.ago(days), county.TEAMS[number % len(county.TEAMS)]
        person = span.members(team, day)[number % 3]
        at = datetime.combine(day, time(9, 35 + number), BEIJING)
        found = number != 4
        note = "" if found else "办公室没有人，电话里说在外地开会"
        yield LookForSomebody(at=at, by="heliqun", team=team, person=person, found=found, note=note)
        if not found:
            tell = partial(TellDays, by="heliqun", team=team, person=person, kind=DutyKind.LEAVE)
            late = datetime.combine(working_day_after(day + 70 * DAY), time(10, 5), BEIJING)
            at = min(late, span.now - timedelta(minutes=7))
            yield tell(at=at, first=day, last=day, reason="查岗不在，本人补了请假手续")
