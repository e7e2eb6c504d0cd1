"""The county's own words: other terms and readings that count from the next search on, on both engines."""

from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.answering.highlight import highlight
from search.answering.plan import make_plan
from search.interface import Document, SearchBackend, Terms
from search.interface import Query as Asked
from search.language.words import AS_TYPED, MAX_OTHERS, NO_WORDS, Words
from tests.search.backends import ENGINES, ask, enterprise, filled, fresh_address, ids

Holding = Callable[[Iterable[Document]], SearchBackend]

WORDS = Words(
    (
        ("锂电", "锂电池", "锂离子电池"),
        ("光伏", "太阳能"),
        ("宁王", "宁德时代"),
        ("人工智能", "AI"),
    ),
    (("丹县", "shan xian"), ("宏洞", "hong tong"), ("窝阳", "guo yang")),
)


def others(text: str, words: Words = WORDS) -> tuple[str, ...]:
    return tuple(way for _term, ways in words.meant(text).others for way in ways)


def heard(text: str) -> tuple[str, ...]:
    return tuple(one.letters for _term, ways in WORDS.meant(text).heard for one in ways)


# --- what a query becomes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "also"),
    [
        ("光伏", ("太阳能",)),
        ("太阳能", ("光伏",)),
        ("锂电设备", ("锂电池设备", "锂离子电池设备")),
        ("锂电池", ("锂电", "锂离子电池")),
        ("锂离子电池回收", ("锂电回收", "锂电池回收")),
        ("宁王", ("宁德时代",)),
        ("ＡＩ", ("人工智能",)),
        ("AI芯片", ("人工智能芯片",)),
        ("人工智能芯片", ("ai芯片",)),
        ("鋰電", ("锂电池", "锂离子电池")),
        ("宁王 光伏", ("宁德时代", "太阳能")),
        ("airbus", ()),
        ("ai2", ()),
        ("博元", ()),
        ("shanxian化工", ("丹县化工",)),
        ("", ()),
    ],
)
def test_a_term_is_also_said_as_the_others_of_its_group(typed: str, also: tuple[str, ...]) -> None:
    assert others(typed) == also


@pytest.mark.parametrize(
    ("typed", "also"),
    [
        ("shanxianhuagong", "danxianhuagong"),
        ("shanxian", "danxian"),
        ("shanx", "danx"),
        ("shanxia", "danxia"),
        ("sxhg", "dxhg"),
        ("hongt", "hongdong"),
        ("guoy", "woy"),
        ("shandongshanxianhuagong", "shandongdanxianhuagong"),
    ],
)
def test_letters_are_also_taken_as_software_reads_the_word(typed: str, also: str) -> None:
    assert heard(typed)[0] == also


@pytest.mark.parametrize(
    ("typed", "also"),
    [
        ("shan xian", "danxian"),
        ("shan  xian", "danxian"),
        ("Shan Xian", "danxian"),
        ("ShanXian", "danxian"),
        ("ｓｈａｎ　ｘｉａｎ", "danxian"),
        ("shandong shan xian", "danxian"),
        ("shan xianhuagong", "danxianhuagong"),
    ],
)
def test_letters_typed_with_gaps_are_taken_so_too(typed: str, also: str) -> None:
    assert heard(typed)[0] == also


@pytest.mark.parametrize("typed", ["shan,xian", "xian shan", "shanxian", "shan x", "shan 县"])
def test_only_a_whole_reading_is_put_together(typed: str) -> None:
    assert WORDS.meant(typed).gapless == ()


@pytest.mark.parametrize("typed", ["shan", "sx", "s", "xian", "danxian", "boyuan", "丹县", "gsxhg"])
def test_other_letters_are_left_alone(typed: str) -> None:
    assert heard(typed) == ()


def test_a_query_without_such_a_word_is_the_same_plan_as_without_words() -> None:
    assert WORDS.meant("黄冈市博元充电") is AS_TYPED
    assert NO_WORDS.meant("光伏") is AS_TYPED
    before = make_plan("博元", (), WORDS.meant("博元"))
    assert make_plan("博元", (), Words((("风电", "风力发电"),)).meant("博元")) is before


def test_a_word_stands_for_its_own_group_only() -> None:
    words = Words((("甲乙", "丙丁"), ("丙丁", "戊己", "庚辛")))
    assert others("甲乙", words) == ("丙丁",)
    assert others("丙丁", words) == ("甲乙",)
    assert others("戊己", words) == ("庚辛",)


