"""What the numbers of outcomes mean, and all of them beside each other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from app.core.access.auth import Actor
from app.core.records.measures import MEASURES, Measure, MeasureAsked, Tally
from app.core.records.metrics import Metric, Rows
from app.core.values.credit import WHOLE
from app.figures.outcomes import queries
from app.figures.outcomes.enums import ComparedBy
from app.figures.outcomes.enums import OutcomeFigure as F
from app.figures.outcomes.queries import Compared
from app.figures.outcomes.rules import FEW, OutcomeDays, each_costs, each_yi_costs
from app.register.accounts.enums import Permission as P

# The measure behind each figure.
MEASURED: Mapping[F, str] = {
    F.MET_FIRST: "visit.met_first",
    F.MET_AGAIN: "visit.met_again",
    F.OUTBOUND: "visit.outbound",
    F.RECEPTION: "visit.reception",
    F.VALID: "lead.valid",
    F.TALKS: "lead.negotiating",
    F.SIGNED: "lead.signed",
    F.AMOUNT: "lead.signed",
    F.COST: "expense.amount",
    F.DAYS_TO_LEAD: "lead.new",
    F.DAYS_TO_SIGN: "lead.signed",
}
_MET = (F.MET_FIRST, F.MET_AGAIN, F.OUTBOUND, F.RECEPTION)
_MADE = (F.VALID, F.TALKS, F.SIGNED, F.AMOUNT)
_COST, _DAYS = (F.COST, F.PER_LEAD, F.PER_YI), (F.DAYS_TO_LEAD, F.DAYS_TO_SIGN)
# A way is told by leads alone: a visit or a ticket has none of its own.
FIGURES: Mapping[ComparedBy, tuple[F, ...]] = {
    **dict.fromkeys((ComparedBy.TEAM, ComparedBy.UNIT, ComparedBy.PERSON), (*_MET, *_MADE, *_COST, *_DAYS)),
    ComparedBy.METHOD: (*_MADE, *_DAYS),
    ComparedBy.CAMPAIGN: (*_MET, *_MADE, *_DAYS),
}
UNITS: Mapping[F, str] = {
    **dict.fromkeys(_MET[1:], "次"),
    F.MET_FIRST: "家",
    **dict.fromkeys((F.VALID, F.TALKS), "条"),
    F.SIGNED: "个",
    F.AMOUNT: "亿元",
    F.COST: "万元",
    F.PER_LEAD: "万元/条",
    F.PER_YI: "万元/亿元",
    **dict.fromkeys(_DAYS, "天"),
}
AMOUNTS = frozenset({F.AMOUNT, F.COST})
# Whose rows are told with their amounts, and with the days since the first contact.
OF_AMOUNT = AMOUNTS | {F.PER_YI}
FROM_CONTACT = frozenset(_DAYS)


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeMetric(Metric[MeasureAsked]):
    """A number made of those of measures; its rows are those of the measure that stands below the line."""

    of: str = "招商成效"
    version: int = 1
    reads: P = P.OUTCOMES_READ
    figure: F
    below: str

    def rows(self, actor: Actor, question: MeasureAsked) -> Rows:
        return MEASURES[self.below].rows(actor, question)


_COHORT = "和支出、线索、签约一样，归当天的驻点组、人、单位，以后换了组也不动"
_UNTIL = "日期在所选日期之内，含首尾两天"
OWN: tuple[OutcomeMetric, ...] = (
    OutcomeMetric(
        code="outcome.per_lead",
        name="每条有效线索成本",
        words="花掉的经费摊到每条有效线索上是多少；没有有效线索，或者没有登记支出，就不算，写 —",
        formula="经费支出 ÷ 有效线索条数",
        unit="万元",
        cohort=_COHORT,
        cut_off=_UNTIL,
        figure=F.PER_LEAD,
        below="lead.valid",
    ),
    OutcomeMetric(
        code="outcome.per_yi",
        name="每亿元签约成本",
        words="花掉的经费摊到每亿元正式签约上是多少；没有签约金额，或者没有登记支出，就不算，写 —",
        formula="经费支出 ÷ 正式签约金额（亿元）",
        unit="万元",
        cohort=_COHORT,
        cut_off=_UNTIL,
        figure=F.PER_YI,
        below="lead.signed",
    ),
    OutcomeMetric(
        code="outcome.days_to_lead",
        name="第一次接触到登记线索",
        words="全县第一次和这家企业见面或者通话，到登记成线索用了几天；登记以前没有接触记录的线索不算",
        formula="各条天数从少到多排，取正中一个；双数条取正中两个的平均",
        unit="天",
        cohort="按线索登记的日期，归当天的驻点组、人、单位",
        cut_off=_UNTIL,
        figure=F.DAYS_TO_LEAD,
        below="lead.new",
    ),
    OutcomeMetric(
        code="outcome.days_to_sign",
        name="第一次接触到正式签约",
        words="全县第一次和这家企业见面或者通话，到正式签约用了几天；签约以前没有接触记录的不算",
        formula="各条天数从少到多排，取正中一个；双数条取正中两个的平均",
        unit="天",
        cohort="按签约的日期，归当天的驻点组、人、单位",
        cut_off=_UNTIL,
        figure=F.DAYS_TO_SIGN,
        below="lead.signed",
    ),
)
_BY_FIGURE = {metric.figure: metric for metric in OWN}


def metric_of(figure: F) -> Metric[Any]:
    """How a figure is defined."""
    return _BY_FIGURE.get(figure) or MEASURES[MEASURED[figure]]


def measure_of(figure: F) -> Measure:
    """Whose rows it opens to."""
    own = _BY_FIGURE.get(figure)
    return MEASURES[own.below if own else MEASURED[figure]]


@dataclass(frozen=True, slots=True)
class OutcomeValue:
    """One number of one of them: None where it cannot be told; `few` rows stand behind a median."""

    figure: F
    value: float | None
    number: int = 0  # rows behind it, where it is made of rows of its own

    @property
    def few(self) -> bool:
        return self.figure in _DAYS and 0 < self.number < FEW


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """One of those who are compared, with all numbers; the line of the total has nobody."""

    who: Compared | None
    outcomes: tuple[OutcomeValue, ...]

    def of(self, figure: F) -> OutcomeValue:
        return next(one for one in self.outcomes if one.figure is figure)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Who stands beside whom, with which numbers."""

    by: ComparedBy
    days: OutcomeDays
    figures: tuple[F, ...]
    lines: tuple[OutcomeLine, ...]
    total: OutcomeLine

    @property
    def metrics(self) -> list[Metric[Any]]:
        return list({metric_of(each).code: metric_of(each) for each in self.figures}.values())


