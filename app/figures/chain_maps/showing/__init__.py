"""The map of a chain and what lies beside it, as pages, paper and files want them."""

from app.figures.chain_maps.showing.drawing import ChainMap, MapAsked, drawn
from app.figures.chain_maps.showing.panel import MOST_TARGETS, panel_of

__all__ = ["MOST_TARGETS", "ChainMap", "MapAsked", "drawn", "panel_of"]
