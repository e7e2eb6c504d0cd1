"""The order in which the dates of a lead must lie: one table, which every writer asks. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from app.core.values.enums import LabelledEnum
from app.promotion.leads.enums import Criterion, LeadStage
from app.promotion.leads.rules import REGISTERED_LATE

OLDEST = date(2000, 1, 1)
LONG_BEFORE = 90  # days


class Fact(LabelledEnum):
    """What has a date of its own. Codes are names of fields, so that none equals that of a stage."""

    FIRST_TALK = "first_talk_on", "首谈日期"
    MET = "met_on", "第一次见面的日期"
    CONCLUSION = "conclusion_on", "会议日期"
    REVIEW = "reviewed_on", "公平竞争审查日期"
    CONTRACT = "signed_on", "合同签订日期"


Mark = Fact | LeadStage  # a stage stands for the day on which it was entered
Known = Mapping[Mark, date]
Criteria = Mapping[LeadStage, Collection[Criterion]]

_REMEDIES: dict[Fact, str] = {
    Fact.FIRST_TALK: "首谈日期写错了，先在首谈登记里改",
    Fact.MET: "更早见过面的，先补记那次走访",
    Fact.CONCLUSION: "会议日期写错了，先在会议结论里改",
    Fact.REVIEW: "审查日期写错了，先改审查结论",
    Fact.CONTRACT: "合同日期写错了，先改协议",
}
_OF_STAGE = "阶段记错了，请招商局在阶段台账里更正那一行"


@dataclass(frozen=True, slots=True)
class Pair:
    """`earlier` does not lie after `later`; with `same` the two are one day.

    With `asked` the pair counts only where the stage asks for that criterion. `forward` is asked of the later
    date alone: a lead that is reviewed again still bears the conclusion of the first time.
    """

    earlier: Mark
    later: Mark
    same: bool = False
    forward: bool = False
    asked: Criterion | None = None


# Domain.md §2.1. A first talk may well come before the registration and 研判: 首谈 files what has been. 审查
# comes before the signing by law. The funnel counts a signing by its move, the list of projects by the
# contract: only when both are one day do the two agree.
ORDER = (
    Pair(Fact.FIRST_TALK, LeadStage.FIRST_TALK),
    Pair(Fact.MET, LeadStage.NEGOTIATING, asked=Criterion.CONTACT_MADE),
    Pair(LeadStage.REVIEWING, Fact.CONCLUSION, forward=True),
    Pair(Fact.CONCLUSION, LeadStage.APPROVED),
    Pair(Fact.CONCLUSION, Fact.CONTRACT),
    Pair(Fact.REVIEW, Fact.CONTRACT),
    Pair(Fact.REVIEW, LeadStage.SIGNED),
    Pair(Fact.CONTRACT, LeadStage.SIGNED, same=True),
)
# The day of entering a stage that a paper tells.
_TOLD_BY = {LeadStage.APPROVED: Fact.CONCLUSION, LeadStage.SIGNED: Fact.CONTRACT}


def why_not_dated(
    mark: Mark,
    day: date,
    known: Known,
    labels: Mapping[LeadStage, str],
    criteria: Criteria,
) -> str | None:
    """The sentence that refuses a date because another one contradicts it: what, which, how to put right.

    `known` holds the other dates, `labels` the names of the stages, `criteria` what each stage asks for.
    """
    for pair in ORDER:
        if not _speaks_of(pair, mark, criteria):
            continue
        other = pair.earlier if mark is pair.later else pair.later
        on = known.get(other)
        if on is not None and _contradicts(pair, mark, day, on):
            return _refusal(pair, mark, day, other, on, labels)
    return None


def held_against(mark: Mark, criteria: Criteria) -> set[Mark]:
    """What else has a date that has a say in this one."""
    pairs = [pair for pair in ORDER if _speaks_of(pair, mark, criteria)]
    return {pair.earlier if mark is pair.later else pair.later for pair in pairs}


def _speaks_of(pair: Pair, mark: Mark, criteria: Criteria) -> bool:
    if mark is not pair.later and (mark is not pair.earlier or pair.forward):
        return False
    if pair.asked is None or not isinstance(pair.later, LeadStage):
        return True
    return pair.asked in criteria.get(pair.later, ())


def _contradicts(pair: Pair, mark: Mark, day: date, on: date) -> bool:
    if pair.same:
        return day != on
    return day < on if mark is pair.later else day > on


def _refusal(
    pair: Pair, mark: Mark, day: date, other: Mark, on: date, labels: Mapping[LeadStage, str]
) -> str:
    theirs = f"{_name(other, labels)}（{on}）"
    if pair.same:
        said, change = f"要和{theirs}是同一天", f"改成 {on}"
    elif mark is pair.later:
        said, change = f"不能早于{theirs}", f"改成 {on} 或以后"
    else:
        said, change = f"不能晚于{theirs}", f"改成 {on} 或以前"
    return f"{_name(mark, labels)}（{day}）{said}：{change}；{_remedy(other)}"


def _name(mark: Mark, labels: Mapping[LeadStage, str]) -> str:
    return mark.label if isinstance(mark, Fact) else f"进入「{labels[mark]}」的日期"


def _remedy(mark: Mark) -> str:
    return _REMEDIES[mark] if isinstance(mark, Fact) else _OF_STAGE


def why_not_a_day(label: str, day: date, today: date) -> str | None:
    """The sentence that refuses a date which cannot be that of anything that has happened."""
    if day > today:
        return f"{label}不能晚于今天（{today}）"
    if day < OLDEST:
        return f"{label}不能早于 {OLDEST}，请核对年份"
    return None


def doubt_of_review(day: date, registered_on: date) -> str | None:
    """What speaks against a review that lies long before its lead: a lead is sometimes registered late, so
    that it is asked and not refused.
    """
    early = (registered_on - day).days
    if early <= LONG_BEFORE:
        return None
    return (
        f"审查日期（{day}）比线索登记（{registered_on}）早 {early} 天，请核对年份和月份；没有写错就在下面勾选"
    )


@dataclass(frozen=True, slots=True)
class Proposal:
    """The day to enter a stage on, and why; `words` is empty when nothing is dated that tells it."""

    day: date
    words: str = ""


def told_by(stage: LeadStage) -> set[Mark]:
    """What has a date that `proposed` goes by; nothing for a stage that no paper tells."""
    fact = _TOLD_BY.get(stage)
    return {fact, LeadStage.LEAD} if fact else set()


def proposed(stage: LeadStage, known: Known, moved_on: date, today: date) -> Proposal:
    """The day that the paper of a stage says, today without one. A paper older than the last move cannot be
    followed: then the words say that the two do not agree, and how to put it right.
    """
    fact = _TOLD_BY.get(stage)
    day = known.get(fact) if fact else None
    if fact is None or day is None or day > today:
        return Proposal(today)
    registered_on = known.get(LeadStage.LEAD)
    if registered_on is not None and day < registered_on:
        late = f"{fact.label}是 {day}，早于登记日期（{registered_on}），两个日期对不上"
        return Proposal(today, f"{late}：{_REMEDIES[fact]}；{REGISTERED_LATE}")
    if day < moved_on:
        late = f"{fact.label}是 {day}，早于上一次阶段变动（{moved_on}），两个日期对不上"
        return Proposal(today, f"{late}：{_REMEDIES[fact]}；{_OF_STAGE}")
    return Proposal(day, f"照{fact.label} {day}")
