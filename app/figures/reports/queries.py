"""What the figures of the funnel count, as conditions on the ledger's projections, and the rows behind one.

`known_at` folds the ledger as it was known then into temporary tables of the same shape, and asks the same
questions of those.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, func, literal, null, select

from app.core.records.metrics import Amounted, Rows
from app.core.storage.db import db
from app.figures.reports.past import as_known_at
from app.figures.reports.rules import Period, median
from app.promotion.leads.enums import PATH, LeadSource, LeadStage
from app.promotion.leads.models import Lead, LeadReach, LeadSpan
from app.register.accounts.models import Person, Unit
from app.register.enterprises.models import Enterprise

ROWS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class FunnelFilters:
    """Narrowing of every figure by the holding of that figure's own day. Inner ids."""

    unit_ids: frozenset[int] = frozenset()
    team_id: int | None = None
    owner_id: int | None = None
    source: LeadSource | None = None
    industry: str = ""


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


@dataclass(frozen=True, slots=True)
class Question:
    """What a figure is asked for: a period, what it is narrowed to, where to ask; without stages of all."""

    period: Period
    filters: FunnelFilters
    where: Projections = KEPT
    stages: tuple[LeadStage, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted(Rows):
    """Rows of a projection: `stage` groups them, `since` is the day they speak of, `days` how long it took or
    takes from there.
    """

    stage: Any
    since: Any
    days: Any = None  # None: up to the day looked from


# --- The condition of each figure ----------------------------------------------------------------
# Every stage is named, and that of losses written out: so SQLite takes the indexes made for this.


def stock(asked: Question) -> Counted:
    """Where each lead stood at the end of a day."""
    span, day = asked.where.span.c, asked.period.as_of
    condition = and_(
        span.stage.in_(LeadStage), span.d2 > day, span.d1 <= day, *_dimensions(asked.filters, span)
    )
    return Counted(asked.where.span, condition, span.amount, stage=span.stage, since=span.d1)


def lost(asked: Question) -> Counted:
    """Losses within the period, by the stage before."""
    span, period = asked.where.span.c, asked.period
    condition = and_(
        span.stage == literal(LeadStage.LOST, span.stage.type, literal_execute=True),
        span.is_entry,
        span.d1.between(period.start, period.last_day),
        *_dimensions(asked.filters, span),
    )
    return Counted(asked.where.span, condition, span.amount, stage=span.came_from, since=span.d1)


def entered(asked: Question) -> Counted:
    """First arrivals within the period."""
    reach, period = asked.where.reach.c, asked.period
    within = reach.first_date.between(period.start, period.last_day)
    condition = and_(reach.stage.in_(PATH), within, *_dimensions(asked.filters, reach))
    return Counted(asked.where.reach, condition, reach.amount, stage=reach.stage, since=reach.first_date)


def cohort(asked: Question) -> Counted:
    """How far those have come that were registered within the period."""
    reach, period = asked.where.reach.c, asked.period
    condition = and_(
        reach.stage.in_(PATH),
        reach.cohort_date.between(period.start, period.end),
        reach.first_date <= period.as_of,
        *_dimensions(asked.filters, reach, "cohort_"),
    )
    return Counted(asked.where.reach, condition, reach.amount, stage=reach.stage, since=reach.first_date)


def stuck(asked: Question) -> Counted:
    """Of the same batch those that did not go on; from the last stage nobody goes on."""
    reach = asked.where.reach.c
    return cohort(asked).within(reach.next_date > asked.period.as_of, reach.stage != PATH[-1])


def passed(asked: Question) -> Counted:
    """Of the same batch those that went on, and how long that took them."""
    reach = asked.where.reach.c
    return replace(cohort(asked).within(reach.next_date <= asked.period.as_of), days=reach.days)


def _dimensions(filters: FunnelFilters, row: Any, prefix: str = "") -> list[ColumnElement[bool]]:
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


# --- Their rows ----------------------------------------------------------------------------------


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
class FigureRows:
    """The rows of one figure: `rows` may be cut to ROWS_SHOWN, `total` never is."""

    total: Amounted
    rows: tuple[FunnelRow, ...]


def opened(counted: Counted, period: Period) -> FigureRows:
    """Exactly what was counted."""
    return FigureRows(counted.total(), tuple(_rows(counted, period)))


def medians(counted: Counted) -> dict[LeadStage, float | None]:
    """The median of the days by stage."""
    query = (
        select(counted.stage, counted.days, func.count())
        .where(counted.condition)
        .group_by(counted.stage, counted.days)
    )
    histograms: dict[LeadStage, dict[int, int]] = defaultdict(dict)
    for stage, days, count in db.session.execute(query):
        histograms[stage][days] = count
    return {stage: median(histogram) for stage, histogram in histograms.items()}


def amounts(counted: Counted, *order: Any) -> list[int]:
    """What each lead is worth, once, in an order."""
    row = counted.source.c
    found: dict[int, int] = {}
    query = select(row.lead_id, row.amount).where(counted.condition).order_by(*order)
    for lead_id, amount in db.session.execute(query):
        found.setdefault(lead_id, int(amount))
    return list(found.values())


def _rows(counted: Counted, period: Period) -> list[FunnelRow]:
    row = counted.source.c
    query = (
        select(
            Lead.public_id,
            Lead.number,
            Lead.name,
            Enterprise.name,
            Person.name,
            Unit.name,
            row.amount,
            counted.since,
            null() if counted.days is None else counted.days,
        )
        .select_from(counted.source)
        .join(Lead, Lead.id == row.lead_id)
        .join(Enterprise, Enterprise.id == Lead.enterprise_id)
        .outerjoin(Person, Person.id == row.owner_id)
        .outerjoin(Unit, Unit.id == row.unit_id)
        .where(counted.condition)
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
            (period.as_of - since).days if days is None else days,
        )
        for public_id, number, name, enterprise, owner, unit, amount, since, days in db.session.execute(query)
    ]
