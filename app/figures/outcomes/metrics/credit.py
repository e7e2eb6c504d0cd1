"""The credit for contracts: who met the company first, who introduced it, who owned the lead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.core.access.auth import Actor
from app.core.records.measures import MEASURES, MeasureAsked
from app.core.records.metrics import Metric, Rows
from app.core.values.credit import WHOLE
from app.figures.outcomes import policy, queries
from app.figures.outcomes.enums import ComparedBy, CreditSide
from app.figures.outcomes.queries import Compared
from app.figures.outcomes.rules import NOBODY, OUTSIDE, UNTEAMED, Credited, OutcomeDays, attributed
from app.register.accounts.enums import Permission as P


@dataclass(frozen=True, kw_only=True, slots=True)
class CreditMetric(Metric[MeasureAsked]):
    """Contracts by one of three questions; its rows are those of the contracts."""

    of: str = "招商成效"
    formula: str = "个数按占比折算，几个人或几个组的合起来是一个；金额同样分，分不尽的给余数最大的"
    unit: str = "个，金额记到元"
    cohort: str = "按签约日期；归谁只看当天的记录，以后换了组、移交了也不动"
    cut_off: str = "签约日期在所选日期之内，含首尾两天"
    reads: P = P.OUTCOMES_READ
    side: CreditSide

    def rows(self, actor: Actor, question: MeasureAsked) -> Rows:
        return MEASURES["lead.signed"].rows(actor, question)


BY_SIDE: Mapping[CreditSide, CreditMetric] = {
    CreditSide.FIRST: CreditMetric(
        code="outcome.first_contact",
        name="签约，按首次见面",
        words="正式签约归给全县第一次和这家企业见面的人或组，电话视频不算；几个人、几个组一起去的平分；没有见面记录的归说不上",
        side=CreditSide.FIRST,
    ),
    CreditSide.INTRODUCED: CreditMetric(
        code="outcome.introduced",
        name="签约，按引荐",
        words="正式签约归给引荐人：定向招商里写了引荐人的，按最早那场写的占比；没有的，看线索上的引荐人，那是县里以外的人；都没有的归说不上",
        side=CreditSide.INTRODUCED,
    ),
    CreditSide.OWNED: CreditMetric(
        code="outcome.owned",
        name="签约，按签约时负责",
        words="正式签约归给签约那天线索的负责人或者驻点组，以后移交也不动",
        side=CreditSide.OWNED,
    ),
}
# Who is no person or team of ours, in the order in which they stand below the others.
_OTHERS = {
    UNTEAMED: Compared(UNTEAMED, "unteamed", "不在驻点组的人"),
    OUTSIDE: Compared(OUTSIDE, "outside", "外面的人"),
    NOBODY: Compared(NOBODY, "nobody", "说不上"),
}


@dataclass(frozen=True, slots=True)
class CreditSum:
    """What somebody has of the contracts on one side."""

    side: CreditSide
    credit: int = 0
    amount: int = 0

    @property
    def number(self) -> float:
        return self.credit / WHOLE


@dataclass(frozen=True, slots=True)
class CreditLine:
    """Somebody, with what is theirs on each side; the line of the total has nobody."""

    who: Compared | None
    sums: tuple[CreditSum, ...]


@dataclass(frozen=True, slots=True)
class Credits:
    """The contracts of some days on the three sides. `total` is None for who does not see the county."""

    by: ComparedBy
    days: OutcomeDays
    lines: tuple[CreditLine, ...]
    total: CreditLine | None


def parts_of(by: ComparedBy, days: OutcomeDays) -> list[Credited]:
    """Every part of every contract of these days; four statements."""
    signed = queries.signings(by, days)
    companies = {one.enterprise for one in signed}
    meetings = queries.first_meetings(companies, by, days)
    return attributed(signed, meetings, queries.introductions(companies, by))


def credits_of(by: ComparedBy, days: OutcomeDays, actor: Actor) -> Credits:
    """All whom somebody may compare, with what is theirs."""
    parts = parts_of(by, days)
    holders = {part.holder for part in parts}
    if policy.is_county(actor):
        known = queries.named(by, holders)
        who = [*known.values(), *(one for each, one in _OTHERS.items() if each in holders)]
    else:
        who = queries.compared_of(by, days, actor, [each for each in holders if each > 0])
    lines = tuple(_line(one, [part for part in parts if part.holder == one.id]) for one in who)
    return Credits(by, days, lines, _line(None, parts) if policy.is_county(actor) else None)


def _line(who: Compared | None, parts: Iterable[Credited]) -> CreditLine:
    found = {side: [0, 0] for side in CreditSide}
    for part in parts:
        found[part.side][0] += part.credit
        found[part.side][1] += part.amount
    return CreditLine(who, tuple(CreditSum(side, *both) for side, both in found.items()))
