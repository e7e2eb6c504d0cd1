"""Pages of events: each parses, calls one service or query, and renders.

All parts with routes are imported here, so that they are known.
"""

from app.promotion.gatherings.views import detail, door, editing, guests, invitations, signings
from app.promotion.gatherings.views.blueprint import bp, for_change
from app.promotion.gatherings.views.lines import KIND, named_in, related_to

__all__ = [
    "KIND",
    "bp",
    "detail",
    "door",
    "editing",
    "for_change",
    "guests",
    "invitations",
    "named_in",
    "related_to",
    "signings",
]
