"""The global search: asks the index within the reader's rights, reads the hits again under their scope."""

from app.finding.finder.queries.answers import Asked, Results, ShownHit, key_of
from app.finding.finder.queries.reading import (
    PAGE,
    hits_of,
    may_be_found,
    query_for,
    read_records,
    sources_for,
    understood,
)
from app.finding.finder.queries.searching import DEEPEST, lag_in_words, search
from app.finding.finder.queries.suggesting import suggest

__all__ = [
    "Asked",
    "DEEPEST",
    "ShownHit",
    "PAGE",
    "Results",
    "hits_of",
    "key_of",
    "lag_in_words",
    "may_be_found",
    "query_for",
    "read_records",
    "search",
    "sources_for",
    "suggest",
    "understood",
]
