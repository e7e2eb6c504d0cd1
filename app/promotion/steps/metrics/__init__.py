"""What the numbers of steps mean: those told beside their list, and those by which people are compared."""

from app.promotion.steps.metrics.measured import MEASURED
from app.promotion.steps.metrics.told import DUE, OWN

__all__ = ["DUE", "MEASURED", "OWN"]
