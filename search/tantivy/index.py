"""The language of tantivy: schema, documents, queries. Knows neither folders nor processes."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

import tantivy
from tantivy import Occur
from tantivy import Query as Engine

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
from search.answering.tokens import ANALYSIS_VERSION, KEYS, NO_WORDS, SCORED, analyse, usable_access
from search.interface import (
    COUNTED_FIELDS,
    LEVELS,
    NUMBER_FIELDS,
    WHOLE_FIELDS,
    Document,
    Filter,
    NeedsRebuild,
    OneOf,
    Query,
    SearchUnavailable,
)

SCHEMA_VERSION = "6"
ABOUT = {"engine": "tantivy-0.27", "schema": SCHEMA_VERSION, "analysis": ANALYSIS_VERSION}

_WHOLE = ("uid", *KEYS, "access", "tails", "tail_access", *WHOLE_FIELDS, *LEVELS)
# Up to so many values are looked for one by one.
_SINGLE_TERMS = 128
# A minimum makes the engine read all documents of every value. Each sufficient set of up to so many values,
# looked for by itself, lets it skip to what they share.
_COMBINED = 7
_PHRASED = ("name", "short", "text", "py", "mispy", "ini")


@lru_cache(maxsize=1)
def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in _WHOLE:
        is_counted = field in COUNTED_FIELDS
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic", fast=is_counted)
    for field in _PHRASED:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("u", tokenizer_name="whitespace", index_option="freq")
    # `tie` is a hash of the uid: the last word between equals, and the handle for reading in slices.
    for field in ("tie", "hangs", *NUMBER_FIELDS, "version"):
        builder.add_integer_field(field, indexed=field == "tie", fast=True)
    builder.add_bytes_field("source", stored=True)
    return builder.build()


@dataclass(frozen=True, slots=True)
class TantivyEntry:
    """One document as it is written, in values that can go from process to process."""

    uid: str
    tie: int
    version: int
    texts: list[tuple[str, str]]
    numbers: list[tuple[str, int]]
    source: bytes


def entry(document: Document) -> TantivyEntry:
    analysis = analyse(document)
    named = uid(document.kind, document.id)
    texts = [(field, value) for field, values in analysis.whole.items() for value in values]
    texts += [(field, getattr(analysis, field)) for field in SCORED]
    packed = KeptDocument.of(document, analysis).pack().encode()
    last = tie(document.kind, document.id)
    return TantivyEntry(named, last, document.version, [("uid", named), *texts], _numbers(document), packed)


def to_engine(one: TantivyEntry) -> tantivy.Document:
    made = tantivy.Document()
    for field, value in one.texts:
        made.add_text(field, value)
    for field, number in one.numbers:
        made.add_integer(field, number)
    made.add_bytes("source", one.source)
    return made


def tombstone(kind: str, public_id: str, version: int) -> tantivy.Document:
    """What a delete leaves: it remembers the version, and without an access token nobody can find it."""
    made = tantivy.Document()
    made.add_text("uid", uid(kind, public_id))
    for field in SCORED:
        made.add_text(field, NO_WORDS)
    for field, number in _numbers(Document(kind, public_id, "", version=version, day=this_day())):
        made.add_integer(field, number)
    return made


def tombstones_before(day: int) -> Engine:
    """What deletes before that day have left."""
    earlier = Engine.range_query(schema(), "day", tantivy.FieldType.Integer, -(2**62), day - 1)
    return Engine.boolean_query([(Occur.Must, earlier), (Occur.MustNot, live())])


def _numbers(document: Document) -> list[tuple[str, int]]:
    return [
        ("tie", tie(document.kind, document.id)),
        ("hangs", hangs(document)),
        *((field, within(getattr(document, field))) for field in NUMBER_FIELDS),
        ("version", within(document.version)),
    ]


def source(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> KeptDocument:
    return KeptDocument.unpack(str(searcher.doc(address).get_first("source") or b"", "utf-8"))


def live() -> Engine:
    """Every document but tombstones, which have no kind."""
    return Engine.exists_query("kind")


def filters(query: Query, where: tuple[Filter, ...]) -> list[tuple[Occur, Engine]]:
    """Unscored clauses that every hit must meet, access first. They are part of the query itself."""
    clauses = [_set("access", list(usable_access(query.access)), 0.0)]
    if query.among:
        clauses.append(_narrowing(OneOf("kind", query.among)))
    clauses += [_narrowing(one) for one in where]
    return [(Occur.Must, clause) for clause in clauses]


def _narrowing(one: Filter) -> Engine:
    if isinstance(one, OneOf):
        return _set(one.field, filter_values(one), 0.0)
    least, most = (None if bound is None else within(bound) for bound in (one.least, one.most))
    if least is None and most is None:
        inside = Engine.all_query()
    else:
        inside = Engine.range_query(schema(), one.field, tantivy.FieldType.Integer, least, most)
    return Engine.const_score_query(inside, 0.0)


def both(scored: Engine, unscored: list[tuple[Occur, Engine]]) -> Engine:
    return Engine.boolean_query([(Occur.Must, scored), *unscored])


def _set(field: str, values: list[str], score: float) -> Engine:
    return Engine.const_score_query(_one_of(field, values), score)


def _one_of(field: str, values: list[str]) -> Engine:
    """A set of terms walks the field's whole dictionary and marks all its documents before any other clause
    is looked at; single terms are met where the others have led.
    """
    if not 0 < len(values) <= _SINGLE_TERMS:
        return Engine.term_set_query(schema(), field, values)
    terms = [Engine.term_query(schema(), field, value, "basic") for value in values]
    return terms[0] if len(terms) == 1 else Engine.boolean_query([(Occur.Should, term) for term in terms])


def _any_of(node: AnyOf) -> Engine:
    return _set(node.field, list(node.values), node.score)


def _starting(node: Starting) -> Engine:
    # Only letters, digits and < get here (the plan says so), nothing a pattern would take for an operator.
    return Engine.const_score_query(Engine.regex_query(schema(), node.field, f"{node.start}.*"), node.score)


def _phrase(node: Phrase) -> Engine:
    words: list[str | tuple[int, str]] = list(node.tokens)
    if node.open:
        return Engine.const_score_query(Engine.phrase_prefix_query(schema(), node.field, words), node.weight)
    if len(words) == 1:
        return Engine.boost_query(Engine.term_query(schema(), node.field, words[0]), node.weight)
    return Engine.boost_query(Engine.phrase_query(schema(), node.field, words), node.weight)


def _at_least(node: AtLeast) -> Engine:
    terms = [Engine.term_query(schema(), node.field, value, "freq") for value in node.values]
    scored = [(Occur.Should, term) for term in terms]
    if len(terms) > _COMBINED:
        return Engine.boolean_query(scored, minimum_number_should_match=node.minimum)
    enough = [
        Engine.boolean_query([(Occur.Must, term) for term in together])
        for together in combinations(terms, node.minimum)
    ]
    any_of_them = Engine.boolean_query([(Occur.Should, one) for one in enough])
    return Engine.boolean_query([(Occur.Must, Engine.const_score_query(any_of_them, 0.0)), *scored])


def _one_off(node: OneOff) -> Engine:
    return Engine.const_score_query(Engine.fuzzy_term_query(schema(), node.field, node.value), node.score)


def _everything(_node: Everything) -> Engine:
    return Engine.const_score_query(Engine.all_query(), 1.0)


def _these(node: These) -> Engine:
    return _set("uid", [uid(*key) for key in node.keys], 1.0)


def _flat(node: Flat) -> Engine:
    return Engine.const_score_query(written(node.part), node.score)


def _either(node: Either) -> Engine:
    return Engine.boolean_query([(Occur.Should, written(part)) for part in node.parts])


def _all(node: All) -> Engine:
    return Engine.boolean_query([(Occur.Must, written(part)) for part in node.parts])


def _raised(node: Raised) -> Engine:
    return Engine.boolean_query([(Occur.Must, written(node.part)), (Occur.Should, written(node.by))])


_WRITERS: dict[type[Any], Callable[[Any], Engine]] = {
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


def written(node: Node) -> Engine:
    return _WRITERS[type(node)](node)


def versions(searcher: tantivy.Searcher, ties: Iterable[int]) -> dict[int, int]:
    """Versions already held, tombstones included, by `tie`."""
    asked = list(ties)
    wanted = Engine.term_set_query(schema(), "tie", asked)
    addresses = [address for _, address in searcher.search(wanted, limit=len(asked) or 1, count=False).hits]
    held = zip(numbers(searcher, "tie", addresses), numbers(searcher, "version", addresses), strict=True)
    return dict(held)


def counted(
    searcher: tantivy.Searcher, wanted: Engine, limit: int, by: str | None = None
) -> tuple[list[tuple[float, tantivy.DocAddress]], int]:
    """The first hits with score, or with the number in the field that they are ordered `by`; and how many
    there are in all.
    """
    found = searcher.search(wanted, limit=limit, order_by_field=by)
    # The engine's own type file forgets this attribute.
    return found.hits, int(found.count)  # type: ignore[attr-defined]


def numbers(searcher: tantivy.Searcher, field: str, addresses: list[tantivy.DocAddress]) -> list[int]:
    return [int(value or 0) for value in searcher.fast_field_values(field, addresses)]


@contextmanager
def engine_faults() -> Iterator[None]:
    """The engine reports damage as ValueError or OSError, or panics, which is no Exception in Python."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise SearchUnavailable(f"搜索引擎出错：{error}") from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise NeedsRebuild("搜索索引已损坏，需要重建（flask search rebuild）") from error
        raise
