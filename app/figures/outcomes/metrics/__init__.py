"""What the numbers of outcomes mean: beside each other, and the credit for contracts."""

from app.figures.outcomes.metrics.comparing import (
    FROM_CONTACT,
    OF_AMOUNT,
    UNITS,
    OutcomeLine,
    Outcomes,
    OutcomeValue,
    figures_for,
    measure_of,
    metric_of,
    outcomes,
)
from app.figures.outcomes.metrics.comparing import OWN as _COMPARED
from app.figures.outcomes.metrics.credit import (
    BY_SIDE,
    CreditLine,
    Credits,
    CreditSum,
    credits_of,
    parts_of,
)

OWN = (*_COMPARED, *BY_SIDE.values())

__all__ = [
    "BY_SIDE",
    "FROM_CONTACT",
    "OF_AMOUNT",
    "OWN",
    "UNITS",
    "CreditLine",
    "CreditSum",
    "Credits",
    "OutcomeLine",
    "OutcomeValue",
    "Outcomes",
    "credits_of",
    "figures_for",
    "measure_of",
    "metric_of",
    "outcomes",
    "parts_of",
]
