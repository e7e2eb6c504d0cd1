"""Files on any record."""

from app.core.records.feature import Feature
from app.core.records.timeline import SOURCES as TIMELINE
from app.core.values.registries import NAMED_IN
from app.core.web import files
from app.register.attachments import queries, views

FEATURE = Feature(
    pages=(views.bp,),
    settings=(files.MOST_FILES, files.MOST_MEGABYTES),
    answers=(
        TIMELINE.entry("attachments", queries.happenings),
        NAMED_IN.entry("attachments", views.named_in),
    ),
)
