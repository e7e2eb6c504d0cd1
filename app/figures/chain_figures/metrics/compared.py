"""Chains side by side, and the rows of one of their figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.access.auth import Actor
from app.core.records.metrics import Told
from app.core.web.pages import PAGE_SIZE, Page
from app.figures.chain_figures import queries
from app.figures.chain_figures.metrics.definitions import ChainMetric, compared, keys_of, rows_of, told_of
from app.figures.chain_figures.rules import ChainDays
from app.figures.chain_figures.showing import SHOWN_AS, FigureRow, RowHeading
from app.register.chains.models import Chain

_ONE = "period"


@dataclass(frozen=True, slots=True)
class ComparedChains:
    """The chains in use, each with its figures in the order of the metrics."""

    days: ChainDays
    metrics: Sequence[ChainMetric]
    rows: Sequence[tuple[Chain, list[Told]]]


def comparison(days: ChainDays, actor: Actor) -> ComparedChains:
    """As far as somebody may read the figures."""
    chains, metrics = queries.chains_in_use(), compared(actor)
    told = told_of(chains, {_ONE: days}, metrics, actor)[_ONE]
    return ComparedChains(days, metrics, [(chain, told[chain.id]) for chain in chains])


@dataclass(frozen=True, slots=True)
class ShownRows:
    """A page of the rows of a figure of a chain."""

    metric: ChainMetric
    headings: Sequence[RowHeading]
    page: Page[FigureRow]


def shown_rows(metric: ChainMetric, chain: Chain, days: ChainDays, actor: Actor, number: int) -> ShownRows:
    """Exactly what the figure counts."""
    rows, lines = rows_of(metric, chain, days, actor), SHOWN_AS[metric.figure]
    ids = keys_of(metric, rows, PAGE_SIZE, PAGE_SIZE * (number - 1))
    total = rows.total().count
    return ShownRows(metric, lines.headings, Page(lines.of(ids, days), number, total, capped=False))
