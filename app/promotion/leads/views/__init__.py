"""Pages of leads: each parses, calls one service or query, and renders.

All parts with routes are imported here, so that they are known.
"""

from app.promotion.leads.views import (
    access,
    agreements,
    archiving,
    board,
    cards,
    corrections,
    detail,
    fields,
    holding,
    moves,
    registration,
    review_papers,
    reviews,
    stage_sets,
)
from app.promotion.leads.views.blueprint import bp
from app.promotion.leads.views.board import segments
from app.promotion.leads.views.changing import for_change
from app.promotion.leads.views.holding import assign_as_asked, offered_for_assigning
from app.promotion.leads.views.lines import KIND, named_in, of_companies, related_to
from app.promotion.leads.views.reviews import page_that_closes

__all__ = [
    "KIND",
    "access",
    "agreements",
    "archiving",
    "assign_as_asked",
    "board",
    "bp",
    "cards",
    "corrections",
    "detail",
    "fields",
    "for_change",
    "holding",
    "moves",
    "named_in",
    "of_companies",
    "offered_for_assigning",
    "page_that_closes",
    "registration",
    "related_to",
    "review_papers",
    "reviews",
    "segments",
    "stage_sets",
]
