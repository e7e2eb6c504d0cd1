"""Answering one query from one state of an index: tiers, order, pages, counts. The same on every engine."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from search.interface import RESULT_CAP, Counts, Facet, Hit, Order, Page, Terms
from search.plan import EVERYTHING, EXACT_SCORE, FEW_RESULTS, FUZZY_CANDIDATES, Node, Plan, These
from search.records import Source
from search.similar import ALIKE_ENOUGH, similarity

# Scores of two engines agree to a few parts in ten million. Rounding takes the rest away, and it is done
# inside windows of this many hits, so that pages never overlap.
WINDOW = 100
_DECIMALS = 3
_KINDS = Terms("kind", 100)


@dataclass(frozen=True, slots=True)
class Found:
    """One hit as the engine has it; reading its source costs more than the rest together."""

    score: float
    day: int
    tie: int
    source: Callable[[], Source]


class Engine(Protocol):
    """One query's view of an index: access and filters of the query hold in everything it answers."""

    def between(
        self, node: Node, kinds: tuple[str, ...], start: int, end: int, order: Order = Order.RELEVANCE
    ) -> tuple[Sequence[Found], int]:
        """Hits from `start` up to `end` in this order, equals newest first, then by `tie`; and the number of
        all hits (exact up to RESULT_CAP, above it anything more). `end` is at most RESULT_CAP. Scores are
        only known in order of relevance."""
        ...

    def best_of_each(self, node: Node, kinds: Sequence[str], count: int) -> Mapping[str, Sequence[Found]]:
        """The first `count` of each of these kinds, in order of relevance."""
        ...

    def facets(self, node: Node, kinds: tuple[str, ...], wanted: Sequence[Facet]) -> dict[str, Counts]: ...


def in_order(found: Sequence[Found]) -> list[Found]:
    """The same, for scores that differ by no more than an engine's last digit as well."""
    return sorted(found, key=lambda one: (-round(one.score, _DECIMALS), -one.day, one.tie))


def _in_windows(found: Sequence[Found]) -> list[Found]:
    return [one for start in range(0, len(found), WINDOW) for one in in_order(found[start : start + WINDOW])]


def _hit(found: Found) -> Hit:
    kept = found.source()
    return Hit(kept.kind, kept.id, found.score, found.score >= EXACT_SCORE)


def _alike_hit(found: Found) -> Hit:
    kept = found.source()
    return Hit(kept.kind, kept.id, found.score / 1000, exact=False, alike=True)


@dataclass(frozen=True, slots=True)
class _Few:
    """All results of a query that finds little, best first: precise ones, then those that are alike."""

    hits: tuple[Hit, ...]

    def of(self, kinds: tuple[str, ...]) -> tuple[Hit, ...]:
        return tuple(hit for hit in self.hits if not kinds or hit.kind in kinds)

    def node(self) -> These:
        return These(tuple((hit.kind, hit.id) for hit in self.hits))


class OneSearch:
    """One query against one state of the index."""

    def __init__(self, engine: Engine, plan: Plan, order: Order = Order.RELEVANCE) -> None:
        self._engine = engine
        self._plan = plan
        # All of everything is equally relevant: newest first.
        self._best = Order.DAY if plan is EVERYTHING else Order.RELEVANCE
        self._order = self._best if order is Order.RELEVANCE else order
        self._head = engine.between(plan.precise, (), 0, WINDOW, self._best)
        self._few = self._look_around()

    def page(self, kinds: tuple[str, ...], offset: int, limit: int) -> Page:
        offset = min(max(offset, 0), RESULT_CAP)
        end = min(offset + max(limit, 0), RESULT_CAP)
        if self._order is not Order.RELEVANCE:
            return self._sorted_page(kinds, offset, max(end, offset))
        if self._few is not None:
            hits = self._few.of(kinds)
            return Page(hits[offset:end], len(hits), False)
        first = offset // WINDOW * WINDOW
        last = max(-(-end // WINDOW) * WINDOW, first)
        found, total = self._head
        if kinds or (first, last) not in ((0, 0), (0, WINDOW)):
            found, total = self._engine.between(self._plan.precise, kinds, first, last)
        wanted = _in_windows(found)[offset - first : max(end, offset) - first]
        return Page(tuple(map(_hit, wanted)), min(total, RESULT_CAP), total > RESULT_CAP)

    def _sorted_page(self, kinds: tuple[str, ...], offset: int, end: int) -> Page:
        known = {(hit.kind, hit.id): hit for hit in self._few.hits} if self._few else {}
        found, total = self._engine.between(self._node(), kinds, offset, end, self._order)
        hits = tuple(known.get((hit.kind, hit.id), hit) for hit in map(_hit, found))
        return Page(hits, min(total, RESULT_CAP), total > RESULT_CAP)

    def _node(self) -> Node:
        """What finds exactly the hits of this search."""
        return self._plan.precise if self._few is None else self._few.node()

    def facets(self, kinds: tuple[str, ...], wanted: Sequence[Facet]) -> dict[str, Counts]:
        if self._few is not None and not self._few.hits:
            return {one.field: {} for one in wanted}
        return self._engine.facets(self._node(), kinds, wanted)

    def best_of_each(self, kinds: tuple[str, ...], limit: int) -> dict[str, tuple[Hit, ...]]:
        counted = tuple(self.counts(kinds))
        limit = max(limit, 0)
        if self._few is not None:
            return {kind: self._few.of((kind,))[:limit] for kind in counted}
        windows = max(-(-limit // WINDOW), 1) * WINDOW
        best = self._engine.best_of_each(self._plan.precise, counted, min(windows, RESULT_CAP))
        return {kind: tuple(map(_hit, _in_windows(best[kind])[:limit])) for kind in counted}

    def counts(self, kinds: tuple[str, ...]) -> dict[str, int]:
        if self._few is not None:
            return dict(Counter(hit.kind for hit in self._few.of(kinds)))
        counted = self._engine.facets(self._plan.precise, kinds, [_KINDS])["kind"]
        return {kind: min(count, RESULT_CAP) for kind, count in counted.items()}

    def _look_around(self) -> _Few | None:
        """Whether to add what is merely alike is decided over all kinds, so that the count of a kind, its
        page and the mixed page always agree."""
        head, total = self._head
        if total >= FEW_RESULTS or (head and head[0].score >= EXACT_SCORE):
            return None
        hits = tuple(map(_hit, in_order(head)))
        known = {(hit.kind, hit.id) for hit in hits}
        alike = tuple(hit for hit in self._alike() if (hit.kind, hit.id) not in known)
        return _Few(hits + alike)

    def _alike(self) -> list[Hit]:
        if self._plan.fuzzy is None:
            return []
        candidates, _ = self._engine.between(self._plan.fuzzy, (), 0, FUZZY_CANDIDATES)
        scored = [self._compared(one) for one in candidates]
        # Below every precise score, in the same order.
        close = in_order([one for one in scored if one.score >= ALIKE_ENOUGH])
        return [_alike_hit(one) for one in close]

    def _compared(self, candidate: Found) -> Found:
        kept = candidate.source()
        closeness = similarity(self._plan, kept.bases)
        return Found(closeness, candidate.day, candidate.tie, lambda: kept)
