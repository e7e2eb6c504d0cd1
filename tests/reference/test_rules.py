import pytest

from app.reference.rules import place_names, without_places


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("湖北省黄冈市博元充电", "博元充电"),
        ("苏州澜川新材料", "澜川新材料"),
        ("新疆维吾尔自治区昌吉回族自治州天山食品", "天山食品"),
        ("恩施富硒茶业", "富硒茶业"),
        ("黔西南州黔龙园林", "黔龙园林"),
        ("昆山澜川新材料", "澜川新材料"),
        ("东方电气", "东方电气"),  # a county without 县 may be a brand: it is cut only off a long name
        ("上海", "上海"),
        ("", ""),
    ],
)
def test_places_at_the_front_are_cut_but_something_always_stays(name, left):
    assert without_places(name) == left


def test_placeholders_of_the_table_are_no_places():
    assert "市辖区" not in place_names()
    assert {"苏州市", "苏州", "江苏省", "江苏", "吴中区"} <= place_names()
