"""What files of chains bring into the product."""

from app.core.records.feature import Feature
from app.exchange.chain_files import views

FEATURE = Feature(pages=(views.bp,))
