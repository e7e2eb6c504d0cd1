"""Filters and counts by value, as both engines write and read them: their dialects agree here."""

from collections.abc import Mapping, Sequence
from typing import Any

from search.interface import Bands, Counts, Facet, OneOf, Terms
from search.language.text import clean

# More values than a county has units, people or places below one place; all of them are counted, so that
# which are the commonest does not depend on how an engine splits its work.
_VALUES = 5_000


def filter_values(one: OneOf) -> list[str]:
    """What is looked for: codes of industries are kept in capitals."""
    values = [clean(value) for value in one.values]
    return [value.upper() for value in values] if one.field == "industry" else values


def aggregations(wanted: Sequence[Facet], *, whole_segments: bool = False) -> dict[str, Any]:
    """The request for these counts; `whole_segments` for tantivy, which cuts each of its segments as well."""
    return {one.field: _aggregation(one, whole_segments) for one in wanted}


def _aggregation(one: Facet, whole_segments: bool) -> dict[str, Any]:
    if isinstance(one, Terms):
        cut = {"segment_size": _VALUES} if whole_segments else {}
        return {"terms": {"field": one.field, "size": _VALUES, **cut}}
    return {"range": {"field": one.field, "ranges": _ranges(one)}}


def _ranges(one: Bands) -> list[dict[str, float]]:
    lower = [{"from": float(edge)} for edge in one.edges]
    upper = [{"to": float(edge)} for edge in one.edges[1:]]
    return [{**start, **(upper[place] if place < len(upper) else {})} for place, start in enumerate(lower)]


def read_counts(wanted: Sequence[Facet], answer: Mapping[str, Any]) -> dict[str, Counts]:
    """What the engine has counted: the commonest first, equals by name, none of nothing."""
    return {one.field: _read(one, answer[one.field]["buckets"]) for one in wanted}


def _read(one: Facet, buckets: Sequence[Mapping[str, Any]]) -> Counts:
    if isinstance(one, Bands):
        edges = {float(edge): str(edge) for edge in one.edges}
        counted = {float(bucket.get("from", float("-inf"))): int(bucket["doc_count"]) for bucket in buckets}
        return {name: counted[edge] for edge, name in edges.items() if counted.get(edge)}
    found = [(-int(bucket["doc_count"]), str(bucket["key"])) for bucket in buckets if bucket["doc_count"]]
    return {key: -count for count, key in sorted(found)[: one.limit]}
