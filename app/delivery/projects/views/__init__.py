"""Pages of projects: each parses, calls one service or query, and renders.

All parts with routes are imported here, so that they are known.
"""

from app.delivery.projects.views import corrections, detail, fields, moves
from app.delivery.projects.views.blueprint import bp
from app.delivery.projects.views.changing import for_change
from app.delivery.projects.views.lines import KIND, named_in, of_companies, outcome_of_lead, related_to

__all__ = [
    "KIND",
    "bp",
    "corrections",
    "detail",
    "fields",
    "for_change",
    "moves",
    "named_in",
    "of_companies",
    "outcome_of_lead",
    "related_to",
]
