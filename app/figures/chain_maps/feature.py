"""What the map of a chain brings into the product."""

from app.core.records.feature import Feature
from app.figures.chain_maps import views
from app.register.accounts.enums import Permission as P
from app.register.chain_papers.sources import PAPER_SOURCES, PaperSource

FEATURE = Feature(
    pages=(views.bp,),
    answers=(
        PAPER_SOURCES.entry("map", PaperSource("产业链图谱", views.page_of, P.CHAINS_READ)),
        PAPER_SOURCES.entry("gaps", PaperSource("缺和弱的环节", views.gaps_of, P.CHAINS_READ)),
    ),
)
