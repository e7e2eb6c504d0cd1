"""The county's own words on any record."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.core.records.timeline import SOURCES as TIMELINE
from app.register.accounts.enums import Permission as P
from app.register.tags import queries, views

FEATURE = Feature(
    pages=(views.bp,),
    menu=(MenuLine(MenuPart.OFFICE, 50, "标签", "tags.index", "tag", P.WORDS_MANAGE),),
    answers=(TIMELINE.entry("tags", queries.happenings),),
)