def figures_for(by: ComparedBy, actor: Actor) -> tuple[F, ...]:
    """The figures of which somebody may read the records."""
    return tuple(each for each in FIGURES[by] if actor.may(measure_of(each).reads))


def outcomes(by: ComparedBy, days: OutcomeDays, actor: Actor) -> Outcomes:
    """All numbers of all whom somebody may compare; a statement a measure, and one for the sums."""
    figures = figures_for(by, actor)
    codes = dict.fromkeys(MEASURED[each] for each in figures if each in MEASURED)
    rows = {code: queries.rows_of(MEASURES[code], by, days) for code in codes}
    found = {code: queries.tallies(each) for code, each in rows.items()}
    took = {each: queries.days_from_contact(rows[MEASURED[each]], days) for each in figures if each in _DAYS}
    with_numbers = {group for each in found.values() for group, one in each.items() if one != Tally()}
    compared = queries.compared_of(by, days, actor, with_numbers)
    lines = [
        _line(
            one,
            figures,
            {code: each.get(one.id, Tally()) for code, each in found.items()},
            _days_of(took, [one]),
        )
        for one in compared
    ]
    ids = [one.id for one in compared]
    of_all = queries.wholes(rows, ids)
    return Outcomes(by, days, figures, tuple(lines), _line(None, figures, of_all, _days_of(took, compared)))


def _days_of(
    took: Mapping[F, Mapping[int, Mapping[int, int]]], compared: Sequence[Compared]
) -> dict[F, list[int]]:
    """Days of the leads of some, each lead once."""
    found = {}
    for figure, groups in took.items():
        leads: dict[int, int] = {}
        for one in compared:
            leads |= groups.get(one.id, {})
        found[figure] = list(leads.values())
    return found


def _line(
    who: Compared | None,
    figures: Sequence[F],
    tallied: Mapping[str, Tally],
    took: Mapping[F, Sequence[int]],
) -> OutcomeLine:
    return OutcomeLine(who, tuple(_outcome(each, tallied, took) for each in figures))


def _outcome(figure: F, tallied: Mapping[str, Tally], took: Mapping[F, Sequence[int]]) -> OutcomeValue:
    if figure in _DAYS:
        days = took[figure]
        return OutcomeValue(figure, median(days) if days else None, len(days))
    if figure in _RATIOS:
        below = tallied[_BY_FIGURE[figure].below]
        return OutcomeValue(figure, _RATIOS[figure](tallied[MEASURED[F.COST]].amount, below))
    one = tallied[MEASURED[figure]]
    value = one.amount if figure in AMOUNTS else one.credit / WHOLE
    return OutcomeValue(figure, value)


_RATIOS: Mapping[F, Callable[[int, Tally], int | None]] = {
    F.PER_LEAD: lambda spent, below: each_costs(spent, below.credit // WHOLE),
    F.PER_YI: lambda spent, below: each_yi_costs(spent, below.amount),
}
