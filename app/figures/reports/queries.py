"""The funnel's figures and the rows behind each, from the ledger's projections.

Figures and rows share one condition per figure, so they cannot differ. `known_at` folds the ledger as it
was known then into temporary tables of the same shape, and asks the same questions of those.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, func, literal, select

from app.core.access.auth import Actor
from app.core.storage.db import db
from app.figures.reports.enums import Basis, Figure
from app.figures.reports.past import as_known_at
from app.figures.reports.policy import basis_for, closed
from app.figures.reports.rules import Closed, Period, closed_of, median
from app.promotion.leads.enums import PATH, LeadSource, LeadStage
from app.promotion.leads.models import Lead, LeadReach, LeadSpan
from app.promotion.leads.policy import visible_in
from app.register.accounts.models import Person, Unit
from app.register.enterprises.models import Enterprise

ROWS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrowing of every figure by the holding of that figure's own day. Inner ids."""

    unit_ids: frozenset[int] = frozenset()
    team_id: int | None = None
    owner_id: int | None = None
    source: LeadSource | None = None
    industry: str = ""


@dataclass(frozen=True, slots=True)
class Amounted:
    """How many, and how much in 元."""

    count: int = 0
    amount: int = 0


def sum_of(figures: Iterable[Amounted | Closed]) -> Amounted:
    """Figures of different stages, together."""
    found = list(figures)
    return Amounted(sum(figure.count for figure in found), sum(figure.amount for figure in found))


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
class FunnelRow:
    """One lead behind a figure, with what it was on the figure's day. `amount` in 元."""

    public_id: str
    number: str
    name: str
    enterprise: str
    owner: str
    unit: str
    amount: int
    since: date
    days: int


@dataclass(frozen=True, slots=True)
class Opened:
    """The rows of one figure: `rows` may be cut to ROWS_SHOWN, `total` never is."""

    total: Amounted
    rows: tuple[FunnelRow, ...]


@dataclass(frozen=True, slots=True)
class ClosedFigures:
    """What this reader is told of confidential leads that they may not open, all stages together."""

    stock: Closed
    cohort: Closed
    lost: Closed


@dataclass(frozen=True, slots=True)
class Projections:
    """Where to ask: the kept projections, or temporary ones as known at an instant."""

    span: FromClause
    reach: FromClause


KEPT = Projections(LeadSpan.__table__, LeadReach.__table__)


@contextmanager
def projections(period: Period) -> Iterator[Projections]:
    """The projections that answer for a period."""
    if period.known_at is None:
        yield KEPT
        return
    with as_known_at(period.known_at) as (span, reach):
        yield Projections(span, reach)


def _dimensions(filters: Filters, row: Any, prefix: str = "") -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.unit_ids:
        found.append(row[f"{prefix}unit_id"].in_(sorted(filters.unit_ids)))
    if filters.team_id is not None:
        found.append(row[f"{prefix}team_id"] == filters.team_id)
    if filters.owner_id is not None:
        found.append(row[f"{prefix}owner_id"] == filters.owner_id)
    if filters.source is not None:
        found.append(row.source == filters.source)
    if filters.industry:
        found.append(row.industry_code.startswith(filters.industry, autoescape=True))
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """One figure as a condition on one projection: `stage` groups it, `since` is the day it speaks of."""

    source: FromClause
    condition: ColumnElement[bool]
    stage: Any
    since: Any


def _asked(figure: Figure, where: Projections, period: Period, filters: Filters) -> _Asked:
    """Every stage is named, and that of losses written out: so SQLite takes the indexes made for this."""
    span, reach = where.span.c, where.reach.c
    if figure is Figure.STOCK:
        open_then = and_(
            span.stage.in_(LeadStage),
            span.d2 > period.as_of,
            span.d1 <= period.as_of,
            *_dimensions(filters, span),
        )
        return _Asked(where.span, open_then, span.stage, span.d1)
    if figure is Figure.LOST:
        lost = and_(
            span.stage == literal(LeadStage.LOST, span.stage.type, literal_execute=True),
            span.is_entry,
            span.d1.between(period.start, period.last_day),
            *_dimensions(filters, span),
        )
        return _Asked(where.span, lost, span.came_from, span.d1)
    if figure is Figure.ENTERED:
        entered = and_(
            reach.stage.in_(PATH),
            reach.first_date.between(period.start, period.last_day),
            *_dimensions(filters, reach),
        )
        return _Asked(where.reach, entered, reach.stage, reach.first_date)
    cohort = and_(
        reach.stage.in_(PATH),
        reach.cohort_date.between(period.start, period.end),
        reach.first_date <= period.as_of,
        *_dimensions(filters, reach, "cohort_"),
    )
    if figure is Figure.STUCK:
        cohort = and_(cohort, reach.next_date > period.as_of, reach.stage != PATH[-1])
    return _Asked(where.reach, cohort, reach.stage, reach.first_date)


