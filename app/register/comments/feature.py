"""What is said on any record."""

from app.core.records.feature import Feature
from app.core.records.timeline import SOURCES as TIMELINE
from app.core.values.registries import NAMED_IN
from app.register.comments import indexing, queries, views

FEATURE = Feature(
    pages=(views.bp,),
    answers=(
        TIMELINE.entry("comments", queries.happenings),
        NAMED_IN.entry("comments", views.named_in),
    ),
    searchable=(indexing.register,),
)
