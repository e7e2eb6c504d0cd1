"""What every backend promises."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.factory import open_backend, start_rebuild
from search.interface import (
    EMPTY_PAGE,
    Document,
    OneOf,
    Query,
    SearchBackend,
    Terms,
    Wanted,
    fingerprint,
    same_rights,
)
from tests.search.backends import ENGINES, ask, enterprise, filled, fresh_address, ids

Holding = Callable[[Iterable[Document]], SearchBackend]

BOYUAN = enterprise(
    "e1",
    "黄冈市博元充电科技有限公司",
    names=("团风博元电器厂",),
    keys=("91421121YYPFUBUN37", "QY-2024-0017"),
    text="一般项目：充电桩制造；锂电池、镍氢电池销售；年产5000吨LED导光板",
    region="421121",
    industry="C3829",
    stage="active",
    day=700,
)
WEINA = enterprise(
    "e2", "乌审旗微纳动力电池有限责任公司", text="动力电池销售", region="150626", industry="C3841"
)
TAISI = enterprise("e3", "泰思光伏科技（上饶）股份有限公司", text="光伏", region="361102", industry="C3825")
LEAD = Document(
    "lead", "l1", "博元充电桩扩产项目", about=("黄冈市博元充电科技有限公司",), access=("unit:3",), version=1
)
VISIT = Document(
    "visit", "v1", "外出拜访", about=("微纳动力电池",), text="谈到充电桩", access=("all",), version=1
)
Codes = tuple[tuple[str, float], ...]
COUNTY = (BOYUAN, WEINA, TAISI, LEAD, VISIT)


@pytest.fixture(scope="module", params=ENGINES)
def county(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchBackend]:
    """Only to be read."""
    with fresh_address(request.param, request, tmp_path_factory.mktemp("county")) as address:
        backend = filled(address, COUNTY)
        yield backend
        backend.close()


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("黄冈市博元充电科技有限公司", "e1"),
        ("博元充电科技", "e1"),
        ("博元", "e1"),
        ("团风博元电器厂", "e1"),
        ("91421121YYPFUBUN37", "e1"),
        ("９１４２１１２１yypfubun37", "e1"),
        ("91421121YYP", "e1"),
        ("qy 2024 0017", "e1"),
        ("boyuanchongdian", "e1"),
        ("bo yuan", "e1"),
        ("huanggangboy", "e1"),
        ("boyuanchongdiankejiyouxiangongsi", "e1"),
        ("hgsbycdkj", "e1"),
        ("hgbycd", "e1"),
        ("黄冈博元", "e1"),
        ("bycd", "e1"),
        ("博园充电", "e1"),
        ("薄元充电", "e1"),
        ("博充电科技", "e1"),
        ("黄冈博元充电集团公司", "e1"),
        ("黃岡市博元充電科技有限公司", "e1"),
        ("黄冈充电", "e1"),
        ("湖北 充电", "e1"),
        ("博元chongdian", "e1"),
        ("boyuanchnogdian", "e1"),
        ("boyuachongdian", "e1"),
        ("锂电池", "e1"),
        ("锂", ""),
        ("5000吨", "e1"),
        ("产5000吨", "e1"),
        ("LED", "e1"),
        ("泰思光伏(上饶)", "e3"),
        ("上饶泰思光伏科技有限公司", "e3"),
        ("思", "e3"),
        ("w", "e2"),
        ("扬子江药业", ""),
        ("zzzzzz", ""),
    ],
)
def test_a_record_is_found_by_what_people_type(county: SearchBackend, text: str, best: str) -> None:
    assert ids(county, text)[:1] == ([best] if best else [])


def test_a_whole_key_is_an_exact_hit_and_a_part_is_not(county: SearchBackend) -> None:
    for text, exact in (("博元充电", True), ("91421121YYPFUBUN37", True), ("bycdkj", True), ("充电", False)):
        assert ask(county, text).hits[0].exact is exact


def test_one_character_finds_the_names_that_begin_with_it_first(holding: Holding) -> None:
    backend = holding(
        (
            enterprise("inside", "泰思光伏有限公司", day=9),
            enterprise("begins", "思锐充电有限公司", day=1),
            enterprise("placed", "湖北省思远食品有限公司", day=2),
            Document("contact", "person", "思小平", access=("all",), day=3, version=1),
            enterprise("text", "微纳动力有限公司", text="反思总结", day=9),
        )
    )
    assert ids(backend, "思") == ["person", "placed", "begins", "inside"]
    assert ids(backend, "湖") == ["placed"]


def test_an_exact_hit_comes_alone_of_similar_names(holding: Holding) -> None:
    backend = holding((enterprise("e1", "博元充电有限公司"), enterprise("e2", "博源充电有限公司")))
    assert ids(backend, "博元充电") == ["e1"]
    assert ids(backend, "博远充电") == ["e1", "e2"] or ids(backend, "博远充电") == ["e2", "e1"]


@pytest.mark.parametrize(
    "typed",
    [
        "山湖汽车零部件（合肥）有限公司",
        "山湖汽车零部件",
        "山湖汽车",
        "山湖",
        "汽车零部件",
        "shanhuqiche",
        "shanhu",
        "shanhuq",
        "汽车",
        "shqclbj",
        "山湖气车零部件",
        "三胡汽车零部件",
    ],
)
def test_a_company_stands_before_what_hangs_on_it_however_much_newer(holding: Holding, typed: str) -> None:
    names = ("山湖汽车零部件（合肥）有限公司", "山湖汽车")
    hanging = [
        Document(kind, f"{kind}{day}", title, about=names, access=("all",), day=900 + day, version=1)
        for kind, title in (("visit", "外出拜访"), ("lead", "三期扩产"), ("contact", "张三"))
        for day in range(2)
    ]
    company = enterprise("c", names[0], names=names[1:], text="汽车零部件", day=1)
    backend = holding([company, *hanging])
    found = ids(backend, typed)
    assert (found[0], len(found)) == ("c", 7)


def test_equals_come_newest_first(holding: Holding) -> None:
    backend = holding(enterprise(f"e{day}", "同名有限公司", day=day) for day in (5, 9, 7))
    assert ids(backend, "同名") == ["e9", "e7", "e5"]


def test_the_newest_of_very_many_equals_come_first(holding: Holding) -> None:
    backend = holding(enterprise(f"e{n}", "同名充电有限公司", day=n * 37 % 1_500) for n in range(1_500))
    newest = [f"e{n}" for n in sorted(range(1_500), key=lambda n: -(n * 37 % 1_500))]
    assert ids(backend, "充电", limit=20) == newest[:20]
    assert ids(backend, "充电", offset=690, limit=20) == newest[690:710]


def test_access_decides_in_search_suggestions_and_counts(county: SearchBackend) -> None:
    backend = county
    outsider, colleague = Query("博元充电", ("all",)), Query("博元充电", ("all", "unit:3"))
    assert backend.counts(outsider) == {"enterprise": 1}
    assert backend.counts(colleague) == {"enterprise": 1, "lead": 1}
    assert set(backend.suggest(outsider, 3)) == {"enterprise"}
    assert [hit.id for hit in backend.suggest(colleague, 3)["lead"].hits] == ["l1"]
    assert backend.search(outsider).total == 1
    assert backend.search(Query("博元充电", ("unit:3",))).hits[0].id == "l1"


def test_who_is_charged_with_a_chain_finds_what_belongs_to_it_and_nothing_else(holding: Holding) -> None:
    of_chain = Document("lead", "l2", "博元充电桩二期", access=("c:4", "u:3"), version=1)
    of_other = Document("lead", "l3", "博元充电桩三期", access=("c:44", "u:3"), version=1)
    backend = holding((*COUNTY, of_chain, of_other))
    page = backend.search(Query("博元充电桩", ("c:4",)))
    assert [hit.id for hit in page.hits] == ["l2"] and page.total == 1


def test_nobody_finds_anything_without_access(holding: Holding) -> None:
    backend = holding((*COUNTY, enterprise("e9", "博元无主", access=())))
    for held in ((), ("",), ("unit:4",), ("al",), ("ALL",), ("\ud800",)):
        query = Query("博元", held)
        assert (backend.search(query), backend.counts(query), backend.suggest(query, 5)) == (
            EMPTY_PAGE,
            {},
            {},
        )
    assert "e9" not in ids(backend, "博元无主")


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"kinds": ("visit",)}, {"v1"}),
        ({"kinds": ("enterprise", "visit")}, {"e2", "v1"}),
        ({"kinds": ("nothing",)}, set()),
        ({"where": (OneOf("region", ("15",)),)}, {"e2"}),
        ({"where": (OneOf("region", ("150626",)),)}, {"e2"}),
        ({"where": (OneOf("region", ("42",)),)}, set()),
        ({"where": (OneOf("region", ("42", "15")),)}, {"e2"}),
        ({"where": (OneOf("region", ()),)}, set()),
        ({"where": (OneOf("industry", ("C38",)),)}, {"e2"}),
        ({"where": (OneOf("industry", ("c3841",)),)}, {"e2"}),
        ({"where": (OneOf("stage", ("active",)),)}, set()),
        ({"where": (OneOf("region", ("\x00\ud800",)),)}, set()),
        ({"where": (OneOf("kind", ("visit", "lead")),)}, {"v1"}),
    ],
)
def test_filters_narrow(county: SearchBackend, filters: dict[str, Any], found: set[str]) -> None:
    assert set(ids(county, "动力电池", **filters)) == found


def test_pages_cover_every_hit_once_even_between_equals(holding: Holding) -> None:
    backend = holding(enterprise(f"e{n}", "同名充电有限公司", day=n % 3) for n in range(250))
    seen = [found for start in range(0, 260, 7) for found in ids(backend, "充电", offset=start, limit=7)]
    assert len(seen) == 250
    assert len(set(seen)) == 250
    assert ask(backend, "充电", offset=90, limit=20).total == 250


@pytest.mark.parametrize(
    ("offset", "limit"), [(-5, 10), (0, 0), (0, -1), (10**12, 10), (0, 10**12), (9_995, 10)]
)
def test_odd_pages_are_answered(county: SearchBackend, offset: int, limit: int) -> None:
    page = ask(county, "电池", offset=offset, limit=limit)
    assert page.total == 3
    assert len(page.hits) <= 3


def test_totals_stop_at_the_cap(holding: Holding) -> None:
    backend = holding(enterprise(f"e{n}", f"充电{n}") for n in range(10_050))
    page = ask(backend, "充电", offset=9_995, limit=10)
    assert (page.total, page.capped, len(page.hits)) == (10_000, True, 5)
    assert backend.counts(Query("充电", ("all",))) == {"enterprise": 10_000}


def test_counts_suggestions_and_pages_agree_for_a_misspelling(county: SearchBackend) -> None:
    backend = county
    query = Query("博园充电桩", ("all", "unit:3"))
    counts = backend.counts(query)
    assert counts
    assert sum(counts.values()) == backend.search(query).total
    for kind, count in counts.items():
        narrowed = Query(query.text, query.access, kinds=(kind,))
        assert backend.search(narrowed).total == count
        assert backend.counts(narrowed) == {kind: count}
        assert backend.suggest(query, 10)[kind].hits == backend.search(narrowed).hits


def test_a_newer_version_replaces_and_an_older_is_ignored(holding: Holding) -> None:
    backend = holding((enterprise("e1", "微纳电池", version=7),))
    backend.apply((enterprise("e1", "博元充电", version=6),), ())
    assert (ids(backend, "微纳电池"), ids(backend, "博元充电"), backend.size()) == (["e1"], [], 1)
    backend.apply((enterprise("e1", "泰思光伏", version=8), enterprise("e1", "博元充电", version=5)), ())
    assert (ids(backend, "泰思光伏"), backend.size()) == (["e1"], 1)


def test_the_same_version_again_repairs(holding: Holding) -> None:
    backend = holding((enterprise("e1", "博元充电", version=7),))
    backend.apply((enterprise("e1", "微纳电池", version=7),), ())
    assert ids(backend, "微纳电池") == ["e1"]


def test_a_deleted_record_stays_gone_against_late_arrivals(holding: Holding) -> None:
    backend = holding((BOYUAN, WEINA))
    backend.apply((), (("enterprise", "e1", 5), ("enterprise", "never-there", 5), ("enterprise", "e2", 0)))
    backend.apply((BOYUAN,), ())
    assert (ids(backend, "博元"), ids(backend, "微纳"), backend.size()) == ([], ["e2"], 1)
    assert [public_id for _, public_id, _ in backend.fingerprints()] == ["e2"]
    backend.apply((enterprise("e1", "博元重生", version=6),), ())
    assert ids(backend, "博元") == ["e1"]


def test_the_same_id_may_live_in_two_kinds(holding: Holding) -> None:
    backend = holding((enterprise("x", "充电"), Document("lead", "x", "充电", access=("all",))))
    assert backend.size() == 2
    backend.apply((), (("lead", "x", 1),))
    assert [hit.kind for hit in ask(backend, "充电").hits] == ["enterprise"]


def test_fingerprints_tell_what_is_held(county: SearchBackend) -> None:
    assert set(county.fingerprints()) == {(one.kind, one.id, fingerprint(one)) for one in COUNTY}


def test_a_fingerprint_follows_content_only() -> None:
    same = enterprise("e1", "充电", access=("b", "a", "a"), version=1)
    assert fingerprint(same) == fingerprint(enterprise("e1", "充电", access=("a", "b"), version=9))
    assert fingerprint(same) != fingerprint(enterprise("e1", "充电", access=("a",), version=1))
    assert fingerprint(same) != fingerprint(enterprise("e1", "充电", access=("b", "a"), amount=1))
    guarded = enterprise("e1", "充电", access=("a", "b"), tail_access=("p:1",))
    assert not same_rights(fingerprint(same), fingerprint(guarded))
    assert fingerprint(enterprise("e1", "\ud800")) != fingerprint(enterprise("e1", "\ud801"))


def test_odd_documents_are_held(holding: Holding) -> None:
    odd = (
        enterprise("", ""),
        enterprise(
            "e1",
            "\x00\ud800😀",
            text="\ud800" * 50,
            keys=("", "\ud800"),
            stage="\ud800",
            amount=10**30,
            day=-(10**30),
        ),
        enterprise(
            "e2",
            "充" * 100_000,
            text="电" * 100_000,
            keys=("9" * 100_000,),
            region="1" * 99,
            access=("all", "x" * 99_999),
        ),
    )
    backend = holding(odd)
    assert backend.size() == 3
    assert ids(backend, "充充充") == ["e2"]


def test_a_reader_opened_first_sees_what_is_written_later(url: str) -> None:
    reader = open_backend(url)
    assert ask(reader, "博元") == EMPTY_PAGE
    assert (reader.size(), list(reader.fingerprints())) == (0, [])
    writer = filled(url, (BOYUAN,))
    assert ids(reader, "博元") == ["e1"]
    writer.apply((WEINA,), ())
    assert reader.size() == 2
    writer.close()
    reader.close()


def test_a_reader_may_not_write(url: str) -> None:
    with pytest.raises(RuntimeError, match="writer=True"):
        open_backend(url).apply((BOYUAN,), ())


def test_a_failing_batch_leaves_nothing_behind(holding: Holding) -> None:
    def broken() -> Iterator[Document]:
        yield WEINA
        raise ValueError("source failed")

    backend = holding((BOYUAN,))
    with pytest.raises(ValueError, match="source failed"):
        backend.apply(broken(), ())
    backend.apply((TAISI,), ())
    assert {public_id for _, public_id, _ in backend.fingerprints()} == {"e1", "e3"}


def test_a_rebuild_shows_nothing_until_finished_and_then_all(url: str) -> None:
    writer = filled(url, (BOYUAN, WEINA))
    reader = open_backend(url)
    with start_rebuild(url) as rebuild:
        rebuild.add((WEINA,))
        rebuild.add((TAISI,))
        assert (reader.size(), ids(reader, "博元")) == (2, ["e1"])
        rebuild.finish()
    assert {public_id for _, public_id, _ in reader.fingerprints()} == {"e2", "e3"}
    writer.apply((BOYUAN,), ())
    assert reader.size() == 3
    writer.close()


def test_an_abandoned_rebuild_changes_nothing(url: str) -> None:
    writer = filled(url, (BOYUAN,))
    with pytest.raises(ZeroDivisionError), start_rebuild(url) as rebuild:
        rebuild.add((WEINA,))
        raise ZeroDivisionError
    start_rebuild(url).abandon()
    writer.apply((TAISI,), ())
    assert {public_id for _, public_id, _ in writer.fingerprints()} == {"e1", "e3"}
    writer.close()


@pytest.fixture(scope="module", params=ENGINES)
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchBackend]:
    with fresh_address(request.param, request, tmp_path_factory.mktemp("shared")) as address:
        backend = filled(address, GUARDED)
        yield backend
        backend.close()


TOKENS = ("all", "unit:1", "unit:2", "user:7")
# One record for every set of holders, alike in everything else, so that whatever finds one could find each.
GUARDED = [
    enterprise(
        f"e{mask}",
        f"博元充电{mask}号有限公司",
        access=tuple(t for i, t in enumerate(TOKENS) if mask >> i & 1),
    )
    for mask in range(2 ** len(TOKENS))
]
HOLDERS = {one.id: set(one.access) for one in GUARDED}
TYPED = st.one_of(
    st.text(max_size=40),
    st.text("博元充电号有限公司3 \"'()*:~^-+ANDOR黄冈湖北boyuanchongdian1234567890，、", max_size=20),
    st.sampled_from(
        [
            "博元充电",
            "bycd",
            "boyuan",
            "博远充电",
            "博元充电12号",
            "元",
            "b",
            "1",
            "*",
            "AND",
            '"',
            "\x00",
            "\ud800",
        ]
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(text=TYPED, held=st.lists(st.sampled_from([*TOKENS, "unit:3", "", "\ud800"]), max_size=4))
def test_whatever_is_typed_only_holders_find(shared: SearchBackend, text: str, held: list[str]) -> None:
    query = Query(text, tuple(held), limit=50)
    found = {hit.id for hit in shared.search(query).hits}
    suggested = {hit.id for best in shared.suggest(query, 50).values() for hit in best.hits}
    allowed = {one for one, holders in HOLDERS.items() if holders & set(held)}
    assert found <= allowed
    assert suggested == found
    assert sum(shared.counts(query).values()) == len(found)


@pytest.mark.parametrize("mask", range(16))
def test_every_holder_finds(shared: SearchBackend, mask: int) -> None:
    held = tuple(token for i, token in enumerate(TOKENS) if mask >> i & 1)
    found = {hit.id for hit in shared.search(Query("博元充电", held, limit=50)).hits}
    assert found == {one for one, holders in HOLDERS.items() if holders & set(held)}


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "\ud800",
        "*",
        "?",
        "a*",
        "name:x",
        "AND",
        "NOT x",
        '"',
        '"a',
        "(",
        ")(",
        "[1 TO 2]",
        "/.*/",
        "a~2",
        "-",
    ],
)
def test_operators_are_only_text(shared: SearchBackend, text: str) -> None:
    any_text_is_answered(shared, text)


@pytest.mark.parametrize(
    "text",
    [
        "😀",
        "1" * 10_000,
        "充" * 10_000,
        "xian" * 2_500,
        "1.*",
        "١٢٣",
        "é",
        "ﷺ" * 100,
        "\u202e充电",
        "a b " * 900,
    ],
)
def test_odd_text_is_answered(shared: SearchBackend, text: str) -> None:
    any_text_is_answered(shared, text)


def any_text_is_answered(shared: SearchBackend, text: str) -> None:
    query = Query(text, ("all",), kinds=(text,) if text else (), where=(OneOf("region", (text,)),))
    assert shared.search(query) == EMPTY_PAGE
    assert shared.facets(query, [Terms("kind")]) == {"kind": {}}
    assert isinstance(shared.search(Query(text, ("all",))).total, int)
    assert isinstance(shared.suggest(Query(text, ("all",)), 3), dict)


# --- what is wanted by words and codes -----------------------------------------------------------------


def found(backend: SearchBackend, *words: tuple[str, float], codes: Codes = (), **more: Any) -> list[str]:
    asked = {"kinds": ("enterprise",), **more}
    page = backend.search(Query("", ("all",), wanted=Wanted(words, codes), **asked))
    return [hit.id for hit in page.hits]


def test_wanted_words_are_found_in_names_and_texts_and_a_name_comes_first(county: SearchBackend) -> None:
    assert found(county, ("动力电池", 1.0), ("锂电池", 0.1)) == ["e2", "e1"]


def test_a_wanted_word_stands_whole_and_in_order(county: SearchBackend) -> None:
    assert found(county, ("电池锂", 1.0)) == []
    assert found(county, ("镍氢 电池", 1.0)) == ["e1"]  # as a register breaks lines


def test_a_heavier_word_brings_its_companies_forward(county: SearchBackend) -> None:
    rare, common = ("导光板", 0.01), ("光伏", 1.0)
    assert found(county, rare, common) == ["e3", "e1"]
    assert found(county, ("导光板", 1.0), ("光伏", 0.01)) == ["e1", "e3"]


def test_a_wanted_code_finds_all_that_begins_with_it(county: SearchBackend) -> None:
    assert set(found(county, codes=(("C38", 1.0),))) == {"e1", "e2", "e3"}
    assert found(county, codes=(("c3841", 1.0), ("C38", 0.1)))[0] == "e2"


def test_what_is_wanted_is_found_within_filters_and_access_alone(county: SearchBackend) -> None:
    there = (OneOf("region", ("36",)),)
    assert found(county, ("电池", 1.0), ("光伏", 1.0), where=there) == ["e3"]
    assert found(county, ("充电桩", 1.0), kinds=("visit",)) == ["v1"]
    unseen = Query("", ("unit:9",), wanted=Wanted((("充电桩", 1.0),)))
    assert county.search(unseen) == EMPTY_PAGE


@pytest.mark.parametrize("words", [(), (("", 1.0),), (("！？", 1.0),), (("不存在的词", 1.0),)])
def test_where_nothing_is_wanted_nothing_is_found(
    county: SearchBackend, words: tuple[tuple[str, float], ...]
) -> None:
    assert found(county, *words) == []
    assert county.counts(Query("电池", ("all",), wanted=Wanted(words))) == {}
