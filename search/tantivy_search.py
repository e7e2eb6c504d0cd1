"""One state of a tantivy index, asked for one reader."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from functools import partial
from heapq import nsmallest

import tantivy
from tantivy import Query as Engine

from search.interface import RESULT_CAP, Query
from search.plan import Node
from search.tantivy_index import both, counted, filters, numbers, source, written
from search.tiers import Found

_Scored = list[tuple[float, tantivy.DocAddress]]


class TantivyEngine:
    def __init__(self, searcher: tantivy.Searcher, query: Query) -> None:
        self._searcher = searcher
        self._query = query

    def between(
        self, node: Node, kinds: tuple[str, ...], start: int, end: int
    ) -> tuple[Sequence[Found], int]:
        wanted = self._filtered(node, kinds)
        scored, total = counted(self._searcher, wanted, max(end, start) + 1)
        if end <= start or start >= len(scored):
            return [], total
        if len(scored) > end and scored[end][0] == scored[end - 1][0]:
            # Equals go on behind the page; which of them belong on it only all of them can tell.
            scored, _ = counted(self._searcher, wanted, RESULT_CAP)
        return self._cut(scored, start, end), total

    def best_of_each(self, node: Node, kinds: Sequence[str], count: int) -> Mapping[str, Sequence[Found]]:
        return {kind: self.between(node, (kind,), 0, count)[0] for kind in kinds}

    def count_by_kind(self, node: Node, kinds: tuple[str, ...]) -> dict[str, int]:
        by_kind = {"kinds": {"terms": {"field": "kind", "size": 100}}}
        answer = self._searcher.aggregate(self._filtered(node, kinds), by_kind)
        return {str(one["key"]): int(one["doc_count"]) for one in answer["kinds"]["buckets"]}

    def _filtered(self, node: Node, kinds: tuple[str, ...]) -> Engine:
        return both(written(node), filters(self._query, kinds=kinds))

    def _cut(self, scored: _Scored, start: int, end: int) -> list[Found]:
        """tantivy puts equals in the order of their place in the index; here they come newest first."""
        first = bisect_left(scored, -scored[start][0], key=_descending)
        last = bisect_right(scored, -scored[min(end, len(scored)) - 1][0], key=_descending)
        addresses = [address for _, address in scored[first:last]]
        scores = [-score for score, _ in scored[first:last]]
        days = [-day for day in numbers(self._searcher, "day", addresses)]
        ties = numbers(self._searcher, "tie", addresses)
        order = nsmallest(end - first, zip(scores, days, ties, range(last - first), strict=True))
        return [
            Found(-score, -day, last_word, partial(source, self._searcher, addresses[place]))
            for score, day, last_word, place in order[start - first :]
        ]


def _descending(scored: tuple[float, tantivy.DocAddress]) -> float:
    return -scored[0]
