from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.values.money import read_amount
from app.exchange.imports.companies.codebook import Codebook
from app.exchange.imports.companies.columns import VOCABULARY
from app.exchange.imports.companies.enums import Column
from app.exchange.imports.companies.rows import LONGEST_NOTES
from app.exchange.imports.companies.rules import ACCEPT_CODES, read_row
from app.exchange.imports.days import read_day
from app.exchange.imports.headings import find_layout
from app.exchange.imports.runs import batch_of
from app.register.enterprises.enums import EnterpriseStatus
from app.register.reference.addresses import Gazetteer, NamedDivision

TODAY = date(2026, 11, 23)
BOOK = Codebook(
    industry_codes={"C3985": "C3985", "3985": "C3985", "C": "C", "0111": "A0111"},
    industry_names={"电子专用材料制造": "C3985", "汽车制造业": "C36"},
    industry_words={"锂电池": ("C3841", "锂离子电池制造")},
    places=Gazetteer(
        [
            NamedDivision("320000", "江苏省", "江苏省", 1),
            NamedDivision("320500", "苏州市", "江苏省苏州市", 2),
            NamedDivision("320506", "吴中区", "江苏省苏州市吴中区", 3),
            NamedDivision("500000", "重庆市", "重庆市", 1),
            NamedDivision("653100", "喀什地区", "新疆维吾尔自治区喀什地区", 2),
        ]
    ),
)


def read(**cells):
    """One row whose headings are the labels of the given columns; `capital_heading` names another."""
    headings = {"capital": cells.pop("capital_heading", "注册资本（万元）")}
    cells = {"name": "苏州澜川新材料有限公司", **cells}
    names = [headings.get(column, Column(column).label) for column in cells]
    return read_row(2, list(cells.values()), find_layout([(1, names)], VOCABULARY), BOOK, TODAY)


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
        ("2016年09月02号", date(2016, 9, 2)),
        ("2016/9/2 0:00:00", date(2016, 9, 2)),
        ("2016/9/2 上午12:00:00", date(2016, 9, 2)),
        ("2016、9、2", date(2016, 9, 2)),
        ("2016—09—02", date(2016, 9, 2)),
        ("2016年9月2日（星期五）", date(2016, 9, 2)),
        ("\u200b2016-09-02\ufeff", date(2016, 9, 2)),
        ("2016\xa0年 9 月 2 日", date(2016, 9, 2)),
        ("二〇一六年九月二日", date(2016, 9, 2)),
        ("二O一六年九月二日", date(2016, 9, 2)),
        ("二○一六年九月二号", date(2016, 9, 2)),
        ("二零二六年十一月二十日", date(2026, 11, 20)),
        ("二〇二〇年十月三十一日", date(2020, 10, 31)),
        ("二〇二六年三月", date(2026, 3, 1)),
        ("2026年三月十五日", date(2026, 3, 15)),
        ("201607", date(2016, 7, 1)),
        ("2016.7", date(2016, 7, 1)),
        ("2025.10", date(2025, 10, 1)),
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
        ("长期", "读不出日期"),
        ("二〇二六年二月三十日", "2 月没有 30 日"),
        ("26.3.15", "读不出日期"),
        ("99999", "在今天之后"),
    ],
)
def test_a_date_that_cannot_be_says_why(text, words):
    assert words in read_day(text, TODAY).problem


def test_a_month_alone_is_read_and_marked():
    assert "只有年月" in read(established_on="2016年7月").doubts[Column.ESTABLISHED_ON]


def test_the_number_2025_10_may_be_october_and_says_so():
    row = read(established_on="2025.1")
    assert row.values["established_on"] == date(2025, 1, 1)
    assert row.doubts[Column.ESTABLISHED_ON] == (
        "读作 2025-01-01；表格里的数 2025.10 也显示成 2025.1，可能是 2025 年 10 月，请核对"
    )


def test_an_october_that_is_still_to_come_is_not_thought_of():
    assert read_day("2026.1", date(2026, 3, 1)).doubt == "只有年月，读作当月 1 日"


@pytest.mark.parametrize("text", ["长期", "2026-13-05", "2027-01-01", "2016", "筹建中"])
def test_a_date_nobody_understands_keeps_the_company_and_goes_into_the_notes(text):
    row = read(established_on=text)
    assert (row.problems, row.values["notes"]) == ({}, f"成立日期原文：{text}")
    assert "公司照常导入，成立日期先空着，原文写进备注" in row.doubts[Column.ESTABLISHED_ON]