def _by_stage(asked: _Asked, actor: Actor) -> dict[LeadStage, Amounted]:
    row = asked.source.c
    query = (
        select(asked.stage, func.count(), func.coalesce(func.sum(row.amount), 0))
        .where(asked.condition, visible_in(asked.source, actor))
        .group_by(asked.stage)
    )
    return {stage: Amounted(int(count), int(amount)) for stage, count, amount in db.session.execute(query)}


def _medians(asked: _Asked, actor: Actor, period: Period) -> dict[LeadStage, float | None]:
    row = asked.source.c
    query = (
        select(row.stage, row.days, func.count())
        .where(asked.condition, row.next_date <= period.as_of, visible_in(asked.source, actor))
        .group_by(row.stage, row.days)
    )
    histograms: dict[LeadStage, dict[int, int]] = defaultdict(dict)
    for stage, days, count in db.session.execute(query):
        histograms[stage][days] = count
    return {stage: median(histogram) for stage, histogram in histograms.items()}


def funnel(actor: Actor, period: Period, filters: Filters | None = None) -> list[StageFigures]:
    """All figures of every stage, the path first, then on hold and lost; five queries."""
    narrowed = filters or Filters()
    with projections(period) as where:
        cohort = _asked(Figure.COHORT, where, period, narrowed)
        stock, entered, lost, reached = (
            _by_stage(_asked(figure, where, period, narrowed), actor)
            for figure in (Figure.STOCK, Figure.ENTERED, Figure.LOST, Figure.COHORT)
        )
        medians = _medians(cohort, actor, period)
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


def open_figure(actor: Actor, period: Period, filters: Filters, figure: Figure, *stages: LeadStage) -> Opened:
    """Exactly the rows behind a figure of these stages together; without any, of all stages."""
    with projections(period) as where:
        asked = _asked(figure, where, period, filters)
        condition = and_(asked.condition, asked.stage.in_(stages)) if stages else asked.condition
        seen = and_(condition, visible_in(asked.source, actor))
        return Opened(_total(asked, seen), tuple(_rows(asked, seen, period)))


def closed_figures(
    actor: Actor, period: Period, today: date, filters: Filters | None = None
) -> ClosedFigures | None:
    """None where they are not counted: without the right, when the figures are narrowed to somebody's leads,
    and when the period tells days.
    """
    narrowed = filters or Filters()
    if basis_for(actor) is not Basis.COUNTY or narrowed != Filters() or not period.is_of_months(today):
        return None
    with projections(period) as where:
        stock, cohort, lost = (
            _closed(figure, _asked(figure, where, period, narrowed), actor)
            for figure in (Figure.STOCK, Figure.COHORT, Figure.LOST)
        )
    return ClosedFigures(stock, cohort, lost)


def _closed(figure: Figure, asked: _Asked, actor: Actor) -> Closed:
    """Each lead once, those of a stock by registration: since when they stand there changes."""
    row = asked.source.c
    condition = and_(asked.condition, closed(actor, asked.source))
    if figure is Figure.COHORT:
        condition = and_(condition, asked.stage == PATH[0])
    query = select(row.lead_id, row.amount).where(condition)
    order = (row.lead_id,) if figure is Figure.STOCK else (asked.since, row.lead_id)
    amounts: dict[int, int] = {}
    for lead_id, amount in db.session.execute(query.order_by(*order)):
        amounts.setdefault(lead_id, int(amount))
    return closed_of(list(amounts.values()))


def _total(asked: _Asked, condition: ColumnElement[bool]) -> Amounted:
    row = asked.source.c
    query = select(func.count(), func.coalesce(func.sum(row.amount), 0)).where(condition)
    count, amount = db.session.execute(query).one()
    return Amounted(int(count), int(amount))


def _rows(asked: _Asked, condition: ColumnElement[bool], period: Period) -> list[FunnelRow]:
    row = asked.source.c
    query = (
        select(
            Lead.public_id,
            Lead.number,
            Lead.name,
            Enterprise.name,
            Person.name,
            Unit.name,
            row.amount,
            asked.since,
        )
        .select_from(asked.source)
        .join(Lead, Lead.id == row.lead_id)
        .join(Enterprise, Enterprise.id == Lead.enterprise_id)
        .outerjoin(Person, Person.id == row.owner_id)
        .outerjoin(Unit, Unit.id == row.unit_id)
        .where(condition)
        .order_by(row.amount.desc(), Lead.id)
        .limit(ROWS_SHOWN)
    )
    return [
        FunnelRow(
            public_id,
            number,
            name,
            enterprise,
            owner or "未填",
            unit or "未填",
            amount,
            since,
            (period.as_of - since).days,
        )
        for public_id, number, name, enterprise, owner, unit, amount, since in db.session.execute(query)
    ]
