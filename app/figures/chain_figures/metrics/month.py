"""本月链长要看的: what changed in a chain in a month, and what waits."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.access.auth import Actor
from app.core.records.metrics import Told
from app.figures.chain_figures.enums import Figure
from app.figures.chain_figures.metrics.definitions import BY_FIGURE, keys_of, readable, rows_of, told_of
from app.figures.chain_figures.rules import ChainDays
from app.figures.chain_figures.showing import SHOWN_AS, FigureRow, RowHeading
from app.register.chains.models import Chain
from app.register.posts.models import ChainPost
from app.register.posts.queries import posts_of

MOST_LINES = 15  # of each part: the page is for two sheets
_CHANGES = (
    *(Figure.JUDGED, Figure.FILLED, Figure.TAKEN_UP, Figure.VISITS, Figure.LEADS, Figure.SIGNED),
    *(Figure.MISSING, Figure.WEAK, Figure.STRONG, Figure.UNJUDGED),
    *(Figure.TARGETS, Figure.CONTACTED, Figure.IN_TALKS),
    *(Figure.UNTARGETED, Figure.SILENT, Figure.DUE, Figure.NEEDS),
)
# What waits first, then what happened.
_PARTS = (
    *(Figure.UNTARGETED, Figure.NEEDS, Figure.DUE, Figure.SILENT),
    *(Figure.JUDGED, Figure.TAKEN_UP, Figure.VISITS, Figure.LEADS, Figure.SIGNED),
)


@dataclass(frozen=True, slots=True)
class MonthFigure:
    """A figure of this month and of the one before."""

    label: str
    unit: str
    now: Told
    before: Told


@dataclass(frozen=True, slots=True)
class MonthPart:
    """The first rows of a figure; `figure` opens all of them."""

    title: str
    unit: str
    figure: Told
    headings: Sequence[RowHeading]
    lines: Sequence[FigureRow]


@dataclass(frozen=True, slots=True)
class ChainMonth:
    """A chain in a month as its leader looks at it."""

    chain: Chain
    days: ChainDays
    charged: Sequence[ChainPost]  # on the last of the days
    figures: Sequence[MonthFigure]
    parts: Sequence[MonthPart]

    @property
    def lacking(self) -> list[str]:
        """The parts without rows."""
        return [part.title for part in self.parts if not part.lines]


def month(chain: Chain, days: ChainDays, actor: Actor) -> ChainMonth:
    """What somebody may read of it."""
    metrics = readable(_CHANGES, actor)
    told = told_of([chain], {"now": days, "before": days.before}, metrics, actor)
    figures = [
        MonthFigure(metric.figure.label, metric.unit, now, before)
        for metric, now, before in zip(metrics, told["now"][chain.id], told["before"][chain.id], strict=True)
    ]
    by_figure = {metric.figure: one for metric, one in zip(metrics, figures, strict=True)}
    parts = [_part(figure, by_figure[figure], chain, days, actor) for figure in _PARTS if figure in by_figure]
    charged = [post for post in posts_of(chain.id) if post.term.covers(days.end)]
    return ChainMonth(chain, days, charged, figures, parts)


def _part(figure: Figure, of: MonthFigure, chain: Chain, days: ChainDays, actor: Actor) -> MonthPart:
    shown, ids = SHOWN_AS[figure], list[int]()
    if of.now.count:
        metric = BY_FIGURE[figure]
        ids = keys_of(metric, rows_of(metric, chain, days, actor), MOST_LINES)
    return MonthPart(of.label, of.unit, of.now, shown.headings, shown.of(ids, days))
