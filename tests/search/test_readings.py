"""Names as locals read them and as software does: both find, the locals' first."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.answering.highlight import highlight
from search.interface import Document, SearchBackend
from search.language import pinyin
from search.language.names import readings_of
from tests.search.backends import ENGINES, ask, enterprise, filled, fresh_address, ids

DIVISIONS = Path(__file__).parents[2] / "app" / "register" / "reference" / "data" / "divisions.csv"

COUNTY = (
    enterprise("luhe", "南京六合充电设备有限公司"),
    enterprise("changzhi", "长治市博元焦化有限公司"),
    enterprise("zhangzhi", "张志焦化有限公司"),
    enterprise("changdian", "江阴长电微纳有限公司"),
    enterprise("lege", "宁波乐歌家居有限公司"),
    enterprise("zengshi", "黄冈曾氏食品有限公司"),
    enterprise("shanshi", "单氏铸造有限公司"),
    enterprise("bomo", "苏州泰思薄膜有限公司"),
    enterprise("xiagong", "福建厦工机械有限公司"),
    Document("contact", "qiu", "仇国强", access=("all",), version=1),
    Document("contact", "zhai", "翟小平", access=("all",), version=1),
    Document("visit", "told", "走访", ("长治市博元焦化有限公司",), access=("all",), version=1),
)


@pytest.fixture(scope="module", params=ENGINES)
def county(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchBackend]:
    """Only to be read."""
    with fresh_address(request.param, request, tmp_path_factory.mktemp("readings")) as address:
        backend = filled(address, COUNTY)
        yield backend
        backend.close()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("luhe", "luhe"),
        ("liuhe", "luhe"),
        ("luhechongdian", "luhe"),
        ("liuhechongdian", "luhe"),
        ("njlhcdsb", "luhe"),
        ("changzhi", "changzhi"),
        ("changzhiboyuan", "changzhi"),
        ("czby", "changzhi"),
        ("zzby", "changzhi"),
        ("changdian", "changdian"),
        ("zhangdian", "changdian"),
        ("cdwn", "changdian"),
        ("lege", "lege"),
        ("yuege", "lege"),
        ("zengshi", "zengshi"),
        ("shanshizhuzao", "shanshi"),
        ("danshizhuzao", "shanshi"),
        ("taisibomo", "bomo"),
        ("taisibaomo", "bomo"),
        ("xiagong", "xiagong"),
        ("qiuguoqiang", "qiu"),
        ("qgq", "qiu"),
        ("chouguoqiang", "qiu"),
        ("zhaixiaoping", "zhai"),
        ("常治博元焦化", "changzhi"),
        ("邱国强", "qiu"),
    ],
)
def test_both_readings_find(county: SearchBackend, typed: str, found: str) -> None:
    assert ids(county, typed)[:1] == [found]


def test_what_locals_read_so_stands_before_what_software_does(county: SearchBackend) -> None:
    """Of 长治 and 张志 the first is zhang zhi to software alone."""
    hits = ask(county, "zhangzhijiaohua").hits
    assert [hit.id for hit in hits] == ["zhangzhi"]
    found = ask(county, "zhangzhi").hits
    assert [(hit.id, hit.exact) for hit in found][:1] == [("zhangzhi", False)]
    assert {hit.id for hit in found} == {"zhangzhi", "changzhi", "told"}


def test_what_hangs_on_a_company_is_found_by_both_readings(county: SearchBackend) -> None:
    for typed in ("changzhishiboyuanjiaohua", "zhangzhishiboyuanjiaohua"):
        assert ids(county, typed) == ["changzhi", "told"]


@pytest.mark.parametrize(
    ("shown", "typed", "marked"),
    [
        ("南京六合充电", "luhe", "六合"),
        ("南京六合充电", "liuhe", "六合"),
        ("南京六合充电", "njlh", "南京六合"),
        ("仇国强", "qiuguo", "仇国"),
        ("仇国强", "qgq", "仇国强"),
        ("长治煤化", "zhangzhi", "长治"),
    ],
)
def test_what_was_read_is_marked(shown: str, typed: str, marked: str) -> None:
    assert "".join(part for part, is_marked in highlight(shown, typed) if is_marked) == marked


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("长治市", "chang zhi shi"),
        ("朝阳区", "chao yang qu"),
        ("珲春市", "hun chun shi"),
        ("花都区", "hua du qu"),
        ("天长市", "tian chang shi"),
        ("都匀市", "du yun shi"),
        ("漯河市", "luo he shi"),
        ("洪洞县", "hong tong xian"),
        ("浚县", "xun xian"),
        ("单县", "shan xian"),
        ("涡阳县", "guo yang xian"),
        ("筠连县", "jun lian xian"),
        ("六安市", "lu an shi"),
        ("宝坻区", "bao di qu"),
        ("枞阳县", "zong yang xian"),
        ("覃塘区", "qin tang qu"),
        ("民乐县", "min le xian"),
        ("重庆市", "chong qing shi"),
        ("成长", "cheng zhang"),
        ("首都大厦", "shou du da sha"),
        ("收藏", "shou cang"),
    ],
)
def test_locals_come_first(name: str, local: str) -> None:
    assert " ".join(readings_of(name)[0]) == local


def test_a_name_that_nobody_disputes_is_read_in_one_way() -> None:
    for name in ("重庆市", "黄冈市", "泰思光伏", "银行", "LED灯"):
        assert len(readings_of(name)) == 1


def test_no_name_is_read_in_more_ways_than_are_kept() -> None:
    assert len(readings_of("长都薄厦轧晟")) == pinyin.MAX_WAYS


# --- the table ------------------------------------------------------------------------------------------

with pinyin.READINGS_FILE.open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file))


def test_every_row_is_pinyin_of_its_name_with_its_source() -> None:
    for row in ROWS:
        syllables = row["reading"].split()
        assert len(syllables) == len(row["name"]), row
        assert all(map(pinyin.is_syllable, syllables)), row
        assert row["kind"] in ("place", "surname", "word", "character"), row
        assert row["source"] in ("CC-CEDICT", "hand"), row
        assert (len(row["name"]) == 1) or row["kind"] != "character", row
    assert len({(row["kind"], row["name"], row["reading"]) for row in ROWS}) == len(ROWS)


def test_no_row_says_what_software_has_learnt() -> None:
    """Of several for one name the first, or the next, says something else."""
    software = pinyin._tables().software
    for row in ROWS:
        same = [one["reading"] for one in ROWS if (one["kind"], one["name"]) == (row["kind"], row["name"])]
        learnt = " ".join(pinyin._spoken(row["name"], software))
        assert same != [learnt], row


def test_every_place_of_the_table_is_one_of_the_standard_or_known_otherwise() -> None:
    with DIVISIONS.open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    unknown = {
        row["name"]
        for row in ROWS
        if row["kind"] == "place" and not any(name.startswith(row["name"]) for name in names)
    }
    assert unknown == {*("浒湾", "沌口", "会稽", "解州", "畹町", "什刹海", "长岛", "上都", "回龙圩")}


def test_each_reading_of_a_character_is_held_against_letters_once() -> None:
    """单 as a surname is shan, which locals of 单县 say too."""
    assert pinyin.heard("单县") == (("shan", "dan"), ("xian",))
