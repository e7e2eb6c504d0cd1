"""What the search is measured against, all over the same companies and under the same permissions: LIKE and
FTS5 trigram on one table, Elasticsearch with its standard analyser, tantivy without our layer.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import search_county as county
import tantivy
from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk
from tantivy import Occur
from tantivy import Query as Engine

from search.answering.tokens import tokens
from search.interface import OneOf, Query, SearchBackend, Terms
from search.language.text import fold, is_dense, query_terms, runs, squash
from search.tantivy.folder import IndexFolder
from search.tantivy.index import schema, source


class Rival(Protocol):
    """Answers with numbers of companies."""

    def top(self, query: Query) -> list[int]: ...

    def total(self, query: Query) -> int: ...

    def by_section(self, query: Query) -> dict[str, int]: ...


class Ours:
    """The search itself, behind its own boundary."""

    def __init__(self, backend: SearchBackend) -> None:
        self.backend = backend

    def top(self, query: Query) -> list[int]:
        return [county.number_of(hit.id) for hit in self.backend.search(query).hits]

    def total(self, query: Query) -> int:
        return sum(self.backend.counts(query).values())

    def by_section(self, query: Query) -> dict[str, int]:
        return self.backend.facets(query, (Terms("section"),))["section"]


# --- one table of SQLite --------------------------------------------------------------------------

_COLUMNS = (
    "id INTEGER PRIMARY KEY, public_id TEXT, name TEXT, others TEXT, code TEXT, scope TEXT, tags TEXT, "
    "region TEXT, industry TEXT, open INTEGER, unit INTEGER, team INTEGER, amount INTEGER, day INTEGER"
)
_PUT = f"INSERT INTO profile VALUES ({', '.join('?' * 14)})"


def _row(one: county.Company) -> tuple[Any, ...]:
    return (
        one.number,
        county.id_of(one.number),
        one.name.full,
        "\n".join(one.others),
        one.code,
        one.scope,
        " ".join(one.tags),
        one.region,
        one.industry,
        one.is_open,
        one.unit,
        one.team,
        one.amount,
        one.day,
    )


class Table:
    """The companies as rows, and what their pages take on disk."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, check_same_thread=False)
        self.connection.execute("PRAGMA cache_size = -262144")

    def fill(self, companies: Iterable[county.Company]) -> None:
        self.connection.execute(f"CREATE TABLE profile ({_COLUMNS})")
        self.connection.executemany(_PUT, map(_row, companies))
        self.connection.commit()

    def size(self) -> int:
        pages, page = (
            int(self.connection.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "page_size")
        )
        return pages * page

    def ids(self, statement: str, given: Sequence[Any]) -> list[int]:
        return [int(row[0]) for row in self.connection.execute(statement, given)]


