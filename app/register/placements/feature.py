"""What placements bring into the product."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.core.storage.subjects import SUBJECTS
from app.core.values.registries import NAMED_IN, ON_CHAIN, ON_NODE, RELATED
from app.core.work.jobs import HANDLERS
from app.core.work.regular import NIGHTLY
from app.register.accounts.enums import Permission as P
from app.register.placements import indexing, jobs, metrics, views

FEATURE = Feature(
    pages=(views.bp,),
    menu=(
        MenuLine(
            MenuPart.PROMOTION, 16, "环节上的企业", "placements.index", "affiliate", P.PLACEMENTS_DECIDE
        ),
    ),
    metrics=metrics.OWN,
    searchable=(indexing.register,),
    answers=(
        SUBJECTS.entry("node_placement", views.KIND),
        RELATED.entry("placements", views.related_to),
        ON_NODE.entry("placements", views.on_node),
        ON_CHAIN.entry("placements", views.on_chain),
        NAMED_IN.entry("placements", views.named_in),
        NIGHTLY.entry("placements", jobs.propose),
        HANDLERS.entry(jobs.PROPOSE, jobs.run_proposing),
    ),
)
