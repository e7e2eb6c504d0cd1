"""Pages of resident teams, and how one stands where others name it."""

from app.promotion.residents.views import associations, checks, duty, members, rotation, teams
from app.promotion.residents.views.blueprint import bp
from app.promotion.residents.views.lines import KIND

__all__ = ["KIND", "associations", "bp", "checks", "duty", "members", "rotation", "teams"]
