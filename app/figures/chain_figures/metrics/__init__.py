"""What the numbers of chains mean, and what pages ask of them."""

from app.figures.chain_figures.metrics.compared import comparison, shown_rows
from app.figures.chain_figures.metrics.definitions import BY_FIGURE, OWN, ChainMetric
from app.figures.chain_figures.metrics.month import MOST_LINES, ChainMonth, month

__all__ = [
    "BY_FIGURE",
    "MOST_LINES",
    "OWN",
    "ChainMetric",
    "ChainMonth",
    "comparison",
    "month",
    "shown_rows",
]
