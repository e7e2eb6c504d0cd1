"""Pages of placements: their list, one, its decisions; and what other pages show of them."""

from app.register.placements.views import deciding, list_of
from app.register.placements.views.blueprint import bp
from app.register.placements.views.lines import KIND, named_in, on_chain, on_node, related_to

__all__ = ["KIND", "bp", "deciding", "list_of", "named_in", "on_chain", "on_node", "related_to"]
