import csv
from pathlib import Path

import pytest

from app.register.reference.rules import DIVISIONS_FILE, place_names, without_places

ROOT = Path(__file__).resolve().parents[2]


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


def test_search_knows_the_places_that_the_table_knows():
    """Search stands alone and carries its own list: a place added to one belongs into the other."""
    with (ROOT / "search" / "language" / "regions.csv").open(encoding="utf-8", newline="") as file:
        of_search = {row["code"]: row["name"] for row in csv.DictReader(file)}
    with DIVISIONS_FILE.open(encoding="utf-8", newline="") as file:
        ours = {row["code"]: row["name"] for row in csv.DictReader(file) if row["kind"] == "0"}
    assert of_search == ours
