"""Three directed campaigns of the invented county, out of the companies that it wants: one that was ended
with its results, one with doors to knock on this week, one that is planned.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from app.core.access.auth import acting_as, require_actor
from app.core.storage.db import db
from app.core.values import clock
from app.core.values.clock import today
from app.core.values.workdays import is_working_day
from app.promotion.campaigns import queries, services
from app.promotion.campaigns.enums import CampaignResult, CompanyStage, MarkKind
from app.promotion.campaigns.models import Campaign, CampaignTarget
from app.promotion.campaigns.rules import IntroducerShare
from app.promotion.leads.enums import LeadSource
from app.promotion.targets.enums import TargetStage
from app.promotion.targets.models import TargetEnterprise
from app.register.accounts.models import Person, Unit
from app.register.accounts.queries import actor_by_login

_DAY = timedelta(days=1)
_EACH = 8  # companies of a campaign
_RESULTS = {
    CompanyStage.SIGNED: (CampaignResult.SIGNED, "正式协议已签，转项目跟进"),
    CompanyStage.IN_TALKS: (CampaignResult.IN_TALKS, "线索还在谈，由负责人接着跟"),
    CompanyStage.MET_AGAIN: (CampaignResult.INTERESTED, "来看过厂房，等总部定明年的投资计划"),
    CompanyStage.INVITED: (CampaignResult.INTERESTED, "说好明年春天来"),
    CompanyStage.CONTACTED: (CampaignResult.DECLINED, "三年内不扩产，明年再问一次"),
    CompanyStage.UNTOUCHED: (CampaignResult.UNREACHED, "总机转不进去，等商会引见"),
}
_ACTIONS = (
    "请链主的采购负责人先打招呼，再约分管投资的副总",
    "上门看产线，带上园区厂房和用能清单",
    "请商会许会长引见，约总经理喝茶",
    "先发园区资料，一周后电话回访",
)


def run_campaigns() -> None:
    """Enters all three. Does not commit."""
    met = _targets(TargetStage.CONTACTED, TargetStage.IN_TALKS)
    waiting = _targets(TargetStage.POOL, TargetStage.PLANNED)
    _ended(met[:_EACH])
    _running([*met[-4:], *waiting[:6]])
    _planned(waiting[-4:])


def _targets(*stages: TargetStage) -> Sequence[TargetEnterprise]:
    query = select(TargetEnterprise).where(
        TargetEnterprise.open_enterprise_id.is_not(None), TargetEnterprise.stage.in_(stages)
    )
    return db.session.scalars(query.order_by(TargetEnterprise.id)).all()


def _person(name: str) -> Person:
    return db.session.scalars(select(Person).where(Person.name == name)).one()


def _unit(name: str) -> Unit:
    return db.session.scalars(select(Unit).where(Unit.name == name)).one()


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9, 30), tzinfo=clock.BEIJING)


def _join(campaign: Campaign, targets: Sequence[TargetEnterprise]) -> list[CampaignTarget]:
    return [services.add_company(campaign, target.enterprise) for target in targets]


def _write_plans(rows: Sequence[CampaignTarget], owners: Sequence[Person]) -> None:
    for place, row in enumerate(rows):
        drafted = queries.drafted(row, require_actor())
        owner, action = owners[place % len(owners)], _ACTIONS[place % len(_ACTIONS)]
        services.change_plan(row, row.version, services.PlanData(owner=owner, next_action=action, **drafted))


def _ended(targets: Sequence[TargetEnterprise]) -> None:
    first, last = today() - 240 * _DAY, today() - 30 * _DAY
    actor = actor_by_login("heliqun")
    with acting_as(actor):
        with clock.as_if(_at(first - 5 * _DAY)):
            campaign = services.create_campaign(
                services.CampaignData(
                    name="一家一策敲门行动",
                    method=LeadSource.DIRECTED,
                    first_on=first,
                    last_on=last,
                    owner=_person("何立群"),
                    theme="缺的环节里有扩产迹象的",
                    parts=[_unit("驻长三角组"), _unit("经开区")],
                    goals=services.Goals(visits=20, leads=4, talks=3, signed=1, amount=500_000_000),
                    notes="从缺的环节里挑有扩产迹象的，一家一策，两人一组上门。",
                )
            )
            rows = _join(campaign, targets)
        with clock.as_if(_at(first)):
            _write_plans(rows, [_person("何立群"), _person("罗曼青")])
            services.set_introducers(
                rows[0],
                rows[0].version,
                IntroducerShare(_person("罗曼青").id, "", 60),
                IntroducerShare(None, "商会许会长", 40),
            )
            services.mark(rows[-1], MarkKind.INVITED, first, "寄了产业推介会请柬")
        with clock.as_if(_at(last + 2 * _DAY)):
            for line in queries.lines_of(campaign, actor):
                result, note = _RESULTS[line.reached.stage]
                services.settle(campaign, [line.row], result, note)
            services.close(campaign, campaign.version)


def _running(targets: Sequence[TargetEnterprise]) -> None:
    first, last = today() - 18 * _DAY, today() + 25 * _DAY
    actor = actor_by_login("luomanqing")
    with acting_as(actor):
        with clock.as_if(_at(first - 3 * _DAY)):
            campaign = services.create_campaign(
                services.CampaignData(
                    name="补链敲门月",
                    method=LeadSource.CHAIN,
                    first_on=first,
                    last_on=last,
                    owner=_person("罗曼青"),
                    theme="补缺的环节",
                    parts=[_unit("招商一科")],
                    goals=services.Goals(visits=12, leads=3, talks=1),
                    notes="每周跑两天，同城的排在一天。",
                )
            )
            rows = _join(campaign, targets)
            _write_plans(rows[:4], [_person("罗曼青"), _person("孟书瑶")])
        with clock.as_if(_at(first + _DAY)):
            services.mark(rows[1], MarkKind.CONTACTED, first, "请采购经理转达，对方愿意见")
            services.mark(rows[2], MarkKind.INVITED, first + _DAY, "请来看冷库和标准厂房")
        for place, day in enumerate(_working_days(today(), 3)):
            services.plan_day(campaign, day, rows[place * 3 : place * 3 + 3], "上午两家，下午一家")


def _planned(targets: Sequence[TargetEnterprise]) -> None:
    with acting_as(actor_by_login("shenruolan")):
        campaign = services.create_campaign(
            services.CampaignData(
                name="储能示范场景招商",
                method=LeadSource.SCENARIO,
                first_on=today() + 12 * _DAY,
                last_on=today() + 100 * _DAY,
                owner=_person("沈若兰"),
                theme="园区储能示范",
                parts=[_unit("高新区")],
                goals=services.Goals(visits=10, leads=2),
                details={"scenario": "园区屋顶光伏和储能示范，三处厂房先开放", "scenario_unit": "高新区"},
                notes="场景清单按公开征集的办，不指定谁来做。",
            )
        )
        _join(campaign, targets)


def _working_days(since: date, count: int) -> list[date]:
    days, day = list[date](), since
    while len(days) < count:
        if is_working_day(day):
            days.append(day)
        day += _DAY
    return days
