from dataclasses import replace
from datetime import date

import pytest

from app.core.money import read_amount
from app.enterprises.enums import EnterpriseStatus
from app.imports.codebook import Codebook
from app.imports.columns import find_layout
from app.imports.enums import Column
from app.imports.rules import LONGEST_NOTES, read_day, read_row
from app.reference.addresses import Gazetteer, Place

TODAY = date(2026, 11, 23)
BOOK = Codebook(
    industry_codes={"C3985": "C3985", "3985": "C3985", "C": "C", "0111": "A0111"},
    industry_names={"电子专用材料制造": "C3985", "汽车制造业": "C36"},
    industry_words={"锂电池": ("C3841", "锂离子电池制造")},
    places=Gazetteer(
        [
            Place("320000", "江苏省", "江苏省", 1),
            Place("320500", "苏州市", "江苏省苏州市", 2),
            Place("320506", "吴中区", "江苏省苏州市吴中区", 3),
            Place("500000", "重庆市", "重庆市", 1),
            Place("653100", "喀什地区", "新疆维吾尔自治区喀什地区", 2),
        ]
    ),
)


def read(**cells):
    """One row whose headings are the labels of the given columns; `capital_heading` names another."""
    headings = {"capital": cells.pop("capital_heading", "注册资本（万元）")}
    cells = {"name": "苏州澜川新材料有限公司", **cells}
    names = [headings.get(column, Column(column).label) for column in cells]
    return read_row(2, list(cells.values()), find_layout([(1, names)]), BOOK, TODAY)


# --- dates ---


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2016-09-02", date(2016, 9, 2)),
        ("2016-9-2", date(2016, 9, 2)),
        ("2016/9/2", date(2016, 9, 2)),
        ("2016.9.2", date(2016, 9, 2)),
        ("2016年9月2日", date(2016, 9, 2)),
        ("２０１６年９月２日", date(2016, 9, 2)),
        ("20160902", date(2016, 9, 2)),
        ("2016-09-02 00:00:00", date(2016, 9, 2)),
        ("2016-09-02T08:30:00", date(2016, 9, 2)),
        ("42615", date(2016, 9, 2)),
        ("42615.5", date(2016, 9, 2)),
        ("2016年7月", date(2016, 7, 1)),
    ],
)
def test_a_date_is_read_in_every_usual_form(text, day):
    assert read_day(text, TODAY).day == day


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-13-05", "没有 13 月"),
        ("2026-02-30", "2 月没有 30 日"),
        ("2016", "只有年份"),
        ("2027-01-01", "在今天之后"),
        ("1820-01-01", "太早"),
        ("九月二日", "读不出日期"),
        ("99999", "在今天之后"),
    ],
)
def test_a_date_that_cannot_be_says_why(text, words):
    assert words in read_day(text, TODAY).problem


def test_a_month_alone_is_read_and_marked():
    assert "只有年月" in read(established_on="2016年7月").doubts[Column.ESTABLISHED_ON]


def test_a_serial_of_a_spreadsheet_shows_the_day_it_was_read_as():
    doubt = read(established_on="42615").doubts[Column.ESTABLISHED_ON]
    assert doubt == "表格软件的日期序号，读作 2016-09-02"


# --- amounts ---


@pytest.mark.parametrize(
    ("cells", "yuan"),
    [
        ({"capital": "3500"}, 35_000_000),
        ({"capital": "3,500.5"}, 35_005_000),
        ({"capital": "3.5亿"}, 350_000_000),
        ({"capital": "500万元人民币"}, 5_000_000),
        ({"capital": "35000000", "capital_heading": "注册资本（元）"}, 35_000_000),
        ({"capital": "500", "capital_unit": "万元人民币"}, 5_000_000),
        ({"capital": "500", "capital_unit": "万元(人民币"}, 5_000_000),
        ({"capital": "5000000", "capital_unit": "人民币元"}, 5_000_000),
        ({"capital": "500", "capital_unit": "万"}, 5_000_000),
        ({"capital": "三千万"}, 30_000_000),
        ({"capital": "五百万元人民币"}, 5_000_000),
        ({"capital": "1亿2千万"}, 120_000_000),
        ({"capital": "五百"}, 5_000_000),
        ({"capital": "壹仟万元整"}, 10_000_000),
    ],
)
def test_capital_is_read_in_yuan(cells, yuan):
    reading = read(**cells)
    assert (reading.values["capital"], reading.problems) == (yuan, {})
    assert read_amount(reading.values["capital_text"]).yuan == yuan


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        ({"capital": "500", "capital_unit": "万美元"}, "500 万美元"),
        ({"capital": "500万港币"}, "500万港币"),
        ({"capital": "500", "capital_heading": "注册资本（万美元）"}, "500（注册资本（万美元））"),
        ({"capital": "三百万美元"}, "三百万美元"),
        ({"capital": "面议"}, "面议"),
    ],
)
def test_foreign_money_and_words_are_kept_as_text_and_marked(cells, kept):
    reading = read(**cells)
    assert reading.values["capital_text"] == kept
    assert "capital" not in reading.values
    assert Column.CAPITAL in reading.doubts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("580000000", "像是「元」。改成 58,000 万元"),
        ("-5", "不能是负数"),
        ("NaN5", "读不出金额"),
        ("1e400", "读不出金额"),
        ("9" * 40, "读不出金额"),
        ("5" * 61, "最多 60 个字"),
        ("#DIV/0!", "公式错误"),
    ],
)
def test_an_impossible_capital_says_how_to_correct_it(text, words):
    assert words in read(capital=text).problems[Column.CAPITAL]


