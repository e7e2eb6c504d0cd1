"""Forms of outings."""

from app.promotion.outings.forms.outings import MinutesForm, OutingForm
from app.promotion.outings.forms.stops import StopForm

__all__ = ["MinutesForm", "OutingForm", "StopForm"]
