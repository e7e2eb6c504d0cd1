"""Both engines give the same answer: same records in the same order, same totals, counts, suggestions."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from search.interface import Bands, Between, Document, OneOf, Order, Query, SearchBackend, Terms, Wanted
from tests.search.backends import ENGINES, filled, fresh_address
from tests.search.invented import ALIKE, PRECISE, companies

COUNT = 4_000
ASKED = 40
HELD = ("all", "unit:3")

Both = tuple[SearchBackend, ...]


@pytest.fixture(scope="module")
def county() -> list[Document]:
    return companies(COUNT)


@pytest.fixture(scope="module")
def both(
    request: pytest.FixtureRequest, county: list[Document], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Both]:
    one, other = (fresh_address(engine, request, tmp_path_factory.mktemp(engine)) for engine in ENGINES)
    with one as first, other as second:
        backends = filled(first, county), filled(second, county)
        yield backends
        for backend in backends:
            backend.close()


@pytest.fixture(scope="module")
def changed(both: Both, county: list[Document]) -> Both:
    """The same after a tenth was written again and a twentieth deleted: used by the last tests only."""
    chance = random.Random(3)
    again = [replace(one, version=2, text=f"{one.text}；扩建") for one in chance.sample(county, COUNT // 10)]
    gone = [(one.kind, one.id, 3) for one in chance.sample(county, COUNT // 20)]
    for backend in both:
        backend.apply(again, gone)
    return both


def sample(county: list[Document]) -> list[Document]:
    return random.Random(7).sample(county, ASKED)


def answer(backend: SearchBackend, query: Query) -> tuple[object, ...]:
    page = backend.search(query)
    return [(hit.kind, hit.id, hit.exact) for hit in page.hits], page.total, page.capped


def different(both: Both, queries: list[Query]) -> list[str]:
    return [query.text for query in queries if len({str(answer(one, query)) for one in both}) > 1]


@pytest.mark.parametrize("way", PRECISE)
def test_precise_queries_are_answered_alike(both: Both, county: list[Document], way: str) -> None:
    queries = [Query(PRECISE[way](one), HELD) for one in sample(county)]
    assert any(both[0].search(query).hits for query in queries)
    assert different(both, queries) == []


def test_what_is_wanted_by_words_and_codes_is_answered_alike(both: Both, county: list[Document]) -> None:
    """The words of one company, as a node has them, with its code and the three digits it begins with."""

    def wanted(one: Document) -> Query:
        words = tuple((word, 1.0) for word in one.text.split("；") if word)
        codes = ((one.industry, 1.0), (one.industry[:-1], 0.3)) if one.industry else ()
        return Query("", HELD, wanted=Wanted(words, codes), limit=300)

    queries = [wanted(one) for one in sample(county)]
    assert sum(bool(both[0].search(query).hits) for query in queries) > ASKED / 2
    assert different(both, queries) == []


@pytest.mark.parametrize("way", ALIKE)
def test_misspelt_queries_are_answered_alike(both: Both, county: list[Document], way: str) -> None:
    queries = [Query(ALIKE[way](one), HELD) for one in sample(county)]
    assert any(both[0].search(query).hits for query in queries)
    assert len(different(both, queries)) <= 0.05 * ASKED


FILTERS: dict[str, Callable[[str], Query]] = {
    "kinds": lambda text: Query(text, HELD, kinds=("lead", "visit")),
    "region": lambda text: Query(text, HELD, where=(OneOf("region", ("4211",)),)),
    "industry": lambda text: Query(text, HELD, where=(OneOf("industry", ("c38",)),)),
    "later page": lambda text: Query(text, HELD, offset=230, limit=25),
    "page across windows": lambda text: Query(text, HELD, offset=95, limit=120),
    "newest first": lambda text: Query(text, HELD, order=Order.DAY, offset=30, limit=40),
    "largest first": lambda text: Query(text, HELD, order=Order.AMOUNT, offset=95, limit=120),
    "amounts and days": lambda text: Query(
        text, HELD, where=(Between("amount", 5), Between("day", 710, 750)), order=Order.AMOUNT
    ),
    "nothing typed": lambda _text: Query("", HELD, where=(OneOf("region", ("42",)),), limit=60),
    "other holder": lambda text: Query(text, ("unit:5",)),
}
COMMON = ("科技", "黄冈", "充电", "智能", "技术服务", "企业管理咨询", "瑞", "kj", "keji", "湖北 电池")


@pytest.mark.parametrize("name", FILTERS)
def test_filters_and_later_pages_are_alike_even_between_equals(both: Both, name: str) -> None:
    assert different(both, [FILTERS[name](text) for text in COMMON]) == []


def test_counts_and_suggestions_are_alike(both: Both, county: list[Document]) -> None:
    asked = [*COMMON, *(make(one) for one in sample(county)[:3] for make in PRECISE.values())]
    for text in asked:
        query = Query(text, HELD)
        first, second = both
        assert first.counts(query) == second.counts(query), text
        suggested = [
            {kind: [hit.id for hit in best.hits] for kind, best in one.suggest(query, 5).items()}
            for one in both
        ]
        assert suggested[0] == suggested[1], text


FACETS = (
    *(Terms(field) for field in ("kind", "province", "city", "county", "section", "division")),
    *(Terms(field) for field in ("stage", "units", "owners")),
    Bands("amount", (1, 10, 20)),
    Bands("day", (710, 730)),
)


def test_counts_by_value_are_alike(both: Both, county: list[Document]) -> None:
    asked = [
        *COMMON,
        *(make(one) for one in sample(county)[:2] for make in (*PRECISE.values(), *ALIKE.values())),
    ]
    for text in asked:
        for where in ((), (OneOf("stage", ("negotiating",)), Between("amount", 5))):
            query = Query(text, HELD, where=where)
            first, second = (one.facets(query, FACETS) for one in both)
            assert list(map(dict.items, first.values())) == list(map(dict.items, second.values())), text


@pytest.mark.parametrize("way", ["full name", "brand", "two terms", "place and trade", "initials"])
def test_changes_and_deletes_leave_the_answers_alike(changed: Both, county: list[Document], way: str) -> None:
    queries = [Query(PRECISE[way](one), HELD) for one in sample(county)]
    assert different(changed, queries) == []


def test_after_changes_and_deletes_the_same_is_held(changed: Both) -> None:
    first, second = (set(one.fingerprints()) for one in changed)
    assert first == second
    assert len(first) == changed[0].size() == changed[1].size() == COUNT - COUNT // 20
