"""What campaigns bring into the product."""

from app.core.records.acts import ACTS, key_of
from app.core.records.feature import Feature, MenuLine, MenuPart
from app.core.storage.subjects import SUBJECTS
from app.core.values.registries import HELD, NAMED_IN, ON_TARGET, RELATED, TAKES_STEPS
from app.promotion.campaigns import indexing, list_views, metrics, services, views
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp, list_views.bp),
    metrics=metrics.OWN,
    menu=(
        MenuLine(MenuPart.PROMOTION, 19, "定向招商", "campaigns.index", "clipboard-list", P.CAMPAIGNS_READ),
        MenuLine(MenuPart.NEW, 32, "登记定向招商", "campaigns.new", "clipboard-list", P.CAMPAIGNS_WRITE),
    ),
    answers=(
        SUBJECTS.entry("campaign", views.KIND),
        TAKES_STEPS.entry("campaign", views.for_change),
        NAMED_IN.entry("campaigns", views.named_in),
        HELD.entry("campaigns", services.HELD_CAMPAIGNS),
        HELD.entry("companies of campaigns", services.HELD_COMPANIES),
        RELATED.entry("campaigns", views.related_to),
        ON_TARGET.entry("campaigns", views.related_to),
        ACTS.entry(key_of("target", views.JOIN_TARGETS.name), views.JOIN_TARGETS),
        ACTS.entry(key_of("enterprise", views.JOIN_COMPANIES.name), views.JOIN_COMPANIES),
    ),
    searchable=(indexing.register,),
)