def test_one_character_stands_for_nothing() -> None:
    words = Words((("锂", "锂电"),), (("丹", "shan"), ("丹县", "shan"), ("县城", "县 城")))
    assert words.meant("锂") == words.meant("锂电") == words.meant("shan") == AS_TYPED


def test_what_is_asked_for_is_bounded() -> None:
    words = Words(tuple(tuple(f"组{group}词{place}甲" for place in range(20)) for group in range(9)))
    text = " ".join(f"组{group}词1甲" for group in range(9))
    assert len(others(text, words)) == MAX_OTHERS


def test_a_change_of_words_counts_at_once(holding: Holding) -> None:
    backend = holding([enterprise("e1", "泰思太阳能科技有限公司")])
    assert not [hit for hit in ask(backend, "光伏").hits if not hit.alike]
    assert ids(backend, "光伏", words=WORDS) == ["e1"]
    assert not [hit for hit in ask(backend, "光伏").hits if not hit.alike]


# --- over both engines ----------------------------------------------------------------------------------

COUNTY = (
    enterprise("sun", "泰思太阳能科技（上饶）股份有限公司", region="361102"),
    enterprise("pv", "上饶晶澜光伏有限公司", text="光伏组件", region="361102"),
    enterprise("cell", "乌审旗微纳动力有限公司", text="锂离子电池制造"),
    enterprise("gear", "博元锂电池设备有限公司"),
    enterprise("catl", "宁德时代新能源科技股份有限公司", names=("宁德时代",)),
    enterprise("era", "时代有限公司"),
    enterprise("liquor", "宁王酒业有限公司"),
    Document("visit", "told", "走访纪要", text="企业说宁王也在看地", access=("all",), version=1),
    Document("visit", "about", "走访", ("宁德时代新能源科技股份有限公司",), access=("all",), version=1),
    Document("lead", "hidden", "宁德时代扩产", access=("unit:3",), version=1),
    enterprise("shan", "山东省丹县化工有限公司", region="371722"),
    enterprise("xintai", "丹县鑫泰有限公司"),
    enterprise("danxia", "丹霞化工有限公司"),
    enterprise("mountain", "山贤化工有限公司"),
    enterprise("tong", "宏洞焦化有限公司"),
    enterprise("chip", "苏州人工智能芯片有限公司"),
)


@pytest.fixture(scope="module", params=ENGINES)
def county(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchBackend]:
    """Only to be read."""
    with fresh_address(request.param, request, tmp_path_factory.mktemp("words")) as address:
        backend = filled(address, COUNTY)
        yield backend
        backend.close()


def precise(backend: SearchBackend, text: str, **given: object) -> list[str]:
    hits = ask(backend, text, words=WORDS, **given).hits
    return [hit.id for hit in hits if not hit.alike]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("光伏", ["pv", "sun"]),
        ("太阳能", ["sun", "pv"]),
        ("上饶光伏", ["pv", "sun"]),
        ("锂电", ["gear", "cell"]),
        ("锂离子电池", ["cell", "gear"]),
        ("锂电设备", ["gear"]),
        ("宁王", ["liquor", "catl", "told", "about"]),
        ("AI芯片", ["chip"]),
        ("shanxianhuagong", ["mountain", "shan"]),
        ("shanx", ["mountain", "shan", "xintai"]),
        ("sxhg", ["mountain", "shan"]),
        ("shanxian化工", ["shan", "mountain"]),
        ("hongtong", ["tong"]),
        ("hongtjiaohua", []),
        ("danxianhuagong", ["shan"]),
    ],
)
def test_other_words_are_found_behind_what_was_typed(
    county: SearchBackend, text: str, found: list[str]
) -> None:
    answered = precise(county, text)
    assert [one for one in answered if one != "danxia"] == found


@pytest.mark.parametrize(
    ("gapped", "whole"),
    [("shan xian", "shanxian"), ("hong  tong", "hongtong"), ("Shan Xian化工", "shanxian化工")],
)
def test_a_reading_typed_with_gaps_finds_what_it_finds_in_one_piece(
    county: SearchBackend, gapped: str, whole: str
) -> None:
    found = precise(county, whole)
    assert found
    assert set(found) <= set(precise(county, gapped))


