"""Names as people get them wrong, or write them another way: the one that was meant comes first."""

from collections.abc import Iterator

import pytest

from search.interface import SearchBackend
from tests.search.backends import ENGINES, enterprise, filled, fresh_address, ids

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
