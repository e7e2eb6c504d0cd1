"""Companies that the county wants for the gaps of its chains, in each state: some waiting, some silent, some
met, some in talks, some handed back, some given up.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from random import Random

from app.core.values.workdays import working_day_before
from app.county.demo import county
from app.county.demo.acts import Deed, EnterTargetFact, MoveTarget, TakeUpTarget
from app.county.demo.calendar import DAY, Story
from app.county.demo.plan.chains import CODES, LINKS, STRONG
from app.county.demo.plan.telling import AFTER, BEGIN, MOVE, SEED, LeadStory, S, Telling
from app.promotion.leads.enums import LeadSource
from app.promotion.targets.enums import FactKind, TargetStage

IN_TALKS, HANDED_BACK, MET, WAITING, PLANNED, SILENT, GIVEN_UP = 6, 2, 6, 4, 3, 3, 3
_GAPS = {link.code for link in LINKS if (link.since or link.stood)[0] is not STRONG}
_ORIGINS = (
    "链主企业推荐",
    "进博会参展名录",
    "行业协会会员名单",
    "高新企业名录",
    "乡贤推荐",
    "上游供应商名单",
)
_METHODS = (LeadSource.CHAIN, LeadSource.REFERRAL, LeadSource.EVENT, LeadSource.KINSHIP, LeadSource.DIRECTED)
_NOTES = (
    "电芯厂的供应商，离本县两小时车程，扩产要新址",
    "本地企业每年从它那里采购，愿意就近设厂",
    "去年拿了新一轮融资，正在看中部的厂房",
    "工艺对口，能补本地没有的一道工序",
    "老家在本县，明年有一期扩产",
)
_STEPS = ("约分管副总通电话", "请链主引荐采购负责人", "整理厂房和用能条件发过去", "到企业看产线")
# What people have found out of some of those that nobody has met, by their place: kind, what, source.
_FOUND_OUT = {
    0: ((FactKind.NATIVE, "分管生产的副总是本县人", "乡贤名录"),),
    1: ((FactKind.DISHONEST, "因买卖合同未履行被列入失信被执行人名单", "中国执行信息公开网"),),
    4: (
        (FactKind.SITE_FITS, "要标准厂房 8,000 平方米、10 千伏专线，园区现有", "园区要素清单"),
        (FactKind.CHAMBER, "本县异地商会副会长单位", "商会来函"),
    ),
    5: ((FactKind.TAKEN, "邻县上个月已经首谈", "市投促局通报"),),
    6: ((FactKind.SITE_HALF, "用能量够，离高速口 40 公里", "园区要素清单"),),
    7: ((FactKind.POLLUTED, "去年因废水超标被处罚，还没有整改完", "生态环境局公示"),),
}
_WHY_GIVEN_UP = ("总部三年内不再扩产", "已经落户邻市", "环评等级不符合园区要求")


def targets_taken_up(telling: Telling, leads: Sequence[LeadStory]) -> list[Deed]:
    """Their acts. Visits and leads of these companies are told elsewhere, and move them by themselves."""
    rng, story = Random(SEED), Story()  # chance of its own, so that the rest of the history stays as it is
    for company, day, method in (*_before_leads(telling, leads), *_before_visits(telling, leads)):
        telling.touch(company, day, _officer(rng))
        _take_up(telling, rng, story, company, day, method)
    fresh = _untouched(telling)
    for place, (company, days) in enumerate(zip(fresh, _days(rng), strict=False)):
        day = telling.span.ago(days)
        _take_up(telling, rng, story, company, day, rng.choice(_METHODS), of_unit=place < 2)
        _move_on(telling, rng, story, company, day, place)
        _find_out(telling, story, company, day, place)
    return story.acts(rng, telling.span)


def _wanted(telling: Telling, company: int) -> bool:
    told = telling.companies[company]
    return told.chain in CODES and told.node in _GAPS


def _before_leads(telling: Telling, leads: Sequence[LeadStory]) -> Iterator[tuple[int, date, LeadSource]]:
    """Companies with one ordinary lead of the last year, still talked with or lost, and a day before it."""
    alone = [lead.company for lead in leads]
    found = {True: 0, False: 0}
    for lead in leads:
        is_lost, began = lead.now is S.LOST, lead.stages[0][1]
        most = HANDED_BACK if is_lost else IN_TALKS
        is_apt = lead.now in {S.LOST, S.FIRST_TALK, S.NEGOTIATING, S.INSPECTING} and not lead.confidential
        recent = began > telling.span.ago(380)
        is_only = alone.count(lead.company) == 1 and _wanted(telling, lead.company)
        if is_apt and recent and is_only and found[is_lost] < most:
            found[is_lost] += 1
            yield lead.company, working_day_before(began - 20 * DAY), lead.source


def _before_visits(telling: Telling, leads: Sequence[LeadStory]) -> Iterator[tuple[int, date, LeadSource]]:
    """Companies without a lead that were first called on of late, and a day before that."""
    taken = {lead.company for lead in leads}
    met = sorted((day, company) for company, (day, _by) in telling.touched.items() if company not in taken)
    apt = [
        (day, company) for day, company in met if day > telling.span.ago(300) and _wanted(telling, company)
    ]
    for day, company in apt[-MET:]:
        yield company, working_day_before(day - 15 * DAY), _METHODS[company % len(_METHODS)]


def _untouched(telling: Telling) -> list[int]:
    companies = range(len(telling.companies))
    return [each for each in companies if each not in telling.touched and _wanted(telling, each)]


def _days(rng: Random) -> list[int]:
    """How long ago each of the untouched ones was taken up: the waiting, the planned, the silent, the given
    up.
    """
    spans = ((3, 40),) * WAITING + ((10, 70),) * PLANNED + ((110, 260),) * SILENT + ((90, 200),) * GIVEN_UP
    return [rng.randint(*span) for span in spans]


def _officer(rng: Random) -> str:
    return rng.choice(county.BUREAU_OFFICERS + county.LOCAL_OFFICERS)


def _take_up(
    telling: Telling,
    rng: Random,
    story: Story,
    company: int,
    day: date,
    method: LeadSource,
    *,
    of_unit: bool = False,
) -> None:
    by = _officer(rng)
    make = partial(
        TakeUpTarget,
        by=by,
        company=company,
        node=telling.companies[company].node,
        owner="" if of_unit else by,
        on=day,
        method=method,
        origin=rng.choice(_ORIGINS),
        note=rng.choice(_NOTES),
        step="" if of_unit else rng.choice(_STEPS),
        step_on=working_day_before(max(day + 12 * DAY, telling.span.last + rng.randint(-2, 15) * DAY)),
    )
    story.add(day, BEGIN, make)


def _move_on(telling: Telling, rng: Random, story: Story, company: int, day: date, place: int) -> None:
    """Those that nobody met yet: planned, silent since, or given up."""
    if place < WAITING:
        return
    make = partial(MoveTarget, by=county.HEAD, company=company)
    planned = working_day_before(min(day + 9 * DAY, telling.span.last))
    story.add(planned, MOVE, partial(make, to=TargetStage.PLANNED, on=planned, reason=""))
    if place >= WAITING + PLANNED + SILENT:
        on = telling.span.ago(rng.randint(5, 60))
        why = _WHY_GIVEN_UP[place % len(_WHY_GIVEN_UP)]
        story.add(on, MOVE, partial(make, to=TargetStage.DROPPED, on=on, reason=why))


def _find_out(telling: Telling, story: Story, company: int, day: date, place: int) -> None:
    on = working_day_before(min(day + 2 * DAY, telling.span.last))
    for kind, what, source in _FOUND_OUT.get(place, ()):
        make = partial(EnterTargetFact, by=county.HEAD, company=company)
        story.add(on, AFTER, partial(make, kind=kind, what=what, source=source, on=day))