@given(
    st.dates(date(1900, 1, 1), TODAY),
    st.sampled_from(["{0}-{1}-{2}", "{0}年{1}月{2}号", "{0}.{1:02}.{2:02}"]),
)
def test_every_day_is_read_back(day, pattern):
    assert read_day(pattern.format(day.year, day.month, day.day), TODAY).day == day


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
    ("text", "kept", "words"),
    [
        ("580000000", "580000000万元", "像是「元」：580000000元 是 5.80 亿元"),
        ("-5", "-5", "不能是负数"),
        ("0", "0万元", "写的是 0"),
        ("NaN5", "NaN5", "看不懂"),
        ("35,00万", "35,00万", "位置不对"),
        ("1 200,50", "1 200,50", "位置不对"),
        ("不超过5亿", "不超过5亿", "最多多少"),
        ("上千万", "上千万", "读不出是多少"),
    ],
)
def test_a_capital_nobody_understands_keeps_the_company_and_its_words(text, kept, words):
    row = read(capital=text)
    assert (row.problems, "capital" in row.values, row.values["capital_text"]) == ({}, False, kept)
    assert words in row.doubts[Column.CAPITAL]
    assert "只保留原文" in row.doubts[Column.CAPITAL]


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("10个亿", 10**9),
        ("500多万", 5_000_000),
        ("500多", 5_000_000),
        ("1000万元人民币（实缴500万）", 10_000_000),
        ("2-3亿", 200_000_000),
        ("2000-3000", 20_000_000),
        ("一亿五", 150_000_000),
        ("约500左右", 5_000_000),
    ],
)
def test_a_capital_is_read_as_the_form_reads_it_and_its_words_say_the_same_there(text, yuan):
    row = read(capital=text)
    assert (row.problems, row.values["capital"]) == ({}, yuan)
    assert read_amount(row.values["capital_text"]).yuan == yuan


def test_words_that_find_no_room_beside_the_figure_go_into_the_notes():
    text = f"5000万元（{'分期缴付，' * 20}）"
    row = read(capital=text)
    assert (row.values["capital"], row.values["capital_text"]) == (50_000_000, "50000000元")
    assert row.values["notes"] == f"注册资本原文：{text}"


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("3", "注册资本（万元）"),
        ("12000000000", "注册资本（元）"),
        ("150", "注册资本（亿元）"),
        ("200亿", "注册资本"),
    ],
)
def test_a_figure_of_unusual_size_is_marked_also_where_the_unit_is_written(text, heading):
    assert "请核对单位" in read(capital=text, capital_heading=heading).doubts[Column.CAPITAL]


def test_an_enormous_cell_is_kept_in_the_notes_as_far_as_there_is_room():
    row = read(capital="5" * 61)
    assert (row.problems, row.values.get("capital_text")) == ({}, None)
    assert row.values["notes"] == f"注册资本原文：{'5' * 61}万元"


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


@pytest.mark.parametrize("text", ["正在办理", "320500000012345", "待补"])
def test_what_is_no_credit_code_at_all_keeps_the_company_and_goes_into_the_notes(text):
    row = read(credit_code=text)
    assert (row.problems, row.values["notes"]) == ({}, f"信用代码原文：{text}")
    assert "信用代码先空着" in row.doubts[Column.CREDIT_CODE]


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        ({"origin": "商会" * 40}, f"来源原文：{'商会' * 40}"),
        ({"aliases": "澜" * 121}, f"简称或别名原文：{'澜' * 121}"),
    ],
)
def test_what_finds_no_room_in_its_field_goes_into_the_notes(cells, line):
    row = read(**cells)
    assert (row.problems, row.values["notes"]) == ({}, line)


@given(st.sampled_from(Column), st.text(max_size=40))
def test_no_cell_but_the_name_the_code_and_the_phone_costs_a_company(column, text):
    row = read(**{column.value: text, "name": "苏州澜川新材料有限公司"})
    assert row.problems.keys() <= {Column.CREDIT_CODE, Column.CONTACT_PHONE, Column.CONTACT_PHONE_2}


@pytest.mark.parametrize("code", ["9.13311E+17", "9.13E+17", "913311", "91320506MA1ABCDO1X"])
def test_a_broken_credit_code_is_wrong(code):
    assert Column.CREDIT_CODE in read(credit_code=code).problems


