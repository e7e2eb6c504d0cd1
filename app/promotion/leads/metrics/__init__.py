"""What the numbers of leads mean: those told beside their list, and those by which people are compared."""

from app.promotion.leads.metrics.measured import MEASURED
from app.promotion.leads.metrics.told import COLD, OWN, REGISTERED, UNDER_WAY

__all__ = ["COLD", "MEASURED", "OWN", "REGISTERED", "UNDER_WAY"]
