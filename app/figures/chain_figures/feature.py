"""What the figures of chains bring into the product."""

from app.core.records.feature import Feature
from app.figures.chain_figures import metrics, views

FEATURE = Feature(pages=(views.bp,), metrics=metrics.OWN)
