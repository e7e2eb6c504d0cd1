"""What the figures of chains bring into the product."""

from app.core.records.feature import Feature
from app.figures.chain_figures import metrics, views
from app.register.accounts.enums import Permission as P
from app.register.chain_papers.sources import PAPER_SOURCES, PaperSource

FEATURE = Feature(
    pages=(views.bp,),
    metrics=metrics.OWN,
    answers=(PAPER_SOURCES.entry("month", PaperSource("链长要看的", views.month_of_chain, P.CHAINS_READ)),),
)
