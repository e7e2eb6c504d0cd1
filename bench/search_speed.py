"""How long searches take, ours and the rivals': by kind of query, common words, a crowd of readers."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

import _common as common  # puts the tree on the path, so it comes first
import search_county as county
from search_golden import Golden
from search_rivals import Rival

from search.answering.highlight import highlight, snippet
from search.interface import OneOf, Query

# One rival gets so many seconds for a kind of query, but always asks a few.
_SECONDS, _FEW = 3.0, 5
_TEAMS = tuple(f"team:{n}" for n in county.HELD_TEAMS)
_PLACE = (OneOf("region", ("33",)),)
COMMON = ["科技", "实业", "智能", "新能源", "设备", "制造", "研发", "货物进出口", "企业管理咨询", "有限公司"]


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds."""

    p50: float
    p95: float

    def __str__(self) -> str:
        return f"{_short(self.p50)}/{_short(self.p95)}"


def _short(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def times(waits: Sequence[float]) -> Times:
    return Times(median(waits), common.p95(waits))


def query_of(golden: Golden) -> Query:
    return Query(golden.asked.text, county.HELD, where=golden.asked.where)


def shown(rival: Rival, query: Query) -> float:
    """Milliseconds for ten hits with what is marked in them; what a database would be read for, apart."""
    begun = time.perf_counter()
    found = rival.top(query)
    waited = time.perf_counter() - begun
    texts = [county.company(number) for number in found]
    begun = time.perf_counter()
    for one in texts:
        highlight(one.name.full, query.text)
        snippet(one.scope, query.text)
    return (waited + time.perf_counter() - begun) * 1000


def _waited(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def measured(one: Callable[[Query], float], queries: Iterable[Query], rounds: int = 2) -> Times:
    """After a round that warms, for those that are quick enough to have one."""
    asked, waits, end = list(queries), list[float](), time.monotonic() + _SECONDS
    if one(asked[0]) < 50:
        for query in asked:
            one(query)
    for query in asked * rounds:
        waits.append(one(query))
        if time.monotonic() > end and len(waits) >= _FEW:
            break
    return times(waits)


def by_kind(
    rivals: Mapping[str, Rival], golden: Mapping[str, Sequence[Golden]]
) -> dict[str, dict[str, Times]]:
    """Of each kind of query, of each rival."""
    return {
        kind: {
            name: measured(lambda query, rival=rival: shown(rival, query), map(query_of, of_kind))  # type: ignore[misc]
            for name, rival in rivals.items()
        }
        for kind, of_kind in golden.items()
    }


_Operation = Callable[[Rival, Query], float]


def _top(rival: Rival, query: Query) -> float:
    return shown(rival, query)


def _total(rival: Rival, query: Query) -> float:
    return _waited(lambda: rival.total(query))


def _facet(rival: Rival, query: Query) -> float:
    return _waited(lambda: rival.by_section(query))


_PLAIN = Query("", county.HELD)
OPERATIONS: dict[str, tuple[_Operation, Query]] = {
    "前 10 条": (_top, _PLAIN),
    "总数": (_total, _PLAIN),
    "按行业计数": (_facet, _PLAIN),
    "按行业计数，限一省": (_facet, replace(_PLAIN, where=_PLACE)),
    "前 10 条，限 5 个小组": (_top, replace(_PLAIN, where=(OneOf("teams", _TEAMS),))),
    "第 1,000 条起": (_top, replace(_PLAIN, offset=1_000)),
    "第 9,900 条起": (_top, replace(_PLAIN, offset=9_900)),
}


def of_common_words(rivals: Mapping[str, Rival]) -> dict[str, dict[str, Times]]:
    found: dict[str, dict[str, Times]] = {}
    for operation, (ask, plain) in OPERATIONS.items():
        queries = [replace(plain, text=word) for word in COMMON]
        found[operation] = {
            name: measured(lambda query, rival=rival, ask=ask: ask(rival, query), queries, rounds=5)  # type: ignore[misc]
            for name, rival in rivals.items()
        }
    return found
