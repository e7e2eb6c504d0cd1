"""Where everything of the map of a chain lies; the one answer for screens, paper and files. Pure."""

from app.figures.chain_maps.rules.lanes import MapLink, crossings
from app.figures.chain_maps.rules.layout import Box, Curve, MapLayout, TierHeading, laid_out
from app.figures.chain_maps.rules.words import fitted, width_of

__all__ = [
    "Box",
    "Curve",
    "TierHeading",
    "MapLayout",
    "MapLink",
    "crossings",
    "fitted",
    "laid_out",
    "width_of",
]
