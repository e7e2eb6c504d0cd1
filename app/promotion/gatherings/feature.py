"""What gatherings bring into the product."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.core.storage.subjects import SUBJECTS
from app.core.values.registries import HELD, NAMED_IN, RELATED, TAKES_STEPS
from app.core.work.regular import NIGHTLY
from app.promotion.gatherings import indexing, metrics, services, views
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp,),
    metrics=metrics.OWN,
    menu=(
        MenuLine(MenuPart.PROMOTION, 21, "招商活动", "gatherings.index", "presentation", P.GATHERINGS_READ),
        MenuLine(MenuPart.NEW, 46, "登记招商活动", "gatherings.new", "presentation", P.GATHERINGS_WRITE),
    ),
    answers=(
        SUBJECTS.entry("gathering", views.KIND),
        TAKES_STEPS.entry("gathering", views.for_change),
        NAMED_IN.entry("gatherings", views.named_in),
        RELATED.entry("gatherings", views.related_to),
        NIGHTLY.entry("gatherings", services.forget_tries),
        HELD.entry("gatherings", services.HELD_GATHERINGS),
    ),
    searchable=(indexing.register,),
)
