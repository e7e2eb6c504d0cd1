"""Pages of anchors, and what other pages show of them."""

from app.register.anchors.views import naming, needs
from app.register.anchors.views.blueprint import bp
from app.register.anchors.views.lines import named_in, needs_beside, on_chain, on_node, related_to

__all__ = ["bp", "named_in", "naming", "needs", "needs_beside", "on_chain", "on_node", "related_to"]
