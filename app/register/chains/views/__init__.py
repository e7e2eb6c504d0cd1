"""Pages of chains: list, one chain, one link, their forms."""

from app.register.chains.views import chains, list_of, nodes, shaping
from app.register.chains.views.blueprint import bp
from app.register.chains.views.lines import KIND, named_in

__all__ = ["KIND", "bp", "chains", "list_of", "named_in", "nodes", "shaping"]
