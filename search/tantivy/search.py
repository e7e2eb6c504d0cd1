"""One state of a tantivy index, asked for one reader."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from functools import partial
from heapq import nsmallest

import tantivy
from tantivy import Query as Engine

from search.answering.facets import aggregations, read_counts
from search.answering.plan import Node
from search.answering.tiers import Found, Where
from search.interface import RESULT_CAP, Counts, Facet, OneOf, Order, Query
from search.tantivy.index import both, counted, filters, numbers, source, written
from search.tantivy.pruning import pruned

# With their score or with the number they are ordered by.
_Ranked = list[tuple[float, tantivy.DocAddress]]
_FIELDS = {Order.RELEVANCE: None, Order.DAY: "day", Order.AMOUNT: "amount"}


class TantivyEngine:
    def __init__(self, searcher: tantivy.Searcher, query: Query) -> None:
        self._searcher = searcher
        self._query = query

    def between(
        self, node: Node, where: Where, start: int, end: int, order: Order = Order.RELEVANCE
    ) -> tuple[Sequence[Found], int]:
        wanted, by = self._filtered(node, where), _FIELDS[order]
        # Which of the equals at the end of a page belong on it only all of them can tell; common words have
        # so many that asking for them at once costs less than asking a second time.
        ranked, total = counted(self._searcher, wanted, RESULT_CAP if end > start else 1, by)
        if end <= start or start >= len(ranked):
            return [], total
        return self._cut(ranked, start, end, scored=by is None), total

    def best_of_each(
        self, node: Node, where: Where, kinds: Sequence[str], count: int
    ) -> Mapping[str, Sequence[Found]]:
        return {kind: self.between(node, (*where, OneOf("kind", (kind,))), 0, count)[0] for kind in kinds}

    def facets(self, node: Node, where: Where, wanted: Sequence[Facet]) -> dict[str, Counts]:
        asked = aggregations(wanted, whole_segments=True)
        return read_counts(wanted, self._searcher.aggregate(self._filtered(node, where), asked))

    def _filtered(self, node: Node, where: Where) -> Engine:
        return both(written(pruned(node, self._searcher)), filters(self._query, where))

    def _cut(self, ranked: _Ranked, start: int, end: int, *, scored: bool) -> list[Found]:
        """tantivy puts equals in the order of their place in the index; here they come in the
        order of `tiers`.
        """
        first = bisect_left(ranked, -ranked[start][0], key=_descending)
        last = bisect_right(ranked, -ranked[min(end, len(ranked)) - 1][0], key=_descending)
        addresses = [address for _, address in ranked[first:last]]
        ranks = [-rank for rank, _ in ranked[first:last]]
        hangs = numbers(self._searcher, "hangs", addresses)
        days = [-day for day in numbers(self._searcher, "day", addresses)]
        ties = numbers(self._searcher, "tie", addresses)
        order = nsmallest(end - first, zip(ranks, hangs, days, ties, range(last - first), strict=True))
        return [
            Found(
                -rank if scored else 0.0,
                hung,
                -day,
                last_word,
                partial(source, self._searcher, addresses[place]),
            )
            for rank, hung, day, last_word, place in order[start - first :]
        ]


def _descending(ranked: tuple[float, tantivy.DocAddress]) -> float:
    return -ranked[0]
