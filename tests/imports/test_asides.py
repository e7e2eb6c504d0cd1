"""Rows of a table that are no company, and what says the cell above."""

import pytest

from app.exchange.imports.asides import sorted_rows, why_aside
from app.exchange.imports.companies.columns import VOCABULARY
from app.exchange.imports.headings import find_layout

HEADINGS = ["序号", "企业名称", "联系人", "注册资本（万元）", "备注"]
LAYOUT = find_layout([(2, HEADINGS)], VOCABULARY)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["合计", "", "", "5,000", ""], "是合计"),
        (["", "合　计", "", "5,000", ""], "是合计"),
        (["", "总计：12家", "", "", ""], "是合计"),
        (["", "电子信息产业小计", "3", "500", ""], "是合计"),
        (["合计（3家）", "", "", "1,500", ""], "是合计"),
        (["", "4 家", "", "", ""], "是家数"),
        (["", "共12家企业", "", "", ""], "是家数"),
        (["", " １２家公司", "", "", ""], "是家数"),
        (["填表人：张三", "", "", "审核人：李四", ""], "是填表栏"),
        (["", "填报日期：2026年11月", "", "", ""], "是填表栏"),
        (["", "单位负责人（签字）：", "", "", ""], "是填表栏"),
        (["", "", "", "单位：万元", ""], "是填表栏"),
        (["备注：本表一式两份", "", "", "", ""], "是表格的说明"),
        (["", "说明：1.本表", "", "", ""], "是表格的说明"),
        (["一、制造业", "", "", "", ""], "是小标题"),
        (["", "（一）电子信息", "", "", ""], "是小标题"),
        (["", "1、电子信息", "", "", ""], "是小标题"),
        (["二", "装备制造", "", "", ""], "是小标题"),
        (["第 1 页 共 3 页", "", "", "", ""], "是页码"),
        (["", "以下空白", "", "", ""], "是表格的结尾"),
        (HEADINGS, "是重复的表头"),
        (["3", "", "", "", ""], "只有序号"),
        (["4", "—", "—", "", ""], "只有序号"),
    ],
)
def test_a_row_that_is_no_company_says_what_it_is(cells, why):
    assert why_aside(cells, LAYOUT) == why


@pytest.mark.parametrize(
    "cells",
    [
        ["5", "澜川小计科技有限公司", "", "", ""],
        ["", "总计集团有限公司", "", "", ""],
        ["", "三一重工", "", "", ""],
        ["", "一汽大众", "", "", ""],
        ["", "58.com", "", "", ""],
        ["8", "一、澜川有限公司", "", "", ""],
        ["一", "澜川有限公司", "", "", ""],
        ["10", "澜川", "", "", ""],
        ["11", "备注科技", "张三", "", ""],
        ["12", "", "张三", "13812346021", ""],
    ],
)
def test_a_company_or_a_row_that_lacks_its_name_stays(cells):
    assert why_aside(cells, LAYOUT) == ""


def test_one_cell_merged_over_the_table_is_a_head():
    alone = ["制造业", "", "", "", ""]
    layout = find_layout([(1, ["企业名称", "联系人", "备注"])], VOCABULARY)
    assert (why_aside(alone, layout, wide=5), why_aside(alone, layout, wide=0)) == ("是小标题", "")


def sorted_out(*rows):
    found = sorted_rows(((number, list(cells), 0) for number, cells in enumerate(rows, start=1)), LAYOUT)
    return [(row[0], row[1][1:3], why) for row, why, _says_ditto in found]


@pytest.mark.parametrize("ditto", ["同上", "同 上", "〃", '"', "″"])
def test_the_same_as_above_is_the_cell_above_past_what_is_no_company(ditto):
    found = sorted_out(
        ["名录"], HEADINGS, ["1", "澜川公司", "张三"], ["小计"], ["2", ditto, "李四"], ["3", ditto, ditto]
    )
    assert [cells for _number, cells, why in found if not why] == [
        ["澜川公司", "张三"],
        ["澜川公司", "李四"],
        ["澜川公司", "李四"],
    ]


def test_the_same_as_above_under_the_headings_is_nothing():
    assert sorted_out(["名录"], HEADINGS, ["1", "同上", "张三"])[0][1] == ["", "张三"]


def test_titles_and_headings_of_printed_pages_come_again_and_are_no_companies():
    title = ["", "青岚县名录", "", "", ""]
    found = sorted_out(title, HEADINGS, ["1", "澜川公司"], title, HEADINGS, ["2", "景泰公司"])
    assert [why for _number, _cells, why in found] == ["", "是重复的标题", "是重复的表头", ""]
