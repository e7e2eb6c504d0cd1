"""The pickers of places and industries: what people type, compounds among it, and what they are offered."""

import csv
from datetime import date

import pytest

from app.finding.words.models import WordGroup, WordReading
from app.register.accounts.enums import Role
from app.register.reference import queries, services
from app.register.reference.rules import INDUSTRY_WORDS_FILE
from tests.factories.accounts import make_user, sign_in

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("session")]


@pytest.mark.parametrize("asked", ["吴中", "wzq", "320506", "江苏省苏州市吴中"])
def test_a_place_is_found_by_name_initials_code_and_full_name(asked):
    assert "江苏省苏州市吴中区" in [row.full_name for row in queries.find_divisions(asked)]


@pytest.mark.parametrize("asked", ["锂离子", "lilizi", "llzdczz", "C3841", "c3841", "3841"])
def test_an_industry_is_found_by_name_pinyin_initials_and_code(asked):
    assert "C3841" in [row.code for row in queries.find_industries(asked)]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("长沙岳麓", "湖南省长沙市岳麓区"),
        ("湖南岳麓区", "湖南省长沙市岳麓区"),
        ("湖南省长沙市岳麓区", "湖南省长沙市岳麓区"),
        ("长沙 岳麓", "湖南省长沙市岳麓区"),
        ("岳麓 湖南", "湖南省长沙市岳麓区"),
        ("changshayuelu", "湖南省长沙市岳麓区"),
        ("changsha yuelu", "湖南省长沙市岳麓区"),
        ("csyl", "湖南省长沙市岳麓区"),
        ("南京鼓楼", "江苏省南京市鼓楼区"),
        ("北京东城", "北京市东城区"),
        ("湖北仙桃", "湖北省仙桃市"),
        ("长沙", "湖南省长沙市"),
        ("湖南", "湖南省"),
        ("吉林 吉林", "吉林省"),
    ],
)
def test_the_place_that_is_meant_stands_first(asked, first):
    assert queries.find_divisions(asked)[0].full_name == first


def test_two_letters_offer_every_place_that_is_short_for():
    assert "岳麓区" in [row.name for row in queries.find_divisions("yl")]


def test_after_a_place_stand_those_in_it():
    found = [row.full_name for row in queries.find_divisions("长沙")]
    assert "湖南省长沙市浏阳市" in found
    assert all(name.startswith("湖南省长沙市") for name in found)


@pytest.mark.parametrize("asked", ["长沙 吴中", "湖北岳麓", "长沙岳麓苏州", "岳麓长沙"])
def test_places_that_do_not_lie_in_each_other_find_nothing(asked):
    assert queries.find_divisions(asked) == []


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("锂电池", "C3841"),
        ("锂电", "C3841"),
        ("lidianchi", "C3841"),
        ("锂电池制造", "C3841"),
        ("锂离子", "C3841"),
        ("电气 锂离子", "C3841"),
        ("光伏", "C3825"),
        ("光伏发电", "D4416"),
        ("新能源车", "C3612"),
        ("新能源汽车", "C3612"),
        ("半导体", "C3972"),
        ("芯片", "C3973"),
        ("xinpian", "C3973"),
        ("储能", "C3841"),
        ("无人机", "C3963"),
        ("pcb", "C3982"),
        ("LED", "C3975"),
        ("医疗器械", "C358"),
        ("制造业", "C"),
    ],
)
def test_the_industry_that_is_meant_stands_first(asked, first):
    assert queries.find_industries(asked)[0].code == first


def test_every_usual_word_leads_to_the_class_it_names():
    with INDUSTRY_WORDS_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["code"]: row["name"] for row in rows} == queries.industry_names([row["code"] for row in rows])
    for row in rows:
        assert row["code"] in [found.code for found in queries.find_industries(row["word"])], row["word"]


def test_the_pickers_answer_with_what_was_found(session, client):
    sign_in(client, make_user(Role.OFFICER))
    assert 'data-id="430104"' in client.get("/reference/divisions?q=长沙岳麓").text
    assert 'data-id="C3841"' in client.get("/reference/industries?q=锂电池").text


def test_asking_nothing_shows_the_widest_classes():
    assert [row.code for row in queries.find_industries("", 3)] == ["A", "B", "C"]
    assert queries.find_divisions("", 1)[0].full_name == "北京市"


@pytest.mark.parametrize("asked", ["%", "_", "\\", "%_'", "\U0001f600", "。" * 500])
def test_signs_of_the_query_language_are_plain_text(asked):
    assert queries.find_divisions(asked) == []
    assert queries.find_industries(asked) == []


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("320506", "320506"),
        ("江苏省苏州市吴中区", "320506"),
        ("吴中区", "320506"),
        ("江苏省 苏州市 吴中区", "320506"),
        ("江苏／苏州／吴中", "320506"),
        ("中国江苏省苏州市吴中区长桥街道 88 号", "320506"),
        ("浙江杭州-西湖区", "330106"),
        ("恩施州巴东县", "422823"),
        ("新疆自治区喀什地区岑岭县", "653132"),
        ("北京市北京市朝阳区", "110105"),
        ("湖北省省直辖县级行政区划仙桃市", "429004"),
        ("重庆市某某区", "500000"),
        ("喀什地区岑某县", "653100"),
        ("江苏省鼓楼区", "320000"),
        ("南京东路 1 号", None),
        ("中国", None),
        ("昆山", None),
        ("320599", "320500"),
        ("市辖区", None),
        ("火星", None),
        ("", None),
    ],
)
def test_a_written_place_is_read_when_it_is_clear(written, code):
    found = queries.read_division(written)
    assert (found.code if found else None) == code


