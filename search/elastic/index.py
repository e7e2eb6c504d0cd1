"""The language of Elasticsearch: mapping, documents, queries as plain values. Knows no client and no network.

Only analysers of the core are used, over tokens that are made here, so that any cluster serves without a
plug-in and scores as tantivy does.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from search.answering.facets import filter_values
from search.answering.plan import (
    All,
    AnyOf,
    AtLeast,
    Either,
    Everything,
    Flat,
    Node,
    OneOff,
    Phrase,
    Raised,
    Starting,
    These,
)
from search.answering.records import KeptDocument, hangs, this_day, tie, uid, within
from search.answering.tokens import ANALYSIS_VERSION, NO_WORDS, SCORED, analyse, usable_access
from search.interface import (
    COUNTED_FIELDS,
    NUMBER_FIELDS,
    RESULT_CAP,
    WHOLE_FIELDS,
    Document,
    Filter,
    OneOf,
    Query,
)

Body = dict[str, Any]

# Longer ids are refused by Elasticsearch; a digest takes their place.
_MAX_ID = 512
# A term of more bytes refuses the whole document. Keys and access tokens are far shorter already.
_LONGEST_VALUE = 8_000
# What an open phrase or a letter astray may stand for; beyond this the engine stops looking.
_EXPANSIONS = 1_000


def _whole(**more: Any) -> Body:
    return {"type": "keyword", "doc_values": False, "ignore_above": _LONGEST_VALUE, **more}


MAPPING: Body = {
    "dynamic": "strict",
    "_source": {"enabled": False},
    "properties": {
        **{
            field: _whole()
            for field in ("kw", "misread", "about", "access", "tails", "tail_access", *WHOLE_FIELDS)
        },
        # What is counted over.
        **{field: _whole(doc_values=True) for field in COUNTED_FIELDS},
        **{field: {"type": "text", "analyzer": "whitespace"} for field in SCORED},
        "u": {"type": "text", "analyzer": "whitespace", "index_options": "freqs"},
        **{field: {"type": "long", "index": False} for field in ("tie", "hangs", *NUMBER_FIELDS)},
        "source": {"type": "keyword", "index": False, "doc_values": False, "store": True},
    },
}
_SETTINGS: Body = {
    # One shard: scores depend on how common a word is in its shard, and a county fits into one.
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "max_result_window": RESULT_CAP,
    # The parameters of tantivy.
    "similarity": {"default": {"type": "BM25", "k1": 1.2, "b": 0.75, "discount_overlaps": True}},
}


def _version() -> str:
    """Changes with everything that an index is made by; an index of another version cannot be asked."""
    made_by = json.dumps([MAPPING, _SETTINGS, ANALYSIS_VERSION], sort_keys=True)
    return hashlib.blake2b(made_by.encode(), digest_size=6).hexdigest()


VERSION = _version()


def definition(refresh: str) -> Body:
    return {"mappings": MAPPING, "settings": {**_SETTINGS, "refresh_interval": refresh}}


@dataclass(frozen=True, slots=True)
class ElasticEntry:
    """One line for the index: never replaces one of a higher version."""

    id: str
    version: int
    body: Body


def entry(document: Document) -> ElasticEntry:
    analysis = analyse(document)
    body: Body = {
        **{field: list(values) for field, values in analysis.whole.items()},
        **{field: getattr(analysis, field) for field in SCORED},
        **_numbers(document),
        "source": KeptDocument.of(document, analysis).pack(),
    }
    return ElasticEntry(_id(document.kind, document.id), _external(document.version), body)


def tombstone(kind: str, public_id: str, version: int) -> ElasticEntry:
    """What a delete leaves. Elasticsearch forgets the versions of deleted documents; one without a kind and
    without an access token is found by nobody and keeps its version.
    """
    body: Body = dict.fromkeys(SCORED, NO_WORDS)
    numbers = _numbers(Document(kind, public_id, "", day=this_day()))
    return ElasticEntry(_id(kind, public_id), _external(version), {**body, **numbers})


def _numbers(document: Document) -> Body:
    return {
        "tie": tie(document.kind, document.id),
        "hangs": hangs(document),
        **{field: within(getattr(document, field)) for field in NUMBER_FIELDS},
    }


def _external(version: int) -> int:
    return max(within(version), 0)


def _id(kind: str, public_id: str) -> str:
    name = uid(kind, public_id)
    if len(name.encode()) <= _MAX_ID:
        return name
    return "#" + hashlib.blake2b(name.encode(), digest_size=32).hexdigest()


LIVE: Body = {"exists": {"field": "kind"}}


def tombstones_before(day: int) -> Body:
    """What deletes before that day have left."""
    return {"bool": {"filter": [{"range": {"day": {"lt": day}}}], "must_not": [LIVE]}}


def filters(query: Query, where: Iterable[Filter]) -> Iterator[Body]:
    """Unscored clauses that every hit must meet, access first. They are part of the query itself: counts
    see no more than hits do.
    """
    yield {"terms": {"access": list(usable_access(query.access))}}
    if query.among:
        yield _narrowing(OneOf("kind", query.among))
    yield from map(_narrowing, where)


def _narrowing(one: Filter) -> Body:
    if isinstance(one, OneOf):
        return {"terms": {one.field: filter_values(one)}}
    bounds = {"gte": one.least, "lte": one.most}
    stated = {sign: within(bound) for sign, bound in bounds.items() if bound is not None}
    return {"range": {one.field: stated}}


def both(scored: Body, unscored: Iterable[Body]) -> Body:
    return {"bool": {"must": [scored], "filter": list(unscored)}}


def _constant(query: Body, score: float) -> Body:
    return {"constant_score": {"filter": query, "boost": score}}


def _any_of(node: AnyOf) -> Body:
    return _constant({"terms": {node.field: list(node.values)}}, node.score)


def _starting(node: Starting) -> Body:
    return _constant({"prefix": {node.field: {"value": node.start}}}, node.score)


def _phrase(node: Phrase) -> Body:
    words = " ".join(node.tokens)
    if node.open:
        wanted = {"query": words, "max_expansions": _EXPANSIONS}
        return _constant({"match_phrase_prefix": {node.field: wanted}}, node.weight)
    return {"match_phrase": {node.field: {"query": words, "boost": node.weight}}}


def _at_least(node: AtLeast) -> Body:
    parts = [{"term": {node.field: {"value": value}}} for value in node.values]
    return {"bool": {"should": parts, "minimum_should_match": node.minimum}}


def _one_off(node: OneOff) -> Body:
    wanted = {"value": node.value, "fuzziness": 1, "max_expansions": _EXPANSIONS, "rewrite": "constant_score"}
    return _constant({"fuzzy": {node.field: wanted}}, node.score)


def _everything(_node: Everything) -> Body:
    return _constant({"match_all": {}}, 1.0)


def _these(node: These) -> Body:
    return _constant({"ids": {"values": [_id(*key) for key in node.keys]}}, 1.0)


def _flat(node: Flat) -> Body:
    return _constant(written(node.part), node.score)


def _either(node: Either) -> Body:
    return {"bool": {"should": _written_all(node.parts), "minimum_should_match": 1}}


def _all(node: All) -> Body:
    return {"bool": {"must": _written_all(node.parts)}}


def _raised(node: Raised) -> Body:
    return {"bool": {"must": [written(node.part)], "should": [written(node.by)]}}


def _written_all(nodes: Sequence[Node]) -> list[Body]:
    return [written(node) for node in nodes]


_WRITERS: dict[type[Any], Callable[[Any], Body]] = {
    AnyOf: _any_of,
    Starting: _starting,
    Phrase: _phrase,
    AtLeast: _at_least,
    OneOff: _one_off,
    Everything: _everything,
    These: _these,
    Flat: _flat,
    Either: _either,
    All: _all,
    Raised: _raised,
}


def written(node: Node) -> Body:
    return _WRITERS[type(node)](node)
