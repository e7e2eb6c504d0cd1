"""Pages of campaigns: each parses, calls one service or query, and renders.

All parts with routes are imported here, so that they are known.
"""

from app.promotion.campaigns.views import companies, detail, editing, joining, results, routes
from app.promotion.campaigns.views.blueprint import bp
from app.promotion.campaigns.views.changing import for_change
from app.promotion.campaigns.views.lines import KIND, named_in, related_to
from app.promotion.campaigns.views.taking import JOIN_COMPANIES, JOIN_TARGETS

__all__ = [
    "JOIN_COMPANIES",
    "JOIN_TARGETS",
    "KIND",
    "bp",
    "companies",
    "detail",
    "editing",
    "for_change",
    "joining",
    "named_in",
    "related_to",
    "results",
    "routes",
]
