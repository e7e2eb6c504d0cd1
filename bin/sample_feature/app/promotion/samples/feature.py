"""What samples bring into the product."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.core.storage.subjects import SUBJECTS
from app.core.values.registries import HELD, NAMED_IN, TAKES_STEPS
from app.promotion.samples import indexing, services, views
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp,),
    menu=(
        MenuLine(MenuPart.PROMOTION, 90, "样例", "samples.index", "clipboard-list", P.SAMPLES_READ),
        MenuLine(MenuPart.NEW, 90, "登记样例", "samples.new", "clipboard-list", P.SAMPLES_WRITE),
    ),
    answers=(
        SUBJECTS.entry("sample", views.KIND),
        TAKES_STEPS.entry("sample", views.for_change),
        NAMED_IN.entry("samples", views.NAMED_IN),
        HELD.entry("samples", services.HELD_SAMPLES),
    ),
    searchable=(indexing.register,),
)
