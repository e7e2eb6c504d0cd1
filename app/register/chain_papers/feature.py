"""What maps and lists of chains bring into the product."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.core.storage.subjects import SUBJECTS
from app.core.values.registries import NAMED_IN, ON_CHAIN
from app.register.accounts.enums import Permission as P
from app.register.chain_papers import views
from app.register.chain_papers.sources import PAPER_SOURCES, PaperSource

FEATURE = Feature(
    pages=(views.bp, views.kinds_bp),
    menu=(
        MenuLine(MenuPart.OFFICE, 57, "产业链图和清单", "chain_papers.index", "list-check", P.CHAINS_WRITE),
    ),
    answers=(
        SUBJECTS.entry("chain_paper", views.KIND),
        ON_CHAIN.entry("papers", views.on_chain),
        NAMED_IN.entry("papers", views.named_in),
        # Those of features below, which cannot say so themselves.
        PAPER_SOURCES.entry("companies", PaperSource("环节上的企业", views.companies_of, P.CHAINS_READ)),
    ),
)
