"""The funnel: figures at the left, the rows of the chosen one at the right. How each number is defined."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import SIGNED_IN, requires
from app.core.records.metrics import METRICS, Metric
from app.core.values import clock
from app.core.values.errors import RuleBroken
from app.core.values.labels import label_of
from app.core.values.money import in_yi
from app.core.web.budgets import asks, costs
from app.core.web.pages import read_choice, read_date, read_member, read_members, read_text, url_with
from app.figures.reports import metrics
from app.figures.reports.enums import Figure
from app.figures.reports.metrics import StageFigures, closed_figures, funnel, open_figure, sum_of
from app.figures.reports.policy import FUNNEL_AS_KNOWN, extent_for
from app.figures.reports.queries import FunnelFilters
from app.figures.reports.rules import Period, checked_period, ratio, stuck
from app.promotion.leads.enums import PATH, LeadSource, LeadStage
from app.promotion.leads.models import Lead
from app.promotion.leads.queries import stages_on
from app.register.accounts.enums import Permission, UnitKind
from app.register.accounts.models import Person, Unit
from app.register.accounts.queries import (
    Choices,
    get_person,
    get_unit,
    people_to_narrow_by,
    teams_to_narrow_by,
    unit_ids_below,
    units_to_narrow_by,
)

bp = Blueprint("reports", __name__)
UNITS = (UnitKind.BUREAU, UnitKind.SECTION, UnitKind.DEPARTMENT, UnitKind.TOWNSHIP, UnitKind.PARK)

MODES = (("cohort", "同一批"), ("snapshot", "期末存量"))


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What the URL narrows by, as the page shows it."""

    unit: Unit | None
    team: Unit | None
    owner: Person | None
    people: Choices
    source: LeadSource | None

    def filters(self) -> FunnelFilters:
        return FunnelFilters(
            unit_ids=unit_ids_below(self.unit.id) if self.unit else frozenset(),
            team_id=self.team.id if self.team else None,
            owner_id=self.owner.id if self.owner else None,
            source=self.source,
        )

    def chips(self) -> list[dict[str, str]]:
        shown = (
            ("unit", label_of(Lead.unit_id), self.unit and self.unit.name),
            ("team", label_of(Lead.team_id), self.team and self.team.name),
            ("owner", label_of(Lead.owner_id), self.owner and dict(self.people)[self.owner.public_id]),
            ("source", label_of(Lead.source), self.source and self.source.label),
        )
        return [
            {"label": label, "value": value, "remove_url": url_with(**{name: None})}
            for name, label, value in shown
            if value
        ]


def _chosen() -> _Chosen:
    unit, team, person = (read_text(name) for name in ("unit", "team", "owner"))
    owner = get_person(person) if person else None
    return _Chosen(
        get_unit(unit) if unit else None,
        get_unit(team) if team else None,
        owner,
        people_to_narrow_by(),
        read_member("source", label_of(Lead.source), LeadSource),
    )


def _period() -> Period:
    return checked_period(
        read_date("from", "开始日期"),
        read_date("to", "结束日期"),
        read_date("as_of", "截至日"),
        _known_at(),
        clock.today(),
    )


def _known_at() -> datetime | None:
    """`?known_at=2026-10-31T18:00`, Beijing time."""
    asked = read_text("known_at", 30)
    if not asked:
        return None
    try:
        instant = datetime.fromisoformat(asked)
    except ValueError:
        raise RuleBroken({"known_at": "「按当时已录入」要写成 2026-10-31T18:00 这样"}) from None
    if not 1900 <= instant.year <= 2100:
        raise RuleBroken({"known_at": "「按当时已录入」的年份要在 1900 到 2100 之间"})
    return instant if instant.tzinfo else instant.replace(tzinfo=clock.BEIJING)


def _rows_url(metric: metrics.FunnelMetric, period: Period, *stages: LeadStage) -> str:
    """The rows behind a number of this page, narrowed as the page is."""
    return url_with(**metric.address(period, *stages))


def _days(median: float | None) -> str | None:
    return None if median is None else f"{median:g}"


def _cohort_rows(
    figures: list[StageFigures], labels: Mapping[LeadStage, str], period: Period
) -> list[dict[str, Any]]:
    path = [row for row in figures if row.stage in PATH]
    reached = {row.stage: row.cohort.count for row in path}
    behind = stuck(list(reached.values()))
    opened = _opened_figure()
    rows = []
    for place, row in enumerate(path):
        step = place < len(behind)
        rows.append(
            {
                "label": labels[row.stage],
                "count": row.cohort.count,
                "amount": in_yi(row.cohort.amount),
                "url": _rows_url(metrics.COHORT, period, row.stage),
                "days": _days(row.median_days),
                "days_url": _rows_url(metrics.MEDIAN_DAYS, period, row.stage),
                "conversion": _share(metrics.CONVERSION, reached, row.stage) if step else None,
                "lost": behind[place] if step else None,
                "lost_url": _rows_url(metrics.STUCK, period, row.stage) if step else None,
                "lost_active": opened == (Figure.STUCK, [row.stage]),
                "strong": row.stage is LeadStage.SIGNED,
            }
        )
    return rows


