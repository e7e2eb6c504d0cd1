"""What campaigns bring into the product."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.core.storage.subjects import SUBJECTS
from app.core.values.registries import HELD, NAMED_IN, TAKES_STEPS
from app.promotion.campaigns import indexing, list_views, services, views
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp, list_views.bp),
    menu=(
        MenuLine(MenuPart.PROMOTION, 19, "定向招商", "campaigns.index", "clipboard-list", P.CAMPAIGNS_READ),
        MenuLine(MenuPart.NEW, 32, "登记定向招商", "campaigns.new", "clipboard-list", P.CAMPAIGNS_WRITE),
    ),
    answers=(
        SUBJECTS.entry("campaign", views.KIND),
        TAKES_STEPS.entry("campaign", views.for_change),
        NAMED_IN.entry("campaigns", views.NAMED_IN),
        HELD.entry("campaigns", services.HELD_CAMPAIGNS),
    ),
    searchable=(indexing.register,),
)
