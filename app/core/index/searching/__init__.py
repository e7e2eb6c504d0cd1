"""The one door to `search/`: what can be searched, who may find it, the backends for reading and writing.

The index is disposable and the database the only truth: hits are read again under the reader's scope before
they are shown. `relay` sends changes, `reindexing` rebuilds and compares, `indexer` is the process that does
both.
"""

from app.core.index.searching.backends import (
    engine_name,
    init_searching,
    new_index,
    reader,
    require_filled,
    unguarded_reader,
    writer,
)
from app.core.index.searching.costs import SEARCHES, SUGGESTIONS
from app.core.index.searching.sources import (
    EVERYONE,
    HANGING,
    SOURCES,
    Hanging,
    Shown,
    Source,
    access_of,
    holders_of,
    join_index,
    sources,
)
from app.core.index.searching.words import WORDS, WordSource, county_words, marking
from search.answering.highlight import highlight, snippet
from search.interface import (
    Bands,
    Between,
    Counts,
    Document,
    Facet,
    Filter,
    HitPage,
    NeedsRebuild,
    OneOf,
    Order,
    Query,
    ReadingCutOff,
    Rebuild,
    SearchBackend,
    SearchUnavailable,
    Terms,
    Wanted,
    WrongServer,
    fingerprint,
    same_rights,
)
from search.language.names import readings_of, region_codes
from search.language.numbers import phone_number
from search.language.text import fold
from search.language.words import (
    NO_WORDS,
    Words,
    is_long_enough,
    is_written_in_characters,
    software_reading,
    spelling,
    word_key,
)

__all__ = [
    "Bands",
    "Between",
    "Counts",
    "Document",
    "EVERYONE",
    "HANGING",
    "Facet",
    "Filter",
    "NO_WORDS",
    "NeedsRebuild",
    "OneOf",
    "Order",
    "Hanging",
    "HitPage",
    "Query",
    "ReadingCutOff",
    "Rebuild",
    "SEARCHES",
    "SOURCES",
    "SUGGESTIONS",
    "SearchBackend",
    "SearchUnavailable",
    "Shown",
    "Source",
    "Terms",
    "WORDS",
    "Wanted",
    "WordSource",
    "Words",
    "WrongServer",
    "access_of",
    "county_words",
    "engine_name",
    "fingerprint",
    "fold",
    "highlight",
    "holders_of",
    "init_searching",
    "is_long_enough",
    "is_written_in_characters",
    "join_index",
    "marking",
    "new_index",
    "phone_number",
    "reader",
    "readings_of",
    "region_codes",
    "require_filled",
    "same_rights",
    "snippet",
    "software_reading",
    "sources",
    "spelling",
    "unguarded_reader",
    "word_key",
    "writer",
]
