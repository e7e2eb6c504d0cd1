"""What the map of a chain brings into the product."""

from app.core.records.feature import Feature
from app.figures.chain_maps import views

FEATURE = Feature(pages=(views.bp,))
