"""Decisions about the companies of a campaign: how far one is, shares, days of what is noted. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.core.values.enums import LabelledEnum
from app.promotion.campaigns.enums import CompanyStage

MOST_COMPANIES = 300  # of one campaign
MOST_PASTED = 100  # at once
HEADINGS = frozenset({"企业名称", "公司名称", "单位名称", "企业全称"})  # of a column that was copied whole
FULL = 100


class LogKind(LabelledEnum):
    """What tells how far a campaign is with a company."""

    CALL = "call", "电话视频"
    VISIT = "visit", "外出拜访"
    RECEPTION = "reception", "来访接待"
    CONTACT = "contact", "联系上了"
    INVITATION = "invitation", "发了邀请"
    TALK = "talk", "线索进入首谈"
    CONTRACT = "contract", "正式签约"


@dataclass(frozen=True, slots=True)
class Log:
    """One visit, one mark, or the first arrival of a lead at a stage, on its day."""

    kind: LogKind
    on: date

    @property
    def is_noted(self) -> bool:
        """Whether people noted it by hand."""
        return self.kind in (LogKind.CONTACT, LogKind.INVITATION)


@dataclass(frozen=True, slots=True)
class Reached:
    """How far it is, and since when; None while nobody has been in touch."""

    stage: CompanyStage
    on: date | None = None

    @property
    def words(self) -> str:
        return f"{self.stage.label}　{self.on:%m-%d}" if self.on else self.stage.label


_TELLS = {
    LogKind.CONTRACT: CompanyStage.SIGNED,
    LogKind.TALK: CompanyStage.IN_TALKS,
    LogKind.RECEPTION: CompanyStage.MET_AGAIN,
    LogKind.INVITATION: CompanyStage.INVITED,
}
_ORDER = tuple(CompanyStage)


def reached(logs: Iterable[Log], first_on: date, last_on: date) -> Reached:
    """How far a company is by what was logged within the days, in whatever order it was written down: the
    furthest that anything tells, since the first day of it. A second visit on another day is a return visit.
    """
    days: dict[CompanyStage, date] = {}
    visits = set()
    for log in logs:
        if not first_on <= log.on <= last_on:
            continue
        if log.kind is LogKind.VISIT:
            visits.add(log.on)
        stage = _TELLS.get(log.kind, CompanyStage.CONTACTED)
        days[stage] = min(log.on, days.get(stage, date.max))
    if len(visits) > 1:
        second = sorted(visits)[1]
        days[CompanyStage.MET_AGAIN] = min(second, days.get(CompanyStage.MET_AGAIN, date.max))
    if not days:
        return Reached(CompanyStage.UNTOUCHED)
    furthest = max(days, key=_ORDER.index)
    return Reached(furthest, days[furthest])


@dataclass(frozen=True, slots=True)
class IntroducerShare:
    """An introducer as typed: one of ours by inner id, or a name; the field that says it."""

    person_id: int | None
    name: str
    share: int | None

    @property
    def is_empty(self) -> bool:
        return self.person_id is None and not self.name


def problems_of_shares(first: IntroducerShare, second: IntroducerShare) -> dict[str, str]:
    """What is wrong with one or two introducers: {field: sentence}."""
    problems = {}
    for place, one in (("first", first), ("second", second)):
        if one.person_id is not None and one.name:
            problems[f"{place}_name"] = "一位引荐人要么选我方人员，要么写名字，两样只留一样"
        if one.is_empty and one.share:
            problems[f"{place}_person"] = "写了占比，请选我方人员，或写外面的人的名字"
    if first.is_empty and not second.is_empty:
        problems["first_person"] = "只有一位引荐人就写在第一位"
    told = [one for one in (first, second) if not one.is_empty]
    if not problems and told:
        if len(told) > 1 and (first.person_id, first.name) == (second.person_id, second.name):
            problems["second_person"] = "两位引荐人是同一个人，请改一位，或只写一位"
        total = sum(one.share or 0 for one in told)
        if total != FULL:
            field = "second_share" if len(told) > 1 else "first_share"
            problems[field] = f"占比合起来要是 {FULL}，现在是 {total}"
    return problems


def problem_of_mark(day: date, first_on: date, today: date) -> str | None:
    """Why something cannot have been done on a day."""
    if day > today:
        return "还没有到的日子不能记，做了再记"
    return f"要在定向招商开始（{first_on}）以后；更早的不算这一场" if day < first_on else None
