import pytest

from app.exchange.imports.columns import Layout, unit_of
from app.exchange.imports.companies.columns import VOCABULARY
from app.exchange.imports.companies.enums import Column
from app.exchange.imports.enums import AmountUnit
from app.exchange.imports.headings import find_layout
from app.register.enterprises.queries import LABELS


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("企业名称", Column.NAME),
        ("公司名称", Column.NAME),
        (" * 单位名称 ", Column.NAME),
        ("NAME", Column.NAME),
        ("统一社会信用代码", Column.CREDIT_CODE),
        ("统一社会信用代码（18位）", Column.CREDIT_CODE),
        ("uscc", Column.CREDIT_CODE),
        ("注册资本（万元）", Column.CAPITAL),
        ("注册资本(万美元)", Column.CAPITAL),
        ("capital_wan", Column.CAPITAL),
        ("capital_unit", Column.CAPITAL_UNIT),
        ("成立日期", Column.ESTABLISHED_ON),
        ("registered_on", Column.ESTABLISHED_ON),
        ("gbt4754", Column.INDUSTRY),
        ("gbt4754_name", Column.INDUSTRY_NAME),
        ("region_code", Column.REGION),
        ("province", Column.PROVINCE),
        ("business_scope", Column.SCOPE),
        ("企业简称", Column.ALIASES),
        ("曾用名", Column.FORMER_NAMES),
        ("联系人", Column.CONTACT),
        ("联系人职务", Column.CONTACT_POST),
        ("联系电话（手机）", Column.CONTACT_PHONE),
        ("联系人及电话", Column.CONTACT_PHONE),
        ("联系人2", Column.CONTACT_2),
        ("序号", None),
        ("企业名称" * 30, None),
        ("", None),
    ],
)
def test_a_heading_is_understood_by_its_synonyms(heading, meaning):
    assert VOCABULARY.meaning_of(heading) is meaning


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("注册资本（万元）", AmountUnit.WAN),
        ("注册资本(元)", AmountUnit.YUAN),
        ("注册资本：亿元", AmountUnit.YI),
        ("capital_wan", AmountUnit.WAN),
        ("注册资本", None),
        ("注册资本（万美元）", None),
    ],
)
def test_the_unit_is_read_from_the_heading(heading, unit):
    assert unit_of(heading) is unit


def test_the_headings_are_found_under_a_title():
    layout = find_layout(
        [(1, ["青岚县台账", ""]), (2, ["", ""]), (3, ["序号", "企业名称"]), (4, ["1", "甲"])], VOCABULARY
    )
    assert (layout.header_row, layout.places) == (3, {Column.NAME: 1})


def test_repeated_columns_of_a_contact_are_those_of_a_second_one():
    places = find_layout([(1, ["企业名称", "联系人", "电话", "联系人", "电话"])], VOCABULARY).places
    assert (places[Column.CONTACT_2], places[Column.CONTACT_PHONE_2]) == (3, 4)


@pytest.mark.parametrize("column", Column)
def test_every_heading_of_the_product_is_understood_as_what_it_says(column):
    assert VOCABULARY.meaning_of(column.label) is column


def test_headings_that_mean_nothing_are_named():
    layout = find_layout([(1, ["序号", "企业名称", "", "法定代表人", "名称"])], VOCABULARY)
    assert layout.unused == ("序号", "法定代表人", "名称")


def test_without_a_known_heading_the_layout_is_incomplete():
    assert not find_layout([(1, ["甲", "乙"])], VOCABULARY).is_complete


def test_a_layout_survives_being_kept():
    layout = find_layout([(2, ["企业名称", "注册资本（元）"])], VOCABULARY, "在谈")
    assert Layout.from_json(layout.to_json(), VOCABULARY) == layout


@pytest.mark.parametrize(
    "headings",
    [
        "name,registered_on,company_type,capital,capital_unit,region_code,province,city,business_scope",
        (
            "name,uscc,region_code,province,city,county,gbt4754,gbt4754_name,chain,node_id,capital_wan,"
            "established_on,status,size,is_high_tech,is_srdi,business_scope"
        ),
    ],
)
def test_the_headings_of_registry_data_are_understood(headings):
    places = find_layout([(1, headings.split(","))], VOCABULARY).places
    assert {Column.NAME, Column.REGION, Column.CAPITAL, Column.ESTABLISHED_ON, Column.SCOPE} <= set(places)


def test_a_column_is_called_what_the_page_of_a_company_calls_it():
    of_columns = {Column.REGION: "region_code"}
    pairs = [(column, LABELS.get(of_columns.get(column, column.value))) for column in Column]
    told = {column: label for column, label in pairs if label is not None}
    # The template asks for the code by its full name, and for what people write into one cell.
    differing = {Column.CREDIT_CODE, Column.INDUSTRY, Column.ALIASES}
    assert {column for column, label in told.items() if column.label != label} <= differing
    assert {Column.REGION, Column.STATUS, Column.HEADCOUNT} <= set(told)
