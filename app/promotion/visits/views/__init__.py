"""Pages of visits: the form, one visit, its correction.

All parts with routes are imported here, so that they are known.
"""

from app.promotion.visits.views import detail, editing, logging
from app.promotion.visits.views.blueprint import bp
from app.promotion.visits.views.lines import KIND, named_in

__all__ = [
    "KIND",
    "bp",
    "detail",
    "editing",
    "logging",
    "named_in",
]
