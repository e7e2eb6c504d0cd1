"""Tables of outings."""

from app.promotion.outings.models.outings import Outing, OutingMember
from app.promotion.outings.models.stops import OutingStop

__all__ = ["Outing", "OutingMember", "OutingStop"]
