"""Pages of campaigns: each parses, calls one service or query, and renders.

All parts with routes are imported here, so that they are known.
"""

from app.promotion.campaigns.views import detail, editing
from app.promotion.campaigns.views.blueprint import bp
from app.promotion.campaigns.views.changing import for_change
from app.promotion.campaigns.views.lines import KIND, NAMED_IN

__all__ = ["KIND", "NAMED_IN", "bp", "detail", "editing", "for_change"]
