"""Next steps and promises."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.core.records.timeline import SOURCES as TIMELINE
from app.core.values.registries import HELD, NAMED_IN, NEXT_STEPS, RELATED
from app.promotion.steps import list_views, metrics, queries, services, views
from app.register.accounts.enums import Permission as P
from app.register.enterprises.policy import WORK

FEATURE = Feature(
    pages=(views.bp, list_views.bp),
    metrics=metrics.OWN,
    measures=metrics.MEASURED,
    menu=(MenuLine(MenuPart.PROMOTION, 40, "待办", "steps.index", "circle-check", P.VISITS_READ),),
    answers=(
        TIMELINE.entry("steps", queries.happenings),
        RELATED.entry("steps", views.related_of_enterprise),
        NEXT_STEPS.entry("steps", views.next_of_enterprise),
        NAMED_IN.entry("steps", views.named_in),
        HELD.entry("steps", services.HELD_STEPS),
        WORK.entry("steps", queries.WORK),
    ),
)
