"""Small pages of steps: a new one, 办结 and 改期; what steps show on the pages of others.

All parts with routes are imported here, so that they are known.
"""

from app.promotion.steps.views import changing, closing, detail, grounds, moving, opening
from app.promotion.steps.views.blueprint import bp
from app.promotion.steps.views.changing import step_for_change
from app.promotion.steps.views.lines import named_in, next_of_enterprise, related_of_enterprise

__all__ = [
    "bp",
    "changing",
    "closing",
    "detail",
    "grounds",
    "moving",
    "named_in",
    "next_of_enterprise",
    "opening",
    "related_of_enterprise",
    "step_for_change",
]