def test_an_approximate_capital_is_read_and_marked():
    reading = read(capital="约2.6亿")
    assert reading.values["capital"] == 260_000_000
    assert reading.values["capital_text"] == "约2.6亿"
    assert "约数" in reading.doubts[Column.CAPITAL]


def test_a_slip_of_the_unit_is_marked_where_no_unit_is_written():
    assert "没写单位" in read(capital="3", capital_heading="注册资本").doubts[Column.CAPITAL]


def test_a_capital_in_numerals_shows_what_was_read():
    assert read(capital="1亿2千万").doubts[Column.CAPITAL] == "读作 1.20 亿元"


# --- names and codes ---


def test_one_leading_quote_is_taken_off_and_no_more():
    assert read(name="''澜川新材料有限公司").values["name"] == "'澜川新材料有限公司"


@pytest.mark.parametrize("name", ["", " ", "。"])
def test_a_row_without_a_name_is_wrong(name):
    assert Column.NAME in read(name=name).problems


def test_a_long_text_is_an_error_and_never_cut():
    assert "最多 120 个" in read(name="澜" * 121).problems[Column.NAME]
    assert "最多 5000 个" in read(scope="澜" * 5001).problems[Column.SCOPE]


@pytest.mark.parametrize("code", ["9.13311E+17", "9.13E+17", "913311", "91320506MA1ABCDO1X"])
def test_a_broken_credit_code_is_wrong(code):
    assert Column.CREDIT_CODE in read(credit_code=code).problems


def test_a_code_with_a_wrong_check_digit_is_written_only_when_asked():
    refused = read(credit_code="91330100799655058C")
    assert "校验" in refused.problems[Column.CREDIT_CODE]
    layout = replace(find_layout([(1, ["企业名称", "信用代码"])]), accept_codes=True)
    accepted = read_row(2, ["澜川新材料有限公司", "91330100799655058C"], layout, BOOK, TODAY)
    assert accepted.values["code_overridden"] is True
    assert "校验不对" in accepted.doubts[Column.CREDIT_CODE]


def test_control_characters_and_nul_do_not_get_in():
    assert read(name="澜川\x00新材料\u202e有限公司").values["name"] == "澜川新材料有限公司"


# --- status, headcount, places, industries ---


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("存续", EnterpriseStatus.ACTIVE),
        ("在业", EnterpriseStatus.ACTIVE),
        ("存续（在营、开业、在册）", EnterpriseStatus.ACTIVE),
        ("吊销，未注销", EnterpriseStatus.REVOKED),
        ("注销", EnterpriseStatus.CLOSED),
        ("迁出", EnterpriseStatus.MOVED),
    ],
)
def test_a_status_is_read_by_its_usual_words(text, status):
    assert read(status=text).values["status"] is status


def test_an_unknown_status_says_what_to_write():
    assert "存续、迁出、吊销" in read(status="很好").problems[Column.STATUS]


@pytest.mark.parametrize(("text", "number"), [("120", 120), ("1,200人", 1200), ("约300", 300), ("50.0", 50)])
def test_a_headcount_is_read(text, number):
    assert read(headcount=text).values["headcount"] == number


