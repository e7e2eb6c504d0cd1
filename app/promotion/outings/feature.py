"""What outings bring into the product."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.core.storage.subjects import SUBJECTS
from app.core.values.registries import HELD, NAMED_IN, RELATED, TAKES_STEPS
from app.promotion.outings import indexing, services, views
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp,),
    menu=(
        MenuLine(MenuPart.PROMOTION, 31, "外出和来访", "outings.index", "plane", P.OUTINGS_READ),
        MenuLine(MenuPart.NEW, 45, "登记外出和来访", "outings.new", "plane", P.OUTINGS_WRITE),
    ),
    answers=(
        SUBJECTS.entry("outing", views.KIND),
        TAKES_STEPS.entry("outing", views.for_change),
        NAMED_IN.entry("outings", views.named_in),
        RELATED.entry("outings", views.related_to),
        HELD.entry("outings", services.HELD_OUTINGS),
    ),
    searchable=(indexing.register,),
)
