"""What targets bring into the product.

They stand above leads and visits, though a target comes before its lead: whether a company was met, and
whether somebody talks with it, is what visits and leads know, and lists ask both in one statement. Neither of
these asks anything of a target; they only say that something has changed (AFTER_DEALING, AFTER_MOVE), and
their forms are opened from here by their addresses.
"""

from app.core.records.acts import ACTS, key_of
from app.core.records.feature import Feature, MenuLine
from app.core.records.feature import MenuPart as M
from app.core.records.timeline import SOURCES as TIMELINE
from app.core.storage.subjects import SUBJECTS
from app.core.values.registries import (
    AFTER_DEALING,
    AFTER_JOIN,
    AFTER_MOVE,
    HELD,
    NAMED_IN,
    ON_NODE,
    RELATED,
    TAKES_STEPS,
)
from app.promotion.targets import happenings, indexing, list_views, metrics, services, views
from app.register.accounts.enums import Permission as P
from app.register.chain_papers.sources import PAPER_SOURCES, PaperSource

FEATURE = Feature(
    pages=(views.bp, list_views.bp, views.weights_bp),
    metrics=metrics.OWN,
    menu=(
        MenuLine(M.PROMOTION, 18, "目标企业", "targets.index", "target", P.TARGETS_READ),
        MenuLine(M.OFFICE, 56, "评分权重", "target_weights.index", "scale", P.TARGETS_WEIGH),
        MenuLine(M.NEW, 30, "列目标企业", "targets.new", "target", P.TARGETS_WRITE),
    ),
    answers=(
        SUBJECTS.entry("target", views.KIND),
        ACTS.entry(key_of("enterprise", views.TAKE_UP.name), views.TAKE_UP),
        TIMELINE.entry("targets", happenings.happenings),
        RELATED.entry("targets", views.related_to),
        NAMED_IN.entry("targets", views.named_in),
        ON_NODE.entry("targets", views.on_node),
        PAPER_SOURCES.entry("targets", PaperSource("目标企业", views.list_of, P.TARGETS_READ)),
        TAKES_STEPS.entry("target", views.for_change),
        HELD.entry("targets", services.HELD_TARGETS),
        AFTER_DEALING.hook(services.after_dealing),
        AFTER_MOVE.hook(services.after_lead_move),
        AFTER_JOIN.hook(services.after_join),
    ),
    searchable=(indexing.register,),
)
