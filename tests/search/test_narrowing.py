"""Filters, counts by value, orders and guarded keys: what every backend promises, and that what a reader may
not find changes no number they see.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest

from search.interface import (
    LEVELS,
    Bands,
    Between,
    Document,
    HitPage,
    OneOf,
    Order,
    Query,
    SearchBackend,
    Terms,
)
from tests.search.backends import ENGINES, enterprise, filled, fresh_address

Holding = Callable[[Iterable[Document]], SearchBackend]
HELD = ("all", "unit:1")
YI = 100_000_000


def record(public_id: str, title: str, kind: str = "lead", **given: object) -> Document:
    return replace(Document(kind, public_id, title, access=("all",), version=1), **given)  # type: ignore[arg-type]


RECORDS = (
    record(
        "l1",
        "博元充电桩项目",
        region="330200",
        industry="C3829",
        stage="negotiating",
        units=("bureau",),
        teams=("delta",),
        owners=("shen",),
        tags=("重点", "外资"),
        amount=2 * YI,
        day=730,
    ),
    record(
        "l2",
        "博元电池项目",
        region="330203",
        industry="C3841",
        stage="first_talk",
        units=("bureau", "town"),
        owners=("luo",),
        tags=("外资",),
        amount=60_000_000,
        day=740,
    ),
    record("l3", "博元光伏项目", region="421121", stage="negotiating", owners=("shen",), amount=YI, day=735),
    record("e1", "博元充电有限公司", "enterprise", region="330000", industry="D", status="revoked", day=730),
)
HIDDEN = tuple(
    replace(one, id=f"h{one.id}", access=("unit:9",), owners=("hidden",), units=("bureau",))
    for one in RECORDS
)
TAILED = (
    record("c1", "贺晓冬", "contact", tails=("6021",), tail_access=("p:1", "u:5")),
    record("c2", "严立群", "contact", tails=("6021",), tail_access=("u:6",)),
    record("c3", "任南星", "contact", text="副总经理"),
)


@pytest.fixture(scope="module", params=ENGINES)
def county(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchBackend]:
    """Only to be read."""
    with fresh_address(request.param, request, tmp_path_factory.mktemp("county")) as address:
        backend = filled(address, (*RECORDS, *HIDDEN, *TAILED))
        yield backend
        backend.close()


def found(page: HitPage) -> list[str]:
    return [hit.id for hit in page.hits]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ((OneOf("stage", ("negotiating",)),), {"l1", "l3"}),
        ((OneOf("stage", ("negotiating", "first_talk")),), {"l1", "l2", "l3"}),
        ((OneOf("stage", ("negotiating",)), OneOf("region", ("33",))), {"l1"}),
        ((OneOf("units", ("town",)),), {"l2"}),
        ((OneOf("teams", ("delta",)),), {"l1"}),
        ((OneOf("owners", ("shen", "luo")),), {"l1", "l2", "l3"}),
        ((OneOf("tags", ("外资",)),), {"l1", "l2"}),
        ((OneOf("status", ("revoked",)),), {"e1"}),
        ((Between("amount", YI),), {"l1", "l3"}),
        ((Between("amount", YI, YI),), {"l3"}),
        ((Between("amount", None, 60_000_000), Between("amount", 1)), {"l2"}),
        ((Between("day", 735, 740),), {"l2", "l3"}),
        ((Between("day"),), {"l1", "l2", "l3", "e1"}),
        ((Between("amount", 10**30),), set()),
        ((Between("amount", -(10**30), 10**30),), {"l1", "l2", "l3", "e1"}),
        ((OneOf("owners", ("hidden",)),), set()),
    ],
)
def test_filters_hold_in_hits_totals_counts_and_suggestions(
    county: SearchBackend, where: tuple[OneOf | Between, ...], expected: set[str]
) -> None:
    query = Query("博元", HELD, where=where)
    assert set(found(county.search(query))) == expected
    assert county.search(query).total == len(expected)
    assert sum(county.counts(query).values()) == len(expected)
    assert {hit.id for best in county.suggest(query, 9).values() for hit in best.hits} == expected


@pytest.mark.parametrize("text", ["博元", "博元充电", "博圆冲电", "byuan", "没有这家", "电", " "])
@pytest.mark.parametrize("kinds", [(), ("lead",), ("enterprise", "contact")])
@pytest.mark.parametrize("where", [(), (OneOf("region", ("33",)),)])
def test_an_overview_tells_what_the_single_questions_tell(
    county: SearchBackend, text: str, kinds: tuple[str, ...], where: tuple[OneOf, ...]
) -> None:
    query = Query(text, HELD, kinds=kinds, where=where)
    told = county.overview(query, EVERY_FACET)
    assert told.page == county.search(query)
    assert told.kinds == county.counts(replace(query, kinds=()))
    assert told.facets == county.facets(query, EVERY_FACET)
    suggested = county.suggest(replace(query, kinds=()), 2)
    assert {kind: best.total for kind, best in suggested.items()} == told.kinds


def test_an_overview_of_more_than_can_be_paged_through_is_capped_in_every_kind(holding: Holding) -> None:
    backend = holding(enterprise(f"e{number}", "同名充电有限公司") for number in range(10_050))
    told = backend.overview(Query("充电", ("all",)), [Terms("status")])
    assert (told.kinds, told.page.total, told.page.capped) == ({"enterprise": 10_000}, 10_000, True)
    assert set(told.facets) == {"status"}


def test_a_blank_text_with_a_filter_means_everything_that_passes_it_newest_first(
    county: SearchBackend,
) -> None:
    where = (OneOf("region", ("33", "42")),)
    assert found(county.search(Query(" ", HELD, where=where)))[:2] == ["l2", "l3"]
    assert county.search(Query("", HELD, where=where)).total == 4
    assert county.search(Query("", HELD)).total == 0
    assert county.search(Query("😀", HELD, where=where)).total == 0


@pytest.mark.parametrize(
    ("order", "expected"),
    [(Order.DAY, ["l2", "l3", "l1"]), (Order.AMOUNT, ["l1", "l3", "l2"])],
)
def test_hits_come_in_the_order_asked_for(county: SearchBackend, order: Order, expected: list[str]) -> None:
    for text in ("博元", ""):
        query = Query(text, HELD, kinds=("lead",), where=(OneOf("kind", ("lead",)),), order=order)
        assert found(county.search(query)) == expected
        assert found(county.search(replace(query, offset=1, limit=1))) == expected[1:2]


def test_pages_of_another_order_cover_every_hit_once_even_between_equals(holding: Holding) -> None:
    backend = holding(
        record(f"r{n}", "同名充电有限公司", amount=n % 3, day=700 + n * 37 % 250) for n in range(250)
    )
    newest = [f"r{n}" for n in sorted(range(250), key=lambda n: -(n * 37 % 250))]
    by_day = Query("充电", HELD, order=Order.DAY)
    assert found(backend.search(replace(by_day, limit=250))) == newest
    seen = [
        one
        for start in range(0, 260, 7)
        for one in found(backend.search(Query("充电", HELD, order=Order.AMOUNT, offset=start, limit=7)))
    ]
    assert len(set(seen)) == len(seen) == 250
    assert [int(one[1:]) % 3 for one in seen] == sorted((n % 3 for n in range(250)), reverse=True)


EVERY_FACET = (
    Terms("kind"),
    Terms("province"),
    Terms("city"),
    Terms("county"),
    Terms("section"),
    Terms("division"),
    Terms("stage"),
    Terms("status"),
    Terms("units"),
    Terms("teams"),
    Terms("owners"),
    Terms("tags"),
    Bands("amount", (1, YI, 5 * YI)),
    Bands("day", (735, 740)),
)


def test_counts_by_value_are_of_what_the_reader_may_find(county: SearchBackend) -> None:
    assert county.facets(Query("博元", HELD), EVERY_FACET) == {
        "kind": {"lead": 3, "enterprise": 1},
        "province": {"33": 3, "42": 1},
        "city": {"3302": 2, "4211": 1},
        "county": {"330203": 1, "421121": 1},
        "section": {"C": 2, "D": 1},
        "division": {"C38": 2},
        "stage": {"negotiating": 2, "first_talk": 1},
        "status": {"revoked": 1},
        "units": {"bureau": 2, "town": 1},
        "teams": {"delta": 1},
        "owners": {"shen": 2, "luo": 1},
        "tags": {"外资": 2, "重点": 1},
        "amount": {"1": 1, str(YI): 2},
        "day": {"735": 1, "740": 1},
    }


def test_counts_by_value_follow_the_filters_and_the_kind(county: SearchBackend) -> None:
    talking = Query("博元", HELD, where=(OneOf("stage", ("negotiating",)),))
    assert county.facets(talking, [Terms("owners"), Terms("province")]) == {
        "owners": {"shen": 2},
        "province": {"33": 1, "42": 1},
    }
    companies = Query("博元", HELD, kinds=("enterprise",))
    assert county.facets(companies, [Terms("status")]) == {"status": {"revoked": 1}}


@pytest.mark.parametrize("text", ["博元", "博园充电桩", "博元充电", "bycd", "项目"])
def test_choosing_a_value_leaves_exactly_as_many_hits_as_stood_beside_it(
    county: SearchBackend, text: str
) -> None:
    """Also where so little is left that what is merely alike would be added if the choice were made anew."""
    query = Query(text, HELD)
    counted = county.facets(query, EVERY_FACET[:-2])
    assert any(counted.values())
    for field, counts in counted.items():
        for value, count in counts.items():
            chosen = replace(query, where=(OneOf(LEVELS.get(field, (field, 0))[0], (value,)),))
            assert county.search(chosen).total == count, (field, value)
            assert sum(county.counts(chosen).values()) == count
            assert county.facets(chosen, [Terms(field)])[field][value] == count


def test_the_kinds_there_are_for_a_reader_hold_even_in_what_is_alike(holding: Holding) -> None:
    many = [record(f"h{n}", f"博元充电{n}", "secret") for n in range(20)]
    near = record("e1", "博园充电有限公司", "enterprise")
    backend = holding((near, *many))
    assert found(backend.search(Query("博元充电", HELD, among=("enterprise",)))) == ["e1"]
    assert backend.counts(Query("博元充电", HELD, among=("enterprise",))) == {"enterprise": 1}


def test_only_so_many_values_are_named_the_commonest_first(county: SearchBackend) -> None:
    assert county.facets(Query("博元", HELD), [Terms("owners", limit=1)]) == {"owners": {"shen": 2}}


@pytest.mark.parametrize("text", ["博园充电桩", "博元", "bycd", ""])
def test_what_is_hidden_changes_no_hit_count_facet_or_suggestion(holding: Holding, text: str) -> None:
    """The same answers as of an index in which the hidden records never were."""
    where = (OneOf("kind", ("lead", "enterprise")),)
    query = Query(text, HELD, where=where, limit=50)
    with_them = holding((*RECORDS, *HIDDEN))
    answers = [(*_told(with_them, query),)]
    with_them.apply((), [(one.kind, one.id, 5) for one in HIDDEN])
    assert answers == [(*_told(with_them, query),)]
    assert answers[0][0]


def _told(backend: SearchBackend, query: Query) -> Iterator[object]:
    yield found(backend.search(query))
    yield backend.search(query).total
    yield backend.counts(query)
    yield backend.facets(query, EVERY_FACET)
    yield {kind: [hit.id for hit in best.hits] for kind, best in backend.suggest(query, 5).items()}
    told = backend.overview(query, EVERY_FACET)
    yield found(told.page), told.kinds, told.facets
    for order in (Order.DAY, Order.AMOUNT):
        yield found(backend.search(replace(query, order=order)))


def test_facets_and_orders_of_a_misspelling_are_of_what_is_shown(county: SearchBackend) -> None:
    query = Query("博园充电桩", HELD)
    page = county.search(query)
    assert page.hits
    assert all(hit.alike for hit in page.hits)
    assert sum(county.facets(query, [Terms("kind")])["kind"].values()) == page.total
    by_day = county.search(replace(query, order=Order.DAY))
    assert set(by_day.hits) == set(page.hits)


@pytest.mark.parametrize(
    ("tail_access", "expected"),
    [
        ((), []),
        (("p:1",), ["c1"]),
        (("u:6",), ["c2"]),
        (("u:5", "u:6"), ["c1", "c2"]),
        (("p:2", "all", "unit:1"), []),
    ],
)
def test_the_end_of_a_number_finds_only_for_those_who_may_read_it_in_full(
    county: SearchBackend, tail_access: tuple[str, ...], expected: list[str]
) -> None:
    for text in ("6021", "贺 6021", "６０２１"):
        query = Query(text, HELD, tail_access=tail_access, limit=50)
        wanted = [one for one in expected if "贺" not in text or one == "c1"]
        assert sorted(found(county.search(query))) == wanted
        assert sum(county.counts(query).values()) == len(wanted)
        assert sum(county.facets(query, [Terms("kind")])["kind"].values()) == len(wanted)
        assert sum(len(best.hits) for best in county.suggest(query, 9).values()) == len(wanted)


def test_holding_the_number_does_not_open_a_record_that_is_out_of_sight(holding: Holding) -> None:
    backend = holding(
        (record("c1", "贺晓冬", "contact", access=("u:9",), tails=("6021",), tail_access=("p:1",)),)
    )
    assert backend.search(Query("6021", ("all",), tail_access=("p:1",))).total == 0


@pytest.mark.parametrize("text", ["602", "021", "60", "16021", "6022", "60 21"])
def test_part_of_an_end_or_more_than_it_finds_nothing(county: SearchBackend, text: str) -> None:
    assert county.search(Query(text, HELD, tail_access=("p:1", "u:6"))).total == 0
