"""Pages of assessments: schemes, rankings and scores, numbers by hand, closing and objections."""

from app.promotion.assessments.views import closing, entries, ranking, schemes, taking
from app.promotion.assessments.views.blueprint import bp

__all__ = ["bp", "closing", "entries", "ranking", "schemes", "taking"]
