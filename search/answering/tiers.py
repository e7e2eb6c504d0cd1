"""Answering one query from one state of an index: tiers, order, pages, counts. The same on every engine."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from search.answering.plan import (
    EVERYTHING,
    EXACT_SCORE,
    FEW_RESULTS,
    FUZZY_CANDIDATES,
    LOOSE_KEY_SCORE,
    Node,
    Plan,
    These,
)
from search.answering.records import KeptDocument
from search.answering.similar import ALIKE_ENOUGH, NEARLY, similarity
from search.interface import (
    EMPTY_PAGE,
    RESULT_CAP,
    Best,
    Counts,
    Facet,
    Filter,
    Hit,
    HitPage,
    OneOf,
    Order,
    Overview,
    Query,
    Terms,
)

# Scores of two engines agree to a few parts in ten million. Rounding takes the rest away, and it is done
# inside windows of this many hits, so that pages never overlap.
WINDOW = 100
_DECIMALS = 3
_KINDS = Terms("kind", 100)


@dataclass(frozen=True, slots=True)
class Found:
    """One hit as the engine has it; reading its source costs more than the rest together."""

    score: float
    hangs: int
    day: int
    tie: int
    source: Callable[[], KeptDocument]


Where = tuple[Filter, ...]


class Engine(Protocol):
    """One query's view of an index: access and kinds of its reader hold in everything it answers, `where`
    narrows one answer.
    """

    def between(
        self, node: Node, where: Where, start: int, end: int, order: Order = Order.RELEVANCE
    ) -> tuple[Sequence[Found], int]:
        """Hits from `start` up to `end` in this order; of equals first what bears its names itself, then
        the newest, then by `tie`. And the number of all hits (exact up to RESULT_CAP, above it anything
        more). `end` is at most RESULT_CAP. Scores are only known in order of relevance.
        """
        ...

    def best_of_each(
        self, node: Node, where: Where, kinds: Sequence[str], count: int
    ) -> Mapping[str, Sequence[Found]]:
        """The first `count` of each of these kinds, in order of relevance."""
        ...

    def facets(self, node: Node, where: Where, wanted: Sequence[Facet]) -> dict[str, Counts]: ...


def in_order(found: Sequence[Found]) -> list[Found]:
    """The same, for scores that differ by no more than an engine's last digit as well."""
    return sorted(found, key=lambda one: (-round(one.score, _DECIMALS), one.hangs, -one.day, one.tie))


def _in_windows(found: Sequence[Found]) -> list[Found]:
    return [one for start in range(0, len(found), WINDOW) for one in in_order(found[start : start + WINDOW])]


def _hit(found: Found) -> Hit:
    kept = found.source()
    return Hit(kept.kind, kept.id, found.score, found.score >= EXACT_SCORE)


def _these(hits: Sequence[Hit]) -> These:
    return These(tuple((hit.kind, hit.id) for hit in hits))


def _alike_hit(found: Found) -> Hit:
    kept = found.source()
    return Hit(kept.kind, kept.id, found.score / 1000, exact=False, alike=True)


def _capped(counts: Counts) -> Counts:
    return {value: min(count, RESULT_CAP) for value, count in counts.items()}


def nothing_of(wanted: Sequence[Facet]) -> Overview:
    """What there is to tell where nothing can be found."""
    return Overview(EMPTY_PAGE, {}, {one.field: {} for one in wanted})


