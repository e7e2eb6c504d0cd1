"""The map of a chain and what lies beside it, as pages, paper and files want them."""

from app.figures.chain_maps.showing.drawing import ChainMap, MapAsked, drawn
from app.figures.chain_maps.showing.panel import ShownPanel, panel_of

__all__ = ["ChainMap", "MapAsked", "ShownPanel", "drawn", "panel_of"]
