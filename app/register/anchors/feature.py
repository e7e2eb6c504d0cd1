"""What anchors bring into the product."""

from app.core.records.feature import Feature
from app.core.values.registries import NAMED_IN, ON_CHAIN, ON_NODE, RELATED
from app.register.anchors import views

FEATURE = Feature(
    pages=(views.bp,),
    answers=(
        RELATED.entry("anchors", views.related_to),
        RELATED.entry("anchor needs", views.needs_beside),
        ON_CHAIN.entry("anchors", views.on_chain),
        ON_NODE.entry("anchors", views.on_node),
        NAMED_IN.entry("anchors", views.named_in),
    ),
)
