"""The county's own words for search."""

from app.core.index.searching import WORDS, WordSource
from app.core.records.feature import Feature, MenuLine, MenuPart
from app.core.values.registries import BESIDE_RESULTS
from app.finding.words import queries, views
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp,),
    menu=(MenuLine(MenuPart.OFFICE, 40, "搜索用词", "words.index", "search", P.WORDS_MANAGE),),
    answers=(
        BESIDE_RESULTS.entry("words", views.beside_results),
        WORDS.entry("words", WordSource(queries.stamp, queries.read_words)),
    ),
)