def test_a_code_with_a_wrong_check_digit_is_written_only_when_asked():
    refused = read(credit_code="91330100799655058C")
    assert "校验" in refused.problems[Column.CREDIT_CODE]
    layout = replace(
        find_layout([(1, ["企业名称", "信用代码"])], VOCABULARY), options=frozenset({ACCEPT_CODES})
    )
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


@pytest.mark.parametrize(
    ("text", "status"),
    [
        *(
            (text, EnterpriseStatus.ACTIVE)
            for text in ("在营（开业）企业", "开业/正常经营", "仍注册", "\u200b存续")
        ),
        *((text, EnterpriseStatus.REVOKED) for text in ("吊销未注销", "被吊销")),
        *((text, EnterpriseStatus.CLOSED) for text in ("吊销，已注销", "已注销")),
        ("迁往市外", EnterpriseStatus.MOVED),
    ],
)
def test_other_words_for_a_status_are_read_too(text, status):
    row = read(status=text)
    assert (row.values["status"], row.doubts) == (status, {})


@pytest.mark.parametrize("text", ["迁入", "责令关闭", "歇业", "很好"])
def test_an_unknown_status_keeps_the_company_and_goes_into_the_notes(text):
    row = read(status=text)
    assert (row.problems, row.values["notes"], "status" in row.values) == ({}, f"存续状态原文：{text}", False)
    assert row.doubts[Column.STATUS] == (
        f"没有认出存续状态「{text}」，公司照常导入，存续状态按存续，原文写进备注"
    )


@pytest.mark.parametrize(
    "text", ["在谈", "已签约", "开工", "洽谈中", "拟签约", "已落地", "在建项目", "线索", "上会"]
)
def test_a_stage_in_a_column_of_states_is_told_to_be_one(text):
    row = read(status=text)
    assert (row.problems, row.values["notes"], "status" in row.values) == ({}, f"招商阶段原文：{text}", False)
    assert f"「{text}」是招商阶段，不是存续状态" in row.doubts[Column.STATUS]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("120", 120),
        ("1,200人", 1200),
        ("50.0", 50),
        ("１２０ 名", 120),
        ("三百人", 300),
        ("\u200b120\ufeff", 120),
    ],
)
def test_a_headcount_is_read(text, number):
    row = read(headcount=text)
    assert (row.values["headcount"], row.doubts) == (number, {})


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("约300", 300),
        ("1000人以上", 1000),
        ("200多人", 200),
        ("1000+", 1000),
        ("近百人", None),
        ("约200人左右", 200),
    ],
)
def test_an_approximate_headcount_is_read_and_marked(text, number):
    row = read(headcount=text)
    assert row.values.get("headcount") == number
    assert Column.HEADCOUNT in row.doubts


@pytest.mark.parametrize("text", ["50-99人", "少于50人", "-3", "12.5", "很多", "9" * 30])
def test_a_headcount_nobody_understands_keeps_the_company_and_goes_into_the_notes(text):
    row = read(headcount=text)
    assert (row.problems, row.values["notes"], "headcount" in row.values) == (
        {},
        f"从业人数原文：{text}",
        False,
    )
    assert "公司照常导入，从业人数先空着，原文写进备注" in row.doubts[Column.HEADCOUNT]


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
    assert "错误值 #N/A" in row.doubts[Column.INDUSTRY]


def test_notes_that_are_full_stay_as_they_are_and_the_word_is_told():
    full = "字" * LONGEST_NOTES
    row = read(industry="新能源", notes=full)
    assert (row.problems, row.values["notes"]) == ({}, full)
    assert "原文没有写进去" in row.doubts[Column.INDUSTRY]


@pytest.mark.parametrize(
    ("run_id", "summary", "batch"),
    [
        ("import:0123456789abcdef", "导入 0123456789abcdef：名单.csv", "0123456789abcdef"),
        (None, "导入 0123456789abcdef：名单：苏州.csv", "0123456789abcdef"),
        ("undo:0123456789abcdef", "撤销导入 0123456789abcdef", ""),
        (None, "撤销导入 0123456789abcdef", ""),
        (None, "", ""),
    ],
)
def test_which_import_wrote_something_is_read_from_its_run_and_before_runs_from_its_words(
    run_id: str | None, summary: str, batch: str
) -> None:
    assert batch_of(run_id, summary) == batch
