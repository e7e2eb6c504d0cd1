"""Signed projects and their ledger."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.core.records.timeline import SOURCES as TIMELINE
from app.core.storage.subjects import SUBJECTS
from app.core.values.registries import (
    AFTER_ACCESS,
    AFTER_MOVE,
    NAMED_IN,
    OF_COMPANIES,
    OUTCOMES,
    RELATED,
    STANDS_ON_SIGNING,
    TAKES_STEPS,
)
from app.delivery.projects import happenings, indexing, list_views, queries, services, views
from app.register.accounts.enums import Permission as P
from app.register.enterprises.policy import WORK
from app.register.enterprises.queries import DEALINGS

FEATURE = Feature(
    pages=(views.bp, list_views.bp),
    menu=(
        MenuLine(MenuPart.DELIVERY, 10, "签约项目", "projects.index", "building-factory", P.PROJECTS_READ),
    ),
    answers=(
        SUBJECTS.entry("project", views.KIND),
        TIMELINE.entry("projects", happenings.happenings),
        RELATED.entry("projects", views.related_to),
        OF_COMPANIES.entry("projects", views.of_companies),
        NAMED_IN.entry("projects", views.named_in),
        TAKES_STEPS.entry("project", views.for_change),
        OUTCOMES.entry("projects", views.outcome_of_lead),
        WORK.entry("projects", queries.WORK),
        DEALINGS.entry("projects", queries.led_by),
        STANDS_ON_SIGNING.entry("projects", services.why_signing_stands),
        AFTER_MOVE.hook(services.after_lead_move),
        AFTER_ACCESS.hook(services.follow_lead),
    ),
    searchable=(indexing.register,),
)
