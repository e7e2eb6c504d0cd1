"""The list of steps, on the screen, on paper, as a file. A room beside `views`, whose blueprint it shares."""

from app.core.records.routes import serve
from app.steps.listing import STEPS
from app.steps.views import bp

__all__ = ["bp"]

serve(bp, STEPS, "steps/index.html")