def _table_rows(
    figures: list[StageFigures], labels: Mapping[LeadStage, str], period: Period
) -> list[dict[str, Any]]:
    return [
        {
            "label": labels[row.stage],
            "figures": [
                (getattr(row, of.figure.value), of, _rows_url(of, period, row.stage))
                for of in (metrics.STOCK, metrics.ENTERED, metrics.LOST)
            ],
        }
        for row in figures
    ]


def _share(share: metrics.Share, reached: Mapping[LeadStage, int], stage: LeadStage) -> str:
    part, whole = share.parts(stage)
    return ratio(reached[part], reached[whole])


def _opened_figure() -> tuple[Figure | None, list[LeadStage]]:
    """`?figure=stuck&stage=lead`: both or none. Of a stock any number of stages: no lead is in two."""
    figure = read_member("figure", "数字", Figure)
    asked = read_members("stage", label_of(Lead.stage), LeadStage)
    if (figure is None) == bool(asked):
        raise RuleBroken({"figure": "看明细要同时说明看哪个数字、哪个阶段，请从漏斗里点那个数字"})
    if len(asked) > 1 and figure is not Figure.STOCK:
        raise RuleBroken({"stage": "几个阶段合起来只能看期末存量，其他数字请一个阶段一个阶段地看"})
    return figure, [stage for stage in LeadStage if stage in asked]


def _opened(period: Period, filters: FunnelFilters, labels: Mapping[LeadStage, str]) -> dict[str, Any] | None:
    figure, stages = _opened_figure()
    if figure is None:
        return None
    label = "、".join(labels[stage] for stage in stages)
    names = {
        Figure.STOCK: f"{label}，期末存量",
        Figure.ENTERED: f"本期进入{label}",
        Figure.COHORT: f"同一批走到{label}",
        Figure.STUCK: f"走到{label}，没有走到下一步",
        Figure.PASSED: f"从{label}走到了下一步",
        Figure.LOST: f"在{label}流失",
    }
    return {
        "title": names[figure],
        "metric": metrics.BY_FIGURE[figure],
        "rows": open_figure(require_actor(), period, filters, figure, *stages),
        "close_url": url_with(figure=None, stage=None),
    }


@bp.get("/funnel", endpoint="funnel")
@requires(Permission.FUNNEL_READ)
@costs(FUNNEL_AS_KNOWN, when=asks("known_at"))
def funnel_page() -> str:
    """转化漏斗."""
    actor, period, chosen = require_actor(), _period(), _chosen()
    filters = chosen.filters()
    figures = funnel(actor, period, filters)
    closed = closed_figures(actor, period, clock.today(), filters)
    labels = stages_on(period.as_of).labels
    return render_template(
        "reports/funnel.html",
        period=period,
        chosen=chosen,
        extent=extent_for(actor),
        basis=metrics.STOCK.basis,
        closed=closed,
        by_stage={row.stage: row for row in figures},
        cohort=_cohort_rows(figures, labels, period),
        table_rows=_table_rows(figures, labels, period),
        snapshot=read_choice("mode", "看法", MODES) == "snapshot",
        stock=sum_of((*(row.stock for row in figures), *([closed.stock] if closed else []))),
        lost=sum_of((*(row.lost for row in figures), *([closed.lost] if closed else []))),
        opened=_opened(period, filters, labels),
        metrics=_readable(metrics.OWN),
        unit_choices=units_to_narrow_by(*UNITS),
        team_choices=teams_to_narrow_by(),
        people_choices=chosen.people,
        sources=LeadSource.choices(),
        rate=_signed_rate(figures, period),
        entered_signed=_rows_url(metrics.ENTERED, period, LeadStage.SIGNED),
    )


def _signed_rate(figures: list[StageFigures], period: Period) -> dict[str, Any]:
    """签约率, with what stands above and below its line."""
    counts = {row.stage: row.cohort.count for row in figures}
    part, whole = metrics.SIGNED_RATE.parts(LeadStage.SIGNED)
    return {
        "share": _share(metrics.SIGNED_RATE, counts, LeadStage.SIGNED),
        "parts": [(counts[stage], _rows_url(metrics.COHORT, period, stage)) for stage in (part, whole)],
    }


def _readable(found: Iterable[Metric[Any]]) -> list[Metric[Any]]:
    return [metric for metric in found if require_actor().may(metric.reads)]


@bp.get("/definitions", endpoint="definitions")
@requires(SIGNED_IN)
def definitions() -> str:
    """统计口径: every number that its reader may see, and how it is defined."""
    groups: dict[str, list[Metric[Any]]] = {}
    for metric in _readable(METRICS.values()):
        groups.setdefault(metric.of, []).append(metric)
    most_first = sorted(groups.items(), key=lambda group: -len(group[1]))
    return render_template("reports/definitions.html", groups=most_first)
