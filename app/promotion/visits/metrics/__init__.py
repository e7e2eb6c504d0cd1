"""What the numbers of visits mean: those told beside their list, and those by which people are compared."""

from app.promotion.visits.metrics.measured import MEASURED
from app.promotion.visits.metrics.told import HELD, OWN

__all__ = ["HELD", "MEASURED", "OWN"]