class Like:
    """What a page without an index would ask; nothing is ranked."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def top(self, query: Query) -> list[int]:
        where, given = _like(query)
        statement = f"SELECT id FROM profile WHERE {where} ORDER BY id LIMIT ? OFFSET ?"
        return self.table.ids(statement, [*given, query.limit, query.offset])

    def total(self, query: Query) -> int:
        where, given = _like(query)
        return self.table.ids(f"SELECT count(*) FROM profile WHERE {where}", given)[0]

    def by_section(self, query: Query) -> dict[str, int]:
        where, given = _like(query)
        statement = f"SELECT substr(industry, 1, 1) s, count(*) FROM profile WHERE {where} GROUP BY s"
        return dict(self.table.connection.execute(statement, given).fetchall())


def _like(query: Query) -> tuple[str, list[Any]]:
    term = "(name LIKE ? OR others LIKE ? OR scope LIKE ? OR code LIKE ?)"
    terms = query.text.split()
    given = [f"%{word}%" for word in terms for _ in range(4)]
    permitted, more = _permitted(query)
    return " AND ".join([term] * len(terms) + permitted), given + more


def _permitted(query: Query) -> tuple[list[str], list[Any]]:
    units, teams = (", ".join(map(str, held)) for held in (county.HELD_UNITS, county.HELD_TEAMS))
    clauses = [f"(open OR unit IN ({units}) OR team IN ({teams}))"]
    given: list[Any] = []
    for one in query.where:
        assert isinstance(one, OneOf)
        if one.field == "region":
            clauses.append("region LIKE ?")
            given.append(f"{one.values[0]}%")
        else:
            clauses.append(f"team IN ({', '.join('?' * len(one.values))})")
            given += [int(value.partition(":")[2]) for value in one.values]
    return clauses, given


class Trigram(Like):
    """The phrase in an FTS5 index of trigrams, any of its trigrams where there is none, and LIKE for what is
    shorter than three characters.
    """

    def __init__(self, table: Table) -> None:
        super().__init__(table)

    def build(self) -> None:
        self.table.connection.execute(
            "CREATE VIRTUAL TABLE tri USING fts5(name, others, scope, code, content='profile', "
            "content_rowid='id', tokenize='trigram')"
        )
        self.table.connection.execute("INSERT INTO tri(tri) VALUES ('rebuild')")
        self.table.connection.commit()

    def top(self, query: Query) -> list[int]:
        terms = query.text.split()
        if min(map(len, terms)) < 3:
            return super().top(query)
        phrases = [f'"{term}"' for term in terms]
        return self._match(" AND ".join(phrases), query) or self._match(" OR ".join(_thirds(terms)), query)

    def _match(self, words: str, query: Query) -> list[int]:
        clauses, given = _permitted(query)
        statement = (
            "SELECT tri.rowid FROM tri JOIN profile ON profile.id = tri.rowid WHERE tri MATCH ? AND "
            f"{' AND '.join(clauses)} ORDER BY rank LIMIT ? OFFSET ?"
        )
        return self.table.ids(statement, [words, *given, query.limit, query.offset])


def _thirds(terms: Iterable[str]) -> Iterator[str]:
    for term in terms:
        yield from (f'"{term[place : place + 3]}"' for place in range(len(term) - 2))


# --- Elasticsearch with its standard analyser -----------------------------------------------------

_TEXT: dict[str, Any] = {"type": "text", "analyzer": "standard"}
_WHOLE: dict[str, Any] = {"type": "keyword", "doc_values": False}
_MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    "_source": {"enabled": False},
    "properties": {
        **dict.fromkeys(("name", "others", "scope", "tags"), _TEXT),
        **dict.fromkeys(("code", "access", "team", "region"), _WHOLE),
        "section": {"type": "keyword"},
        "number": {"type": "long", "index": False},
    },
}


# An index that changes every second forgets its answers every second: here none is remembered either.
UNCACHED = {"requests.cache.enable": False}


class Standard:
    """Exact code, phrases, or 70 % of the characters of the name."""

    INDEX = "standard"

    def __init__(self, url: str) -> None:
        self._client = Elasticsearch(url, request_timeout=60)

    def build(self, companies: Iterable[county.Company]) -> None:
        settings = {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1", **UNCACHED}
        self._client.indices.create(index=self.INDEX, mappings=_MAPPING, settings=settings)
        for _ in streaming_bulk(self._client, map(_standard, companies), index=self.INDEX, chunk_size=1_000):
            pass
        self._client.indices.put_settings(index=self.INDEX, settings={"refresh_interval": "1s"})
        self._client.indices.refresh(index=self.INDEX)

    def remove(self) -> None:
        self._client.indices.delete(index=self.INDEX, ignore_unavailable=True)

    def size(self) -> int:
        return index_size(self._client, self.INDEX)

    def top(self, query: Query) -> list[int]:
        body = {
            "query": _standard_query(query),
            "from": query.offset,
            "size": query.limit,
            "docvalue_fields": ["number"],
            "track_total_hits": 10_001,
        }
        hits = self._client.search(index=self.INDEX, body=body).body["hits"]["hits"]
        return [int(hit["fields"]["number"][0]) for hit in hits]

    def total(self, query: Query) -> int:
        return int(self._client.count(index=self.INDEX, query=_standard_query(query)).body["count"])

    def by_section(self, query: Query) -> dict[str, int]:
        counted = {"section": {"terms": {"field": "section", "size": 30}}}
        body = {"query": _standard_query(query), "size": 0, "aggs": counted, "track_total_hits": False}
        found = self._client.search(index=self.INDEX, body=body).body["aggregations"]["section"]["buckets"]
        return {str(bucket["key"]): int(bucket["doc_count"]) for bucket in found}


def index_size(client: Elasticsearch, name: str) -> int:
    """Bytes of the primary shards."""
    client.indices.flush(index=name)
    return int(
        client.indices.stats(index=name, metric="store").body["_all"]["primaries"]["store"]["size_in_bytes"]
    )


def _standard(one: county.Company) -> dict[str, Any]:
    made = county.document(one)
    return {
        "name": made.title,
        "others": list(made.names),
        "scope": made.text,
        "tags": list(made.tags),
        "code": one.code,
        "access": list(made.access),
        "team": list(made.teams),
        "region": [one.region[:length] for length in (2, 4, 6)],
        "section": one.industry[0],
        "number": one.number,
    }


def _standard_query(query: Query) -> dict[str, Any]:
    narrowed: list[dict[str, Any]] = [{"terms": {"access": list(query.access)}}]
    for one in query.where:
        assert isinstance(one, OneOf)
        narrowed.append({"terms": {{"teams": "team"}.get(one.field, one.field): list(one.values)}})
    return {"bool": {"must": [_standard_term(term) for term in query.text.split()], "filter": narrowed}}


def _standard_term(term: str) -> dict[str, Any]:
    ways: list[dict[str, Any]] = [
        {"match_phrase": {field: {"query": term, "boost": boost}}}
        for field, boost in (("name", 3), ("others", 2), ("scope", 1))
    ]
    ways.append({"term": {"code": {"value": term, "boost": 10}}})
    ways.append({"match": {"name": {"query": term, "minimum_should_match": "70%"}}})
    return {"bool": {"should": ways, "minimum_should_match": 1}}


# --- tantivy itself -------------------------------------------------------------------------------


class Raw:
    """One plain query to tantivy for every search: what no layer above it can be faster than."""

    def __init__(self, folder: Path) -> None:
        place = IndexFolder(folder)
        self._index = tantivy.Index.open(str(place.path(place.current() or "")))

    def top(self, query: Query) -> list[int]:
        searcher = self._index.searcher()
        found = searcher.search(_raw(query), limit=query.limit, offset=query.offset)
        return [county.number_of(source(searcher, address).id) for _, address in found.hits]

    def total(self, query: Query) -> int:
        # The engine's own type file forgets this attribute.
        return int(self._index.searcher().search(_raw(query), limit=1).count)  # type: ignore[attr-defined]

    def by_section(self, query: Query) -> dict[str, int]:
        wanted = {"section": {"terms": {"field": "section", "size": 30}}}
        found = self._index.searcher().aggregate(_raw(query), wanted)["section"]["buckets"]
        return {str(bucket["key"]): int(bucket["doc_count"]) for bucket in found}


def _raw(query: Query) -> Engine:
    filters = [("access", list(query.access)), *((one.field, list(one.values)) for one in query.where)]  # type: ignore[union-attr]
    clauses = [(Occur.Must, _raw_term(term)) for term in query_terms(query.text)]
    for field, values in filters:
        held = [(Occur.Should, Engine.term_query(schema(), field, value, "basic")) for value in values]
        clauses.append((Occur.Must, Engine.const_score_query(Engine.boolean_query(held), 0.0)))
    return Engine.boolean_query(clauses)


def _raw_term(term: str) -> Engine:
    ways = [Engine.term_query(schema(), "kw", squash(fold(term)))]
    if any(map(is_dense, runs(term))):
        words = tokens(runs(term))
        ways += [_raw_words(field, words) for field in ("name", "text")]
    return Engine.boolean_query([(Occur.Should, way) for way in ways])


def _raw_words(field: str, words: list[str]) -> Engine:
    if len(words) == 1:
        return Engine.term_query(schema(), field, words[0])
    return Engine.phrase_query(schema(), field, list(words))
