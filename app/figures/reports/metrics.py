"""What the numbers of the funnel mean, each with its rows, and the asking for all of them at once.

Formulas after the county's own practice: a figure of a batch never mixes stock and flow. Each metric carries
the version of its definition; 2: confidential leads are counted together, without stages.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from app.core.access.auth import Actor
from app.core.records.metrics import Amounted, Metric, Told
from app.core.values.labels import label_of
from app.figures.reports import queries
from app.figures.reports.enums import Extent, Figure
from app.figures.reports.policy import closed, extent_for
from app.figures.reports.queries import Counted, FigureRows, FunnelFilters, Question, projections
from app.figures.reports.rules import Closed, Period, closed_of
from app.promotion.leads.enums import PATH, LeadStage
from app.promotion.leads.models import Lead
from app.promotion.leads.policy import visible_in
from app.register.accounts.enums import Permission

_AMOUNT = label_of(Lead.amount)
_HOLDERS = "责任单位、驻点组、负责人"
_BATCH = f"本期登记的线索，按登记当日的{_HOLDERS}"
_BATCH_UNTIL = "登记日期在本期内，走到日期不晚于截至日"
_IN_PERIOD = "生效日期在本期内，且不晚于截至日"
_SUMMED = "条，金额记到元，页面上写亿元"
_SNAPSHOT = (Figure.STOCK, Figure.ENTERED, Figure.LOST)  # shown beside each other; the others are a batch


@dataclass(frozen=True, kw_only=True, slots=True)
class FunnelMetric(Metric[Question]):
    """A figure of the funnel, which opens beside it."""

    of: str = "线索"
    version: int = 2
    reads: StrEnum = Permission.FUNNEL_READ
    figure: Figure
    counted: Callable[[Question], Counted]  # whoever may see them

    def rows(self, actor: Actor, question: Question) -> Counted:
        asked = self.counted(question)
        of_stages = [asked.stage.in_(question.stages)] if question.stages else []
        return asked.within(*of_stages, visible_in(asked.source, actor))

    def told(self, figure: Amounted, period: Period, *stages: LeadStage) -> Told:
        """Its answer for a period, narrowed by nothing else, with the funnel that shows its rows."""
        return Told(self, figure.count, figure.amount, "reports.funnel", self.address(period, *stages))

    def address(self, period: Period, *stages: LeadStage) -> dict[str, Any]:
        """What the page of the funnel is asked for to show its rows. Days are named, so that they stay those
        that were counted though a day should pass in between.
        """
        days = {"from": period.start, "to": period.end, "as_of": period.as_of}
        return {
            **{name: day.isoformat() for name, day in days.items()},
            "mode": "snapshot" if self.figure in _SNAPSHOT else None,
            "figure": self.figure.value,
            "stage": [stage.value for stage in stages],
            "_anchor": "rows",
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Share(Metric[Question]):
    """One number of a batch over another: `parts` names the stage of the one and of the other."""

    of: str = "线索"
    unit: str = "%，一位小数"
    version: int = 2
    reads: StrEnum = Permission.FUNNEL_READ
    parts: Callable[[LeadStage], tuple[LeadStage, LeadStage]]

    def rows(self, actor: Actor, question: Question) -> Counted:
        """The rows above the line; those below it are what the second of `parts` opens."""
        return COHORT.rows(
            actor, replace(question, stages=tuple(self.parts(stage)[0] for stage in question.stages))
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class HiddenMetric(Metric[tuple[FunnelMetric, Question]]):
    """What somebody may count of another figure and not open."""

    of: str = "线索"
    reads: StrEnum = Permission.COUNT_CONFIDENTIAL

    def rows(self, actor: Actor, question: tuple[FunnelMetric, Question]) -> Counted:
        metric, asked = question
        counted = metric.counted(asked)
        of_stages = [counted.stage.in_(asked.stages)] if asked.stages else []
        return counted.within(*of_stages, closed(actor, counted.source))


STOCK = FunnelMetric(
    code="lead.stock",
    name=Figure.STOCK.label,
    words="截至日那天结束时处在该阶段的线索",
    formula=f"条数；金额是当日的{_AMOUNT}之和。暂缓和流失不在八个阶段之内，合计里有它们",
    unit=_SUMMED,
    cohort=f"不分批次，按当日的{_HOLDERS}",
    cut_off="生效日期不晚于截至日的台账",
    figure=Figure.STOCK,
    counted=queries.stock,
)
ENTERED = FunnelMetric(
    code="lead.entered",
    name=Figure.ENTERED.label,
    words="在本期第一次走到该阶段的线索；跳过的阶段按跳到之日算；退回后再来不重复算",
    formula=f"条数；金额是进入当日的{_AMOUNT}之和。同一条线索会先后进入几个阶段，各阶段不相加",
    unit=_SUMMED,
    cohort=f"不分批次，按进入当日的{_HOLDERS}",
    cut_off=_IN_PERIOD,
    figure=Figure.ENTERED,
    counted=queries.entered,
)
COHORT = FunnelMetric(
    code="lead.cohort",
    name=Figure.COHORT.label,
    words="本期登记的线索里，截至日走到过该阶段的",
    formula=f"条数；金额是走到当日的{_AMOUNT}之和",
    unit=_SUMMED,
    cohort=_BATCH,
    cut_off=_BATCH_UNTIL,
    figure=Figure.COHORT,
    counted=queries.cohort,
)
STUCK = FunnelMetric(
    code="lead.stuck",
    name=Figure.STUCK.label,
    words="同一批里走到本阶段、截至日还没有走到下一阶段的线索",
    formula="走到本阶段的条数 − 走到下一阶段的条数",
    unit="条",
    cohort=_BATCH,
    cut_off=_BATCH_UNTIL,
    figure=Figure.STUCK,
    counted=queries.stuck,
)
LOST = FunnelMetric(
    code="lead.lost",
    name=Figure.LOST.label,
    words="在本期登记为流失的线索，按流失前所在阶段分",
    formula=f"流失的次数；金额是流失当日的{_AMOUNT}之和",
    unit=_SUMMED,
    cohort=f"不分批次，按流失当日的{_HOLDERS}",
    cut_off=_IN_PERIOD,
    figure=Figure.LOST,
    counted=queries.lost,
)
MEDIAN_DAYS = FunnelMetric(
    code="lead.median_days",
    name="中位天数",
    words="同一批里已经走到下一阶段的，从本阶段到下一阶段用了几天；还没走到的不算在内",
    formula="各条天数从少到多排，取正中一个；双数条取正中两个的平均",
    unit="天",
    cohort=_BATCH,
    cut_off=_BATCH_UNTIL,
    figure=Figure.PASSED,
    counted=queries.passed,
)
CONVERSION = Share(
    code="lead.conversion",
    name="转化率",
    words="同一批里走到本阶段的，有多少走到了下一阶段",
    formula="下一阶段走到数 ÷ 本阶段走到数",
    cohort=_BATCH,
    cut_off=_BATCH_UNTIL,
    parts=lambda stage: (PATH[PATH.index(stage) + 1], stage),
)
SIGNED_RATE = Share(
    code="lead.signed_rate",
    name="签约率",
    words="同一批里走到在谈的，有多少正式签约；意向协议、框架协议不算",
    formula="正式签约数 ÷ 在谈数",
    cohort=_BATCH,
    cut_off=_BATCH_UNTIL,
    parts=lambda _stage: (LeadStage.SIGNED, LeadStage.NEGOTIATING),
)
CLOSED = HiddenMetric(
    code="lead.closed",
    name="保密线索",
    words="本人打不开的保密线索，不分阶段合在一起，只进总数；各阶段的数字、转化率、中位天数和明细里都没有它们",
    formula="按登记先后（流失的按流失先后）每满 3 条计一次，零头不计，不足 3 条与没有一样写；金额约到亿元",
    unit="条，金额约到亿元",
    cohort="全县；按单位、驻点组、负责人、来源筛选时不计",
    cut_off="起止是整月，或截至今天；「按当时已录入」只能是月初零点",
)
FUNNEL = (STOCK, ENTERED, COHORT, STUCK, LOST, MEDIAN_DAYS)
OWN = (*FUNNEL, CONVERSION, SIGNED_RATE, CLOSED)
BY_FIGURE = {metric.figure: metric for metric in FUNNEL}


@dataclass(frozen=True, slots=True)
class StageFigures:
    """All figures of one stage; `median_days` runs from this stage to the next."""

    stage: LeadStage
    stock: Amounted
    entered: Amounted
    cohort: Amounted
    lost: Amounted
    median_days: float | None


@dataclass(frozen=True, slots=True)
class ClosedFigures:
    """What this reader is told of confidential leads that they may not open, all stages together."""

    stock: Closed
    cohort: Closed
    lost: Closed


def sum_of(figures: Iterable[Amounted | Closed]) -> Amounted:
    """Figures of different stages, together."""
    found = list(figures)
    return Amounted(sum(figure.count for figure in found), sum(figure.amount for figure in found))


def funnel(actor: Actor, period: Period, filters: FunnelFilters | None = None) -> list[StageFigures]:
    """All figures of every stage, the path first, then on hold and lost; five queries."""
    with projections(period) as where:
        question = Question(period, filters or FunnelFilters(), where)
        stock, entered, lost, reached = (
            _by_stage(metric.rows(actor, question)) for metric in (STOCK, ENTERED, LOST, COHORT)
        )
        medians = queries.medians(MEDIAN_DAYS.rows(actor, question))
    nothing = Amounted()
    return [
        StageFigures(
            stage,
            stock.get(stage, nothing),
            entered.get(stage, nothing),
            reached.get(stage, nothing),
            lost.get(stage, nothing),
            medians.get(stage),
        )
        for stage in LeadStage
    ]


def _by_stage(counted: Counted) -> dict[LeadStage, Amounted]:
    return counted.by(counted.stage)


def open_figure(
    actor: Actor, period: Period, filters: FunnelFilters, figure: Figure, *stages: LeadStage
) -> FigureRows:
    """Exactly the rows behind a figure of these stages together; without any, of all stages."""
    with projections(period) as where:
        question = Question(period, filters, where, stages)
        return queries.opened(BY_FIGURE[figure].rows(actor, question), period)


def closed_figures(
    actor: Actor, period: Period, today: date, filters: FunnelFilters | None = None
) -> ClosedFigures | None:
    """None where they are not counted: without the right, when the figures are narrowed to somebody's leads,
    and when the period tells days.
    """
    narrowed = filters or FunnelFilters()
    if (
        extent_for(actor) is not Extent.COUNTY
        or narrowed != FunnelFilters()
        or not period.is_of_months(today)
    ):
        return None
    with projections(period) as where:
        of_all = Question(period, narrowed, where)
        stock, lost = (_closed(metric, of_all, actor) for metric in (STOCK, LOST))
        return ClosedFigures(stock, _closed(COHORT, replace(of_all, stages=PATH[:1]), actor), lost)


def _closed(metric: FunnelMetric, question: Question, actor: Actor) -> Closed:
    """Each lead once, those of a stock by registration: since when they stand there changes."""
    hidden = CLOSED.rows(actor, (metric, question))
    lead_id = hidden.source.c.lead_id
    order = (lead_id,) if metric is STOCK else (hidden.since, lead_id)
    return closed_of(queries.amounts(hidden, *order))
