"""Names as people get them wrong, or write them another way: the one that was meant comes first."""

from collections.abc import Callable, Iterable, Iterator

import pytest

from search.interface import Document, OneOf, Query, SearchBackend, Terms
from tests.search.backends import ENGINES, ask, enterprise, filled, fresh_address, ids

COUNTY = (
    enterprise("sisuo", "保靖县思索体育用品集团有限公司"),
    enterprise("namesake", "长沙思索体育用品有限公司", day=900),
    enterprise("siqian", "阜阳思乾泵业制造有限公司", keys=("91341200YYFQFJ5LWK",)),
    enterprise("biscuits", "常德饼干食品有限公司"),
    enterprise("disuo", "西安区迪索化工实业有限公司"),
    enterprise("kangsuo", "承德市峰康索化工实业（集团）有限公司", day=900),
    enterprise("chunjiuxing", "云浮春久兴钢构有限公司"),
    enterprise("beichen", "绵竹市北辰医疗器械有限公司"),
    enterprise("dawei", "姜堰区达维医疗器械技术有限公司"),
    enterprise("jiewanda", "醴陵市捷万达医疗器械制造集团有限公司", day=900),
    enterprise("tianhe", "惠东县天和泵业有限公司"),
    enterprise("other tianhe", "衢州市天和泵业集团有限公司", day=900),
)


@pytest.fixture(scope="module", params=ENGINES)
def county(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchBackend]:
    with fresh_address(request.param, request, tmp_path_factory.mktemp("county")) as address:
        backend = filled(address, COUNTY)
        yield backend
        backend.close()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("思索（保靖县）体育用品（集团）有限公司", "sisuo"),
        ("保靖思索体育用品", "sisuo"),
        ("思索体育用品(保靖)", "sisuo"),
        ("siqianbengye", "siqian"),
        ("sqbyzz", "siqian"),
        ("思乾泵业", "siqian"),
        ("餅乾食品", "biscuits"),
        ("FQFJ5LWK", "siqian"),
        ("j5lwk1", ""),
        ("FJ5LWK", "siqian"),
        ("王索化工", "disuo"),
        ("春春兴", "chunjiuxing"),
        ("北辰医器械", "beichen"),
        ("达维疗器械", "dawei"),
        ("惠东县田和泵业有限公司", "tianhe"),
    ],
)
def test_the_company_that_was_meant_comes_first(county: SearchBackend, text: str, meant: str) -> None:
    assert ids(county, text)[:1] == ([meant] if meant else [])


def test_a_name_with_its_place_stands_before_its_namesakes_elsewhere(county: SearchBackend) -> None:
    assert ids(county, "思索(保靖县)体育用品有限公司") == ["sisuo", "namesake"]
    assert ids(county, "思索体育用品有限公司") == ["namesake", "sisuo"]  # the newest first


def test_five_signs_are_too_few_for_the_end_of_a_code(county: SearchBackend) -> None:
    assert ids(county, "J5LWK") == []


# --- homophones of a brand of two characters ------------------------------------------------------------


@pytest.mark.parametrize("typed", ["宁波启弘", "宁波起宏新能源", "宁波启泓薪能源"])
def test_a_brand_of_two_characters_is_found_by_its_sound(
    holding: Callable[[Iterable[Document]], SearchBackend], typed: str
) -> None:
    backend = holding(
        (
            enterprise("meant", "宁波启泓新能源有限公司", region="330200"),
            enterprise("elsewhere", "上海启泓电子有限公司", day=900),
            enterprise("other", "宁波七里新能源有限公司", day=900),
        )
    )
    found = ask(backend, typed).hits
    assert (found[0].id, found[0].alike) == ("meant", True)
    assert {hit.id for hit in ask(backend, "启弘").hits} == {"meant", "elsewhere"}


# --- whole legal names with one slip --------------------------------------------------------------------

WHOLE = (
    enterprise("meant", "安徽丰穗科技股份有限公司", region="340100"),
    enterprise("brand", "江苏金穗科技有限公司", day=900, region="320100"),
    enterprise("other brand", "金穗科技（上饶）有限公司", day=800),
    enterprise("part", "黄冈丰穗电子有限公司", day=900),
    enterprise("guarded", "保定市禾思汽车电子有限责任公司"),
    enterprise("far", "西双版纳傣族自治州润海光伏玻璃有限公司"),
    enterprise("cotton", "湖北省棉花有限责任公司"),
)


@pytest.fixture(scope="module", params=ENGINES)
def names(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchBackend]:
    with fresh_address(request.param, request, tmp_path_factory.mktemp("names")) as address:
        backend = filled(address, WHOLE)
        yield backend
        backend.close()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("安徽金穗科技股份有限公司", "meant"),
        ("安徽穗科技股份有限公司", "meant"),
        ("安徽丰科技股份有限公司", "meant"),
        ("安徽丰穗科技股份有限公大", "meant"),
        ("安徽丰穗科技股石有限公司", "meant"),
        ("安徽丰穗科技份有限公司", "meant"),
        ("中定市禾思汽车电子有限责任公司", "guarded"),
        ("定市禾思汽车电子有限责任公司", "guarded"),
        ("保定市禾思汽车电子有限责佳公司", "guarded"),
        ("西双版纳康族自治州润海光伏玻璃有限公司", "far"),
        ("湖北省花有限责任公司", "cotton"),
        ("湖北省绵花有限责任公司", "cotton"),
    ],
)
def test_a_whole_name_but_for_one_slip_comes_first(names: SearchBackend, typed: str, meant: str) -> None:
    assert ids(names, typed)[:1] == [meant]


def test_who_shares_the_brand_elsewhere_stands_behind_but_is_there(names: SearchBackend) -> None:
    hits = ask(names, "安徽金穗科技股份有限公司").hits
    assert [hit.id for hit in hits] == ["meant", "brand", "other brand"]
    assert [hit.alike for hit in hits] == [True, False, False]


@pytest.mark.parametrize(
    "typed", ["安徽丰穗科技股份有限公司", "安徽丰穗科技有限公司", "丰穗科技（安徽）股份有限公司"]
)
def test_a_whole_name_that_is_right_comes_alone(names: SearchBackend, typed: str) -> None:
    assert ids(names, typed) == ["meant"]


def test_a_brand_without_its_place_is_found_as_it_stands(names: SearchBackend) -> None:
    assert ids(names, "金穗科技股份有限公司") == ["brand", "other brand"]


def test_counts_and_pages_agree_about_a_name_with_a_slip(names: SearchBackend) -> None:
    query = Query("安徽金穗科技股份有限公司", ("all",))
    page = names.search(query)
    assert names.counts(query) == {"enterprise": page.total} == {"enterprise": 3}
    assert names.facets(query, [Terms("province")])["province"] == {"32": 1, "34": 1}
    for code, found in (("34", ["meant"]), ("32", ["brand"])):
        narrowed = Query(query.text, ("all",), where=(OneOf("region", (code,)),))
        assert [hit.id for hit in names.search(narrowed).hits] == found
        assert names.counts(narrowed) == {"enterprise": 1}
        assert [hit.id for hit in names.suggest(narrowed, 4)["enterprise"].hits] == found