@pytest.mark.parametrize("text", ["-3", "12.5", "很多", "9" * 30])
def test_an_impossible_headcount_is_wrong(text):
    assert Column.HEADCOUNT in read(headcount=text).problems


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"region": "320506"}, "320506"),
        ({"region": "江苏省苏州市吴中区"}, "320506"),
        ({"region": "320506001"}, "320506"),
        ({"province": "江苏", "city": "苏州"}, "320500"),
        ({"province": "江苏省", "city": "苏州市", "county": "吴中区"}, "320506"),
        ({"region": "320599"}, "320500"),
        ({"region": "重庆市某某区"}, "500000"),
        ({"region": "喀什地区岑某县"}, "653100"),
        ({"region": "江苏-苏州·吴中区"}, "320506"),
        ({"region": "中国江苏省苏州市吴中区长桥街道"}, "320506"),
        ({"region": "江苏省", "province": "江苏省", "city": "苏州市"}, "320500"),
        ({"region": "苏州市", "province": "重庆市"}, "320500"),
    ],
)
def test_a_place_is_read_by_code_or_name(cells, code):
    assert read(**cells).values["region_code"] == code


def test_a_code_that_is_gone_keeps_its_prefecture_and_is_marked():
    assert "按 江苏省苏州市 读入" in read(region="320599").doubts[Column.REGION]


def test_a_county_that_the_table_lacks_keeps_what_stands_before_it_and_is_marked():
    row = read(region="重庆市某某区人和街道")
    assert row.doubts == {Column.REGION: "区划表里没有「某某区」，按 重庆市 读入"}
    assert row.values.get("notes") is None


def test_a_township_costs_no_doubt():
    assert read(region="江苏省苏州市吴中区木渎镇").doubts == {}


@pytest.mark.parametrize("text", ["C3985", "c3985", "3985", "电子专用材料制造", "电子专用材料制造 C3985"])
def test_an_industry_is_read_by_code_or_name(text):
    assert read(industry=text).values["industry_code"] == "C3985"


def test_the_name_of_the_industry_helps_where_its_code_is_empty():
    assert read(industry="", industry_name="电子专用材料制造").values["industry_code"] == "C3985"


def test_a_usual_word_that_means_one_class_is_taken_for_it_and_told():
    row = read(industry="锂电池")
    assert (row.values["industry_code"], row.values.get("notes")) == ("C3841", None)
    assert row.doubts == {Column.INDUSTRY: "「锂电池」读作 C3841 锂离子电池制造"}


@pytest.mark.parametrize("text", ["汽车制造业", "汽车制造", "装备、汽车制造"])
def test_an_industry_is_read_without_its_ending_and_beside_other_words(text):
    assert read(industry=text).values["industry_code"] == "C36"


def test_an_industry_nobody_knows_keeps_the_company_and_goes_into_the_notes():
    row = read(industry="新能源", notes="商会介绍")
    assert (row.problems, "industry_code" in row.values) == ({}, False)
    assert row.values["notes"] == "商会介绍\n行业原文：新能源"
    sentence = "没有认出行业「新能源」，公司照常导入，行业先空着，原文写进备注"
    assert row.doubts == {Column.INDUSTRY: sentence}


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        ({"region": "火星"}, "地区原文：火星"),
        ({"region": "999999"}, "地区原文：999999"),
        ({"province": "某省", "city": "某市"}, "地区原文：某省某市"),
    ],
)
def test_a_place_nobody_knows_keeps_the_company_and_goes_into_the_notes(cells, line):
    row = read(**cells)
    assert (row.problems, row.values["notes"], "region_code" in row.values) == ({}, line, False)


def test_a_place_that_is_not_known_is_read_from_province_and_city_instead():
    row = read(region="高新片区", province="江苏省", city="苏州市")
    assert (row.values["region_code"], row.unread) == ("320500", ())


@pytest.mark.parametrize("text", ["-", "/", "不详", "无"])
def test_a_dash_is_no_industry_and_no_place(text):
    row = read(industry=text, region=text)
    assert (row.problems, row.doubts, "notes" in row.values) == ({}, {}, False)


def test_a_failed_formula_leaves_the_industry_empty_and_says_so():
    row = read(industry="#N/A")
    assert (row.problems, "notes" in row.values) == ({}, False)
    assert "公式错误 #N/A" in row.doubts[Column.INDUSTRY]


def test_notes_that_are_full_stay_as_they_are_and_the_word_is_told():
    full = "字" * LONGEST_NOTES
    row = read(industry="新能源", notes=full)
    assert (row.problems, row.values["notes"]) == ({}, full)
    assert "原文没有写进去" in row.doubts[Column.INDUSTRY]