def test_a_reading_typed_with_gaps_is_marked() -> None:
    fragments = highlight("丹县化工", "shan xian", WORDS)
    assert [part for part, is_marked in fragments if is_marked] == ["丹县"]


def test_who_may_not_see_a_record_does_not_find_it_by_another_word(county: SearchBackend) -> None:
    assert "hidden" not in ids(county, "宁王", words=WORDS, limit=50)
    assert "hidden" in ids(county, "宁王", words=WORDS, access=("all", "unit:3"), limit=50)


def test_the_key_of_another_word_is_no_exact_hit(county: SearchBackend) -> None:
    exact = {hit.id: hit.exact for hit in ask(county, "宁德时代", words=WORDS).hits}
    other = {hit.id: hit.exact for hit in ask(county, "宁王", words=WORDS).hits}
    assert exact["catl"] and not other["catl"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [("善贤化工", "shan"), ("闪现鑫泰有限公司", "xintai"), ("shanxianxntai", "xintai")],
)
def test_a_name_misspelt_by_its_sound_is_alike_by_the_countys_reading(
    county: SearchBackend, text: str, meant: str
) -> None:
    found = {hit.id: hit for hit in ask(county, text, words=WORDS).hits}
    assert found[meant].alike
    assert meant not in ids(county, text)


def test_counts_agree_with_pages(county: SearchBackend) -> None:
    query = Asked("宁王", ("all",), words=WORDS, limit=50)
    page = county.search(query)
    assert sum(county.counts(query).values()) == page.total == len(page.hits)
    assert county.facets(query, [Terms("kind")])["kind"] == county.counts(query)
    assert county.suggest(query, 4)["enterprise"].hits[0].id == "liquor"


# --- whatever is typed, whatever the words --------------------------------------------------------------

_TERMS = st.text("锂电池光伏宁王ai化工县丹", min_size=1, max_size=5)
_GROUPS = st.lists(st.lists(_TERMS, min_size=2, max_size=4).map(tuple), max_size=4).map(tuple)
_READINGS = st.lists(
    st.tuples(
        st.sampled_from(["丹县", "宏洞", "光伏"]), st.sampled_from(["shan xian", "hua gong", "a b", ""])
    ),
    max_size=3,
).map(tuple)
_ANYTHING = st.text(max_size=30) | _TERMS | st.text("shanxiguoyagdo ", max_size=14)


@given(_GROUPS, _TERMS)
def test_whoever_stands_for_another_is_stood_for_by_it(
    groups: tuple[tuple[str, ...], ...], term: str
) -> None:
    words = Words(groups)
    for other in others(term, words):
        if term in {one.lower() for group in groups for one in group}:
            assert term in others(other, words)


@given(_GROUPS, _READINGS, _ANYTHING)
def test_words_never_keep_a_query_from_being_read(
    groups: tuple[tuple[str, ...], ...], readings: tuple[tuple[str, str], ...], text: str
) -> None:
    words = Words(groups, readings)
    assert (make_plan(text, (), words.meant(text)) is None) is (make_plan(text) is None)
    assert "".join(part for part, _ in highlight("丹县化工（锂电池）", text, words)) == "丹县化工（锂电池）"


@given(_GROUPS, _READINGS, _ANYTHING)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_found_as_typed_is_found_with_words_too(
    county: SearchBackend,
    groups: tuple[tuple[str, ...], ...],
    readings: tuple[tuple[str, str], ...],
    text: str,
) -> None:
    typed = {hit.id for hit in ask(county, text, limit=50).hits if not hit.alike}
    with_words = {hit.id for hit in ask(county, text, words=Words(groups, readings), limit=50).hits}
    assert typed <= with_words


# --- what is marked -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "typed", "marked"),
    [
        ("泰思太阳能科技", "光伏", "太阳能"),
        ("泰思光伏太阳能", "光伏", "光伏太阳能"),
        ("储能设备", "锂电", ""),
        ("宁德时代新能源", "宁王", "宁德时代"),
        ("山东省丹县化工有限公司", "shanxianhuagong", "丹县化工"),
        ("山东省丹县化工有限公司", "sxhg", "丹县化工"),
        ("山东省丹县化工有限公司", "shanx", "丹县"),
        ("丹贤化工", "sxhg", ""),
    ],
)
def test_the_other_word_is_marked(shown: str, typed: str, marked: str) -> None:
    assert "".join(part for part, is_marked in highlight(shown, typed, WORDS) if is_marked) == marked
