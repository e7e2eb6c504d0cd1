"""Pages of outcomes."""

from app.figures.outcomes.views import comparing, credit, week
from app.figures.outcomes.views.blueprint import bp

__all__ = ["bp", "comparing", "credit", "week"]
