"""First arrivals of leads at a stage, by the team, owner and unit that held them on that day."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from app.core.records.history import EntryKind
from app.core.records.measures import By, Measure, measured
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead, LeadEntry, LeadReach
from app.promotion.leads.policy import visible
from app.register.accounts.enums import Permission

_HOLDERS = {By.TEAM: LeadReach.team_id, By.PERSON: LeadReach.owner_id, By.UNIT: LeadReach.unit_id}


def _arrivals(stage: LeadStage) -> Callable[[By, date, date], Select[Any]]:
    """A stage that was jumped over counts as reached by the jump, as in the funnel."""
    entered = select(func.min(LeadEntry.recorded_at)).where(
        LeadEntry.lead_id == LeadReach.lead_id,
        LeadEntry.effective_on == LeadReach.first_date,
        LeadEntry.kind == EntryKind.MOVE,
    )
    recorded_at = entered.correlate(LeadReach).scalar_subquery()

    def counted(by: By, first: date, last: date) -> Select[Any]:
        rows = measured(
            _HOLDERS[by], LeadReach.lead_id, LeadReach.first_date, recorded_at, amount=LeadReach.amount
        )
        return rows.where(LeadReach.stage == stage, LeadReach.first_date.between(first, last))

    return counted


def _measure(stage: LeadStage, code: str, name: str, words: str) -> Measure:
    return Measure(
        code=f"lead.{code}",
        name=name,
        of=Lead.__called__,
        words=words,
        formula="条数；金额是当天的计划总投资之和。一条线索一个阶段只记一次，退回后再来不重复记",
        unit="条，金额记到元",
        cohort="按走到的日期，归当天的驻点组、负责人、责任单位，以后移交也不动",
        cut_off="生效日期在所选日期之内的台账",
        reads=Permission.LEADS_READ,
        model=Lead,
        visible=visible,
        counted=_arrivals(stage),
        has_amount=True,
    )


MEASURED = (
    _measure(LeadStage.LEAD, "new", "登记的线索", "登记进来的线索；登记重复的只算以它为准的那一条"),
    _measure(
        LeadStage.ASSESSED,
        "valid",
        "有效线索",
        "第一次走到研判、确定跟进的线索。没有走到研判就暂缓或流失的不算",
    ),
    _measure(LeadStage.NEGOTIATING, "negotiating", "进入在谈", "第一次走到在谈的线索，至少见过一次面"),
    _measure(LeadStage.SIGNED, "signed", "正式签约", "凭正式协议签约的线索；意向协议、框架协议不算"),
)
