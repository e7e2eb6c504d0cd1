"""What posts bring into the product."""

from app.core.records.feature import Feature
from app.core.values.registries import CHARGES, HELD, ON_CHAIN
from app.register.posts import queries, services, views

FEATURE = Feature(
    pages=(views.bp,),
    answers=(
        ON_CHAIN.entry("posts", views.on_chain),
        CHARGES.entry("posts", queries.charged_with),
        HELD.entry("posts", services.HELD_POSTS),
    ),
)