def test_a_name_that_several_places_share_is_not_guessed():
    assert queries.read_division("鼓楼区") is None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("C3841", "C3841"),
        ("3841", "C3841"),
        ("锂离子电池制造", "C3841"),
        ("锂离子电池制造 C3841", "C3841"),
        ("C38", "C38"),
        ("制造", None),
    ],
)
def test_a_written_industry_is_read(written, code):
    found = queries.read_industry(written)
    assert (found.code if found else None) == code


def test_many_written_industries_are_read_like_each_alone():
    told = ["C3841", "c3841", "3841", "38", "C38", "C", "锂离子电池制造", "锂离子电池制造 C3841", "制造", ""]
    alone = {word: queries.read_industry(word) for word in told}
    assert queries.industries_meant(told) == {word: row.code for word, row in alone.items() if row}


def test_names_of_codes_come_in_one_answer_and_unknown_codes_are_left_out():
    assert queries.division_names(["320506", None, "999999"]) == {"320506": "江苏省苏州市吴中区"}
    assert queries.industry_names(["C3841", ""]) == {"C3841": "锂离子电池制造"}


def prefixes_of(code):
    return queries.division_prefixes(queries.division(code))


def test_the_prefix_of_a_place_covers_what_lies_inside():
    assert [prefixes_of(code) for code in ("320000", "320500", "320506")] == [("32",), ("3205",), ("320506",)]


def test_a_place_that_took_others_over_covers_them_too():
    assert prefixes_of("500157") == ("500157", "500105", "500112")


def test_the_table_is_of_today():
    since = {
        "500157": "重庆市两江新区",
        "653228": "新疆维吾尔自治区和田地区和康县",
        "653229": "新疆维吾尔自治区和田地区和安县",
        "653132": "新疆维吾尔自治区喀什地区岑岭县",
        "659013": "新疆维吾尔自治区草湖市",
        "460302": "海南省三沙市西沙区",
        "460303": "海南省三沙市南沙区",
    }
    assert queries.division_names(list(since)) == since
    offered = {row.code for name in since.values() for row in queries.find_divisions(name)}
    assert offered == set(since)


def test_a_place_that_has_ended_keeps_its_name_and_is_not_offered():
    assert queries.division_names(["500105"]) == {"500105": "重庆市江北区"}
    assert queries.read_division("重庆市江北区").code == "500105"
    assert [row.full_name for row in queries.find_divisions("江北区")] == ["浙江省宁波市江北区"]
    assert queries.find_divisions("重庆 渝北") == []


def test_the_islands_of_sansha_end_the_day_before_its_districts_were_announced():
    islands = {"460321": "460302", "460322": "460303", "460323": "460302"}
    rows = {code: queries.division(code) for code in islands}
    assert {code: row.successor_code for code, row in rows.items()} == islands
    assert {row.valid_to for row in rows.values()} == {date(2020, 4, 17)}
    districts = [queries.division(code) for code in ("460302", "460303")]
    assert {row.valid_from for row in districts} == {date(2020, 4, 18)}
    assert {"460321", "460323"} <= set(queries.division_prefixes(districts[0]))


def test_a_name_that_one_place_has_and_another_had_is_not_guessed():
    assert queries.read_division("江北区") is None


def test_loading_again_adds_nothing():
    assert services.load() == {"industries": 0, "divisions": 0}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("湖北", "湖北省"),
        ("wuhan", "湖北省武汉市"),
        ("长沙岳麓", "湖南省长沙市岳麓区"),
        ("320506", "江苏省苏州市吴中区"),
    ],
)
def test_a_filter_takes_the_likeliest_place(session, typed: str, meant: str) -> None:
    found = queries.likely_division(typed)
    assert found is not None and found.full_name == meant


@pytest.mark.parametrize(
    ("typed", "code"), [("锂离子", "C3841"), ("C38", "C38"), ("量子通灵", None), ("", None)]
)
def test_a_filter_takes_the_likeliest_industry(session, typed: str, code: str | None) -> None:
    found = queries.likely_industry(typed)
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("luhe", "江苏省南京市六合区"),
        ("liuhe", "江苏省南京市六合区"),
        ("changzhi", "山西省长治市"),
        ("zhangzhi", "山西省长治市"),
        ("chaoyang", "辽宁省朝阳市"),
        ("hunchun", "吉林省延边朝鲜族自治州珲春市"),
        ("huadu", "广东省广州市花都区"),
        ("tianchang", "安徽省滁州市天长市"),
        ("duyun", "贵州省黔南布依族苗族自治州都匀市"),
        ("changzhi luzhou", "山西省长治市潞州区"),
        ("changzhiluzhou", "山西省长治市潞州区"),
    ],
)
def test_a_place_is_found_as_locals_read_it_and_as_software_does(session, typed, meant):
    assert meant in [row.full_name for row in queries.find_divisions(typed)]


def test_a_place_is_found_as_the_county_reads_and_calls_it(session):
    before = [row.code for row in queries.find_divisions("wuxianqu")]  # read before: a word counts at once
    assert "320506" not in before
    session.add(WordReading(word="吴中", reading="wu xian"))
    session.add(WordGroup(words="吴中区、太湖新城"))
    session.commit()
    found = [queries.find_divisions(typed)[0].code for typed in ("wuxianqu", "太湖新城", "taihuxincheng")]
    assert found == ["320506"] * 3
