"""Answering one query from one state of a tantivy index: tiers, order, pages, counts."""

from collections import Counter
from dataclasses import dataclass

import tantivy
from tantivy import Query as Engine

from search.interface import RESULT_CAP, Hit, Page, Query
from search.plan import EXACT_SCORE, FEW_RESULTS, FUZZY_CANDIDATES, Plan
from search.similar import ALIKE_ENOUGH, similarity
from search.tantivy_index import both, counted, filters, numbers, source, written

# Equal scores are put in order (newest, then by hash) inside windows, so that pages never overlap.
_WINDOW = 100


@dataclass(frozen=True, slots=True)
class _Ranked:
    score: float
    address: tantivy.DocAddress


@dataclass(frozen=True, slots=True)
class _Few:
    """All results of a query that finds little, best first: precise ones, then those that are alike."""

    hits: tuple[Hit, ...]

    def of(self, kinds: tuple[str, ...]) -> tuple[Hit, ...]:
        return tuple(hit for hit in self.hits if not kinds or hit.kind in kinds)


class OneSearch:
    """One query against one state of the index."""

    def __init__(self, searcher: tantivy.Searcher, plan: Plan, query: Query) -> None:
        self._searcher = searcher
        self._plan = plan
        self._query = query
        self._precise = written(plan.precise)
        self._head = counted(searcher, self._filtered(self._precise), _WINDOW)
        self._few = self._look_around()

    def page(self, kinds: tuple[str, ...], offset: int, limit: int) -> Page:
        offset = min(max(offset, 0), RESULT_CAP)
        end = min(offset + max(limit, 0), RESULT_CAP)
        if self._few is not None:
            hits = self._few.of(kinds)
            return Page(hits[offset:end], len(hits), False)
        wanted = self._filtered(self._precise, kinds)
        if end <= offset:
            _, total = counted(self._searcher, wanted, 1)
            return Page((), min(total, RESULT_CAP), total > RESULT_CAP)
        found, total = self._head
        if kinds or end > _WINDOW:
            found, total = counted(self._searcher, wanted, -(-end // _WINDOW) * _WINDOW)
        hits = tuple(self._hit(ranked) for ranked in self._windows(found, offset, end))
        return Page(hits, min(total, RESULT_CAP), total > RESULT_CAP)

    def counts(self, kinds: tuple[str, ...]) -> dict[str, int]:
        if self._few is not None:
            return dict(Counter(hit.kind for hit in self._few.of(kinds)))
        by_kind = {"kinds": {"terms": {"field": "kind", "size": 100}}}
        answer = self._searcher.aggregate(self._filtered(self._precise, kinds), by_kind)
        buckets = answer["kinds"]["buckets"]
        return {str(one["key"]): min(int(one["doc_count"]), RESULT_CAP) for one in buckets}

    def _filtered(self, scored: Engine, kinds: tuple[str, ...] = ()) -> Engine:
        return both(scored, filters(self._query, kinds=kinds))

    def _look_around(self) -> _Few | None:
        """Whether to add what is merely alike is decided over all kinds, so that the count of a kind, its
        page and the mixed page always agree."""
        head, total = self._head
        if total >= FEW_RESULTS or (head and head[0][0] >= EXACT_SCORE):
            return None
        precise = self._in_order(head)
        hits = tuple(self._hit(ranked) for ranked in precise)
        known = {(hit.kind, hit.id) for hit in hits}
        alike = tuple(hit for hit in self._alike() if (hit.kind, hit.id) not in known)
        return _Few(hits + alike)

    def _alike(self) -> list[Hit]:
        if self._plan.fuzzy is None:
            return []
        wanted = self._filtered(written(self._plan.fuzzy))
        candidates = self._searcher.search(wanted, limit=FUZZY_CANDIDATES, count=False).hits
        sources = [(source(self._searcher, address), address) for _, address in candidates]
        scored = ((similarity(self._plan, kept.bases), address) for kept, address in sources)
        close = self._in_order([pair for pair in scored if pair[0] >= ALIKE_ENOUGH])
        # Below every precise score, in the same order.
        return [self._hit(_Ranked(ranked.score / 1000, ranked.address)) for ranked in close]

    def _windows(self, found: list[tuple[float, tantivy.DocAddress]], start: int, end: int) -> list[_Ranked]:
        first = start // _WINDOW * _WINDOW
        ordered: list[_Ranked] = []
        for begin in range(first, len(found), _WINDOW):
            ordered += self._in_order(found[begin : begin + _WINDOW])
        return ordered[start - first : end - first]

    def _in_order(self, found: list[tuple[float, tantivy.DocAddress]]) -> list[_Ranked]:
        addresses = [address for _, address in found]
        days = numbers(self._searcher, "day", addresses)
        ties = numbers(self._searcher, "tie", addresses)
        rows = zip(found, days, ties, strict=True)
        keys = [(-round(score, 3), -day, last) for (score, _), day, last in rows]
        order = sorted(range(len(found)), key=keys.__getitem__)
        return [_Ranked(*found[place]) for place in order]

    def _hit(self, ranked: _Ranked) -> Hit:
        kept = source(self._searcher, ranked.address)
        return Hit(kept.kind, kept.id, ranked.score, ranked.score >= EXACT_SCORE)