class OneSearch:
    """One query against one state of the index."""

    def __init__(self, engine: Engine, plan: Plan, query: Query) -> None:
        self._engine = engine
        self._plan = plan
        self._query = query
        self._every_kind: Where = query.where
        self._where: Where = query.where
        if query.kinds:
            self._where = (*query.where, OneOf("kind", query.kinds))
        # All of everything is equally relevant: newest first.
        is_all = plan is EVERYTHING and query.order is Order.RELEVANCE
        self._order = Order.DAY if is_all else query.order
        # Whether so much is precise that nothing merely alike is added; None: not known yet.
        self._is_enough: bool | None = True if plan is EVERYTHING else None

    def overview(self, wanted: Sequence[Facet]) -> Overview:
        page = self.page()
        kinds_apart = self._query.kinds or any(one.field == _KINDS.field for one in wanted)
        if kinds_apart or not self._is_enough:
            return Overview(page, self._count_kinds(self._every_kind), self.facets(wanted))
        counted = self.facets([*wanted, _KINDS])
        return Overview(page, _capped(counted.pop(_KINDS.field)), counted)

    def _has_enough(self, total: int) -> bool:
        """`total` is what precisely matches, narrowed or not.

        Whether to add what is merely alike is decided by all there is before anything is narrowed, so that
        the count of a value, its page and the mixed page always agree. Where enough is left after narrowing,
        there was enough before, and nobody has to count that.
        """
        if self._is_enough is None:
            self._is_enough = total >= self._most_for_around or self._around is None
        return self._is_enough

    @cached_property
    def _head(self) -> tuple[Sequence[Found], int]:
        return self._engine.between(self._plan.precise, (), 0, WINDOW)

    @cached_property
    def _around(self) -> tuple[Hit, ...] | None:
        """All results of a query that finds little, best first: precise ones, then those that are alike. None
        when it finds enough.
        """
        # Finding the first hundred costs more than counting.
        if self._where and self._engine.between(self._plan.precise, (), 0, 0)[1] >= self._most_for_around:
            return None
        found, total = self._head
        if total >= self._most_for_around or (found and found[0].score >= self._sure_score):
            return None
        hits = tuple(map(_hit, in_order(found)))
        known = {(hit.kind, hit.id) for hit in hits}
        alike = tuple(hit for hit in self._alike() if (hit.kind, hit.id) not in known)
        if not self._plan.wholes:
            return hits + alike
        # Who bears the whole name but for one slip stands before who shares the brand elsewhere.
        nearly = tuple(hit for hit in alike if hit.score >= NEARLY / 1000)
        is_little = total < FEW_RESULTS and not (found and found[0].score >= LOOSE_KEY_SCORE)
        return nearly + hits + (alike[len(nearly) :] if is_little else ())

    @cached_property
    def _most_for_around(self) -> int:
        """So many precise results are enough. Of a whole name few are meant, and those that share its brand
        in other places say nothing about it.
        """
        return WINDOW if self._plan.wholes else FEW_RESULTS

    @cached_property
    def _sure_score(self) -> float:
        """A whole name is sure with its place, which is two keys at once."""
        return 2 * LOOSE_KEY_SCORE if self._plan.wholes else LOOSE_KEY_SCORE

    @cached_property
    def _few(self) -> tuple[Hit, ...]:
        """What is left of a query that finds little."""
        return self._narrowed(self._around or (), self._where)

    def page(self) -> HitPage:
        offset = min(max(self._query.offset, 0), RESULT_CAP)
        end = max(min(offset + max(self._query.limit, 0), RESULT_CAP), offset)
        if self._order is not Order.RELEVANCE:
            return self._sorted_page(offset, end)
        first = offset // WINDOW * WINDOW
        last = max(-(-end // WINDOW) * WINDOW, first)
        found, total = self._window(first, last)
        if not self._has_enough(total):
            return HitPage(self._few[offset:end], len(self._few), False)
        wanted = _in_windows(found)[offset - first : end - first]
        return HitPage(tuple(map(_hit, wanted)), min(total, RESULT_CAP), total > RESULT_CAP)

    def _window(self, first: int, last: int) -> tuple[Sequence[Found], int]:
        if not self._where and (first, last) == (0, WINDOW):
            return self._head
        return self._engine.between(self._plan.precise, self._where, first, last)

    def _sorted_page(self, offset: int, end: int) -> HitPage:
        found, total = self._engine.between(self._plan.precise, self._where, offset, end, self._order)
        if self._has_enough(total):
            return HitPage(tuple(map(_hit, found)), min(total, RESULT_CAP), total > RESULT_CAP)
        known = {(hit.kind, hit.id): hit for hit in self._few}
        found, total = self._engine.between(_these(self._few), self._where, offset, end, self._order)
        return HitPage(tuple(known[hit.kind, hit.id] for hit in map(_hit, found)), total, False)

    def facets(self, wanted: Sequence[Facet]) -> dict[str, Counts]:
        if self._is_enough is not False:
            # Every record is of one kind, so that the kinds tell how many there are.
            asked = {one.field: one for one in (*wanted, *([] if self._is_enough else [_KINDS]))}
            counted = self._engine.facets(self._plan.precise, self._where, list(asked.values()))
            if self._is_enough or self._has_enough(sum(counted[_KINDS.field].values())):
                return {one.field: counted[one.field] for one in wanted}
        if not self._few:
            return nothing_of(wanted).facets
        return self._engine.facets(_these(self._few), self._where, wanted)

    def best_of_each(self, limit: int) -> dict[str, Best]:
        counted = self.counts()
        limit = max(limit, 0)
        return {kind: Best(hits, counted[kind]) for kind, hits in self._best(tuple(counted), limit).items()}

    def _best(self, kinds: Sequence[str], limit: int) -> dict[str, tuple[Hit, ...]]:
        if not self._is_enough:
            return {kind: tuple(hit for hit in self._few if hit.kind == kind)[:limit] for kind in kinds}
        windows = max(-(-limit // WINDOW), 1) * WINDOW
        best = self._engine.best_of_each(self._plan.precise, self._where, kinds, min(windows, RESULT_CAP))
        return {kind: tuple(map(_hit, _in_windows(best[kind])[:limit])) for kind in kinds}

    def counts(self) -> dict[str, int]:
        return self._count_kinds(self._where)

    def _count_kinds(self, where: Where) -> dict[str, int]:
        if self._is_enough is not False:
            counted = self._engine.facets(self._plan.precise, where, [_KINDS])[_KINDS.field]
            if self._has_enough(sum(counted.values())):
                return _capped(counted)
        left = self._few if where == self._where else self._narrowed(self._around or (), where)
        return dict(Counter(hit.kind for hit in left))

    def _narrowed(self, around: tuple[Hit, ...], where: Where) -> tuple[Hit, ...]:
        if not around or not where:
            return around
        found, _ = self._engine.between(_these(around), where, 0, len(around))
        left = {(kept.kind, kept.id) for kept in (one.source() for one in found)}
        return tuple(hit for hit in around if (hit.kind, hit.id) in left)

    def _alike(self) -> list[Hit]:
        if self._plan.fuzzy is None:
            return []
        # Of equals, which the engines tell apart by a last digit, the same are left out everywhere.
        found, _ = self._engine.between(self._plan.fuzzy, (), 0, 2 * FUZZY_CANDIDATES)
        scored = [self._compared(one) for one in in_order(found)[:FUZZY_CANDIDATES]]
        # Below every precise score, in the same order.
        close = in_order([one for one in scored if one.score >= ALIKE_ENOUGH])
        return [_alike_hit(one) for one in close]

    def _compared(self, candidate: Found) -> Found:
        kept = candidate.source()
        closeness = similarity(self._plan, kept.bases, kept.about)
        return Found(closeness, candidate.hangs, candidate.day, candidate.tie, lambda: kept)
