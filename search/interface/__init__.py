"""What a search backend is given and what it answers: values and protocols, no engine."""

from search.interface.answers import EMPTY_PAGE, Best, Counts, Hit, HitPage, Overview
from search.interface.backends import CatchUp, Deleted, Rebuild, SearchBackend, nothing_changed
from search.interface.documents import (
    COUNTED_FIELDS,
    LEVELS,
    WHOLE_FIELDS,
    Document,
    fingerprint,
    same_rights,
)
from search.interface.failures import (
    DocumentRefused,
    IndexOutdated,
    NeedsRebuild,
    ReadingCutOff,
    SearchUnavailable,
    WrongServer,
)
from search.interface.queries import (
    RESULT_CAP,
    Bands,
    Between,
    Facet,
    Filter,
    OneOf,
    Order,
    Query,
    Terms,
    Wanted,
)

__all__ = [
    "Bands",
    "Best",
    "Between",
    "COUNTED_FIELDS",
    "CatchUp",
    "Counts",
    "Deleted",
    "Document",
    "DocumentRefused",
    "EMPTY_PAGE",
    "Facet",
    "Filter",
    "Hit",
    "IndexOutdated",
    "LEVELS",
    "NeedsRebuild",
    "OneOf",
    "Order",
    "Overview",
    "HitPage",
    "Query",
    "RESULT_CAP",
    "ReadingCutOff",
    "Rebuild",
    "SearchBackend",
    "SearchUnavailable",
    "Terms",
    "WHOLE_FIELDS",
    "Wanted",
    "WrongServer",
    "fingerprint",
    "nothing_changed",
    "same_rights",
]
