"""The Elasticsearch backend: searching and writing on a cluster."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeVar

from search.answering.facets import aggregations, read_counts
from search.answering.plan import Node, plan_of
from search.answering.records import KeptDocument
from search.answering.tiers import Found, OneSearch, Where, nothing_of
from search.elastic import client as elastic
from search.elastic.client import Cluster, Generation
from search.elastic.connection import IndexGone
from search.elastic.index import (
    LIVE,
    Body,
    ElasticEntry,
    both,
    entry,
    filters,
    tombstone,
    tombstones_before,
    written,
)
from search.interface import (
    EMPTY_PAGE,
    RESULT_CAP,
    Best,
    Counts,
    Document,
    Facet,
    HitPage,
    IndexOutdated,
    NeedsRebuild,
    OneOf,
    Order,
    Overview,
    Query,
    SearchUnavailable,
)

log = logging.getLogger(__name__)

_SORTED_BY = {Order.RELEVANCE: "_score", Order.DAY: "day", Order.AMOUNT: "amount"}
_REMOVED = "搜索索引已被移走，需要重建（flask search rebuild）"
_OTHER_VERSION = "搜索索引由另一版本建立，需要重建（flask search rebuild）"

_Answer = TypeVar("_Answer")


class ElasticEngine:
    """The index in use, asked for one reader, who waits no longer than READ_PATIENCE for all of it."""

    def __init__(self, cluster: Cluster, query: Query) -> None:
        self._cluster = cluster
        self._query = query
        self._until = time.monotonic() + elastic.READ_PATIENCE

    def _patience(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise SearchUnavailable("搜索服务没有在时限内应答")
        return left

    def between(
        self, node: Node, where: Where, start: int, end: int, order: Order = Order.RELEVANCE
    ) -> tuple[Sequence[Found], int]:
        answer = self._cluster.search(self._page(node, where, start, end, order), self._patience())
        found = _found(answer, scored=order is Order.RELEVANCE)
        return found, int(answer["hits"]["total"]["value"])

    def best_of_each(
        self, node: Node, where: Where, kinds: Sequence[str], count: int
    ) -> Mapping[str, Sequence[Found]]:
        pages = [self._page(node, (*where, OneOf("kind", (kind,))), 0, count) for kind in kinds]
        answers = self._cluster.search_each(pages, self._patience()) if pages else []
        return dict(zip(kinds, map(_found, answers), strict=True))

    def facets(self, node: Node, where: Where, wanted: Sequence[Facet]) -> dict[str, Counts]:
        body: Body = {
            "query": self._filtered(node, where),
            "size": 0,
            "track_total_hits": False,
            "aggs": aggregations(wanted),
        }
        return read_counts(wanted, self._cluster.search(body, self._patience())["aggregations"])

    def _filtered(self, node: Node, where: Where) -> Body:
        return both(written(node), filters(self._query, where))

    def _page(self, node: Node, where: Where, start: int, end: int, order: Order = Order.RELEVANCE) -> Body:
        return {
            "query": self._filtered(node, where),
            "from": start,
            "size": end - start,
            "sort": [{_SORTED_BY[order]: "desc"}, {"hangs": "asc"}, {"day": "desc"}, {"tie": "asc"}],
            "stored_fields": ["source"],
            # One more than can be paged through tells that there are more.
            "track_total_hits": RESULT_CAP + 1,
        }


def _found(answer: Body, *, scored: bool = True) -> list[Found]:
    return [_one(hit, scored) for hit in answer["hits"]["hits"]]


def _one(hit: Body, scored: bool) -> Found:
    rank, hangs, day, tie = hit["sort"]
    source = partial(KeptDocument.unpack, hit["fields"]["source"][0])
    return Found(rank if scored else 0.0, hangs, day, tie, source)


class ElasticBackend:
    """Any number of processes may read and write; the versions of documents keep the newest of each."""

    def __init__(self, cluster: Cluster, *, writer: bool = False) -> None:
        self._cluster = cluster
        self._may_write = writer
        self._has_been_there = False

    def search(self, query: Query) -> HitPage:
        return self._answer(query, lambda one: one.page(), EMPTY_PAGE)

    def overview(self, query: Query, wanted: Sequence[Facet]) -> Overview:
        return self._answer(query, lambda one: one.overview(wanted), nothing_of(wanted))

    def suggest(self, query: Query, per_kind: int) -> dict[str, Best]:
        return self._answer(query, lambda one: one.best_of_each(per_kind), {})

    def counts(self, query: Query) -> dict[str, int]:
        return self._answer(query, lambda one: one.counts(), {})

    def facets(self, query: Query, wanted: Sequence[Facet]) -> dict[str, Counts]:
        return self._answer(query, lambda one: one.facets(wanted), nothing_of(wanted).facets)

    def _answer(self, query: Query, read: Callable[[OneSearch], _Answer], nothing: _Answer) -> _Answer:
        plan = plan_of(query)
        if plan is None:
            return nothing
        engine = ElasticEngine(self._cluster, query)
        return self._asked(lambda: read(OneSearch(engine, plan, query)), nothing)

    def _asked(self, ask: Callable[[], _Answer], nothing: _Answer) -> _Answer:
        """`nothing` while no index was ever made here. One removed after a rebuild is asked for anew."""
        for _ in range(2):
            try:
                answer = ask()
            except IndexGone:
                if not self._can_be_asked():
                    return nothing
            else:
                self._has_been_there = True
                return answer
        raise NeedsRebuild(_REMOVED)

    def _can_be_asked(self) -> bool:
        generations = self._cluster.generations(elastic.READ_PATIENCE)
        if any(one.is_ours and one.in_use for one in generations):
            return True
        if any(not one.is_ours for one in generations):
            raise IndexOutdated(_OTHER_VERSION)
        if self._has_been_there:
            raise NeedsRebuild(_REMOVED)
        return False

    def apply(self, upserts: Iterable[Document], deletes: Iterable[tuple[str, str, int]]) -> None:
        if not self._may_write:
            raise RuntimeError("opened for reading: pass writer=True to open_backend")
        entries = [entry(document) for document in upserts]
        entries += [tombstone(*deleted) for deleted in deletes]
        for _ in range(2):
            try:
                return self._write(entries)
            except IndexGone as error:
                log.info("an index was removed while it was written to: %s", error)
        raise NeedsRebuild(_REMOVED)

    def _write(self, entries: Sequence[ElasticEntry]) -> None:
        for generation in self._written_to():
            self._cluster.write(generation, entries, elastic.WRITE_PATIENCE)
            if generation.in_use:
                self._cluster.show(generation)

    def _written_to(self) -> list[Generation]:
        """The index in use, and one that a rebuild is filling: it must not miss what changes meanwhile."""
        generations = self._cluster.generations(elastic.WRITE_PATIENCE)
        if not any(one.in_use and one.is_ours for one in generations):
            if all(one.is_ours for one in generations):
                self._cluster.make_makeshift()
                generations = self._cluster.generations(elastic.WRITE_PATIENCE)
            elif not any(one.is_ours for one in generations):
                raise IndexOutdated(_OTHER_VERSION)
        return self._without_makeshift([one for one in generations if one.is_ours])

    def _without_makeshift(self, ours: Sequence[Generation]) -> list[Generation]:
        """Of two in use, the makeshift one was made while a rebuild came into use: it knows too little."""
        if sum(one.in_use for one in ours) < 2:
            return list(ours)
        self._cluster.remove(one for one in ours if one.is_makeshift)
        return [one for one in ours if not one.is_makeshift]

    def fingerprints(self) -> Iterator[tuple[str, str, str]]:
        moment = self._asked(self._cluster.freeze, "")
        if not moment:
            return
        for packed in self._cluster.scan(moment, LIVE, "source"):
            kept = KeptDocument.unpack(packed)
            yield kept.kind, kept.id, kept.fingerprint

    def size(self) -> int:
        return self._asked(lambda: self._cluster.count(LIVE), 0)

    def purge(self, *, before_day: int) -> int:
        if not self._may_write:
            raise RuntimeError("opened for reading: pass writer=True to open_backend")
        return self._asked(lambda: self._cluster.purge(tombstones_before(before_day)), 0)

    def close(self) -> None:
        self._cluster.close()
