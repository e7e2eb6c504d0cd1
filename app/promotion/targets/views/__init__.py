"""Pages of targets: each parses, calls one service or query, and renders.

All parts with routes are imported here, so that they are known.
"""

from app.promotion.targets.views import candidates, corrections, detail, entering, facts, holding, moves
from app.promotion.targets.views.blueprint import bp
from app.promotion.targets.views.changing import for_change
from app.promotion.targets.views.holding import assign_as_asked
from app.promotion.targets.views.lines import KIND, list_of, named_in, on_node, related_to
from app.promotion.targets.views.taking import TAKE_UP
from app.promotion.targets.views.typed import with_holders
from app.promotion.targets.views.weights import bp as weights_bp

__all__ = [
    "TAKE_UP",
    "KIND",
    "assign_as_asked",
    "bp",
    "candidates",
    "corrections",
    "detail",
    "entering",
    "facts",
    "for_change",
    "holding",
    "list_of",
    "moves",
    "named_in",
    "on_node",
    "related_to",
    "weights_bp",
    "with_holders",
]
