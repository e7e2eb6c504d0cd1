"""Pages of outings: each parses, calls one service or query, and renders.

All parts with routes are imported here, so that they are known.
"""

from app.promotion.outings.views import detail, editing, minutes, sheets, stops
from app.promotion.outings.views.blueprint import bp, for_change
from app.promotion.outings.views.lines import KIND, named_in, related_to

__all__ = [
    "KIND",
    "bp",
    "detail",
    "editing",
    "for_change",
    "minutes",
    "named_in",
    "related_to",
    "sheets",
    "stops",
]
