"""Files such as county offices keep: odd formats, merged cells, headings over rows, units elsewhere."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from app.exchange.imports import reading
from app.exchange.imports.companies.codebook import Codebook
from app.exchange.imports.companies.columns import VOCABULARY
from app.exchange.imports.companies.enums import Column
from app.exchange.imports.companies.rules import read_row
from app.exchange.imports.enums import AmountUnit
from app.register.reference.addresses import Gazetteer
from tests.factories.imports import xlsx_file

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
TODAY = date(2026, 11, 23)
BOOK = Codebook({}, {}, Gazetteer([]))
WAN, YI = 10_000, 100_000_000

needs_cases = pytest.mark.skipif(not CASES.is_dir(), reason="the cases lie beside the repository only")


def laid_out(folder, content, name="企业.xlsx", **choice):
    """The layout of a file and its rows under the headings."""
    choice = reading.FileChoice(**choice)
    kind = reading.keep(io.BytesIO(content), folder, name)
    reading.unpack(folder, kind, VOCABULARY, choice)
    layout = reading.guess_layout(folder, VOCABULARY, choice)
    return layout, list(reading.rows_of(folder, after=layout.last_header_row))


def readings(folder, content, name="企业.xlsx"):
    layout, rows = laid_out(folder, content, name)
    return [read_row(number, cells, layout, BOOK, TODAY) for number, cells in rows]


def case(folder, name):
    return readings(folder, (CASES / name).read_bytes(), name)


def workbook(write, *, name="企业", options=None):
    """A workbook whose only sheet `write(sheet, book)` fills."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, options or {}) as book:
        write(book.add_worksheet(name), book)
    return target.getvalue()


def with_part(content, part, change):
    """The same workbook with one part of it changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as good, zipfile.ZipFile(target, "w", 8) as other:
        for entry in good.namelist():
            data = good.read(entry)
            other.writestr(entry, change(data) if entry == part else data)
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"

# --- units and currencies in number formats ---


def formatted(*cells, heading="注册资本（万元）"):
    def write(sheet, book):
        sheet.write_row(0, 0, ["企业名称", heading, "人数"])
        for row, (value, code) in enumerate(cells, start=1):
            sheet.write(row, 0, f"澜川{row}号公司")
            sheet.write(row, 1, value, book.add_format({"num_format": code}))

    return workbook(write)


@pytest.mark.parametrize(
    ("value", "code", "yuan"),
    [
        (35_000_000, r'0\.0000"万元"', 3500 * WAN),
        (3.5, '0.00"亿元"', 350_000_000),
        (35_000, '0!.0,"万"', 35_000),
        (5_000_000, '0"."0,"万元"', 500 * WAN),
        (5_000_000, '#,##0.00,"千元"', 5_000_000),
        (250_000_000, '[>=100000000]0!.00,,"亿元";[>=10000]0!.0,"万元";0"元"', 250_000_000),
        (25_000, '[>=100000000]0!.00,,"亿元";[>=10000]0!.0,"万元";0"元"', 25_000),
        (3_456.789, '0.0"万元"', 34_567_890),
        (1_234_567, '#,##0"万元"_);[Red](#,##0"万元")', 1_234_567 * WAN),
        (0.35, 'G/通用格式"亿元"', 35_000_000),
        (500, "#,##0.00", 500 * WAN),
        (500, '"￥"#,##0.00', 500 * WAN),
        (500, "0.00%", 500 * WAN),
    ],
)
def test_the_unit_in_a_number_format_is_the_unit(tmp_path, value, code, yuan):
    (one,) = readings(tmp_path, formatted((value, code)))
    assert (one.values["capital"], one.problems) == (yuan, {})


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (500, "[$US$-409]#,##0.00", "US$500.00"),
        (500, '#,##0"万美元"', "500万美元"),
        (1_500, "[$€-407] #,##0", "€ 1,500"),
    ],
)
def test_a_currency_in_a_number_format_is_kept_and_not_converted(tmp_path, value, code, text):
    (one,) = readings(tmp_path, formatted((value, code)))
    assert (one.values.get("capital"), one.values["capital_text"]) == (None, text)
    assert "不折算" in one.doubts[Column.CAPITAL]


def test_dates_and_percentages_keep_their_formats(tmp_path):
    def write(sheet, book):
        sheet.write_row(0, 0, ["企业名称", "成立日期", "备注"])
        sheet.write(1, 0, "澜川公司")
        sheet.write(1, 1, 42615, book.add_format({"num_format": 'yyyy"年"m"月"d"日"'}))
        sheet.write(1, 2, 0.5, book.add_format({"num_format": "0%"}))

    (one,) = readings(tmp_path, workbook(write))
    assert (one.values["established_on"], one.values["notes"]) == (date(2016, 9, 2), "0.5")


def test_a_bare_serial_of_a_workbook_that_counts_from_1904_is_the_day_it_shows(tmp_path):
    def write(sheet, _book):
        sheet.write_row(0, 0, ["企业名称", "成立日期"])
        sheet.write_row(1, 0, ["澜川公司", 42615 - 1462])

    (one,) = readings(tmp_path, workbook(write, options={"date_1904": True}))
    assert one.values["established_on"] == date(2016, 9, 2)
    assert "日期序号" in one.doubts[Column.ESTABLISHED_ON]


# --- errors and pictures ---


@pytest.mark.parametrize(
    "error", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#SPILL!", "#CALC!", "#GETTING_DATA"]
)
def test_an_error_in_a_cell_is_said_and_costs_nothing(tmp_path, error):
    content = with_part(
        xlsx_file(("澜川公司", "", 500, "", "X1X"), ("景泰公司", "", 600, "", "")),
        SHEET,
        lambda xml: xml.replace(b"<v>500</v>", b"<v>500</v>").replace(
            b'<c r="C2"><v>500</v></c>', f'<c r="C2" t="e"><f>A9</f><v>{error}</v></c>'.encode()
        ),
    )
    first, second = readings(tmp_path, content)
    assert first.doubts == {Column.CAPITAL: f"这一格是错误值 {error}"}
    assert (first.problems, first.values["name"]) == ({}, "澜川公司")
    assert second.values["capital"] == 600 * WAN


def test_a_picture_in_a_cell_is_no_text(tmp_path):
    picture = '=DISPIMG("ID_ABC",1)'
    rows = (("澜川公司", "", picture, "", picture), (picture, "", 5, "", ""))
    first, second = readings(tmp_path, xlsx_file(*rows))
    assert first.doubts == {Column.CAPITAL: "这一格是图片", Column.SCOPE: "这一格是图片"}
    assert set(first.values) == {"name"}
    assert second.problems == {Column.NAME: "这一格是图片。补上，或删除这行"}


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ('<f>_xlfn.DISPIMG("ID_A",1)</f>', "这一格是图片"),
        ('<f>_xlfn.DISPIMG("ID_A",1)</f><v>0</v>', "这一格是图片"),
        ("<f>A9*2</f>", "这一格是公式，文件里没有结果。用 Excel 或 WPS 打开，保存后再传"),
        ("<f>A9*2</f><v></v>", "这一格是公式，文件里没有结果。用 Excel 或 WPS 打开，保存后再传"),
        ('<f t="shared" si="0"/><v/>', "这一格是公式，文件里没有结果。用 Excel 或 WPS 打开，保存后再传"),
        ("<f>A9*2</f><v>500</v>", None),
    ],
)
def test_a_formula_saved_without_its_result_is_said(tmp_path, cell, why):
    content = with_part(
        xlsx_file(("澜川公司", "", 500, "", "")),
        SHEET,
        lambda xml: xml.replace(b'<c r="C2"><v>500</v></c>', f'<c r="C2">{cell}</c>'.encode()),
    )
    (one,) = readings(tmp_path, content)
    assert one.doubts.get(Column.CAPITAL) == why
    assert one.values.get("capital") == (None if why else 500 * WAN)


def test_a_formula_that_gives_no_text_is_empty(tmp_path):
    content = with_part(
        xlsx_file(("澜川公司", "", 500, "", "")),
        SHEET,
        lambda xml: xml.replace(b'<c r="C2"><v>500</v></c>', b'<c r="C2" t="str"><f>IF(1,"")</f><v></v></c>'),
    )
    (one,) = readings(tmp_path, content)
    assert (one.doubts, one.problems) == ({}, {})


# --- merged cells, headings over several rows ---


def test_a_company_merged_over_its_rows_stands_in_each(tmp_path):
    def write(sheet, _book):
        sheet.write_row(0, 0, ["企业名称", "联系人"])
        sheet.merge_range(1, 0, 3, 0, "澜川公司")
        sheet.write(1, 1, "张三")
        sheet.write(3, 1, "李四")
        sheet.write(4, 0, "景泰公司")

    _layout, rows = laid_out(tmp_path, workbook(write))
    assert rows == [(2, ["澜川公司", "张三"]), (4, ["澜川公司", "李四"]), (5, ["景泰公司", ""])]


def headed(*rows, merges=(), data=("澜川公司",)):
    def write(sheet, _book):
        for number, row in enumerate((*rows, data)):
            for place, text in enumerate(row):
                if text:
                    sheet.write(number, place, text)
        for merge in merges:
            row, column = merge[:2]
            sheet.merge_range(*merge, rows[row][column])

    return workbook(write)


def test_headings_over_three_rows_keep_their_columns(tmp_path):
    content = headed(
        ("基本情况", "", "联系人", "", ""),
        ("企业名称", "注册资本", "第一联系人", "", "第二联系人"),
        ("", "（亿元）", "姓名", "手机", "姓名"),
        merges=[(0, 0, 0, 1), (0, 2, 0, 4), (1, 0, 2, 0), (1, 2, 1, 3)],
        data=("澜川公司", 3.5, "张三", "13812346021", "李四"),
    )
    layout, rows = laid_out(tmp_path, content)
    one = read_row(*rows[0], layout, BOOK, TODAY)
    assert (layout.last_header_row, layout.unused) == (3, ())
    assert one.values["capital"] == 350_000_000
    assert [(person.name, person.phone) for person in one.people] == [("张三", "13812346021"), ("李四", None)]


def test_headings_of_a_text_file_over_two_rows_need_no_merged_cells(tmp_path):
    content = "序号,企业名称,联系人,,注册资本\n,,姓名,电话,万元\n1,澜川公司,张三,13812346021,500\n"
    layout, rows = laid_out(tmp_path, content.encode(), "企业.csv")
    assert (layout.header_rows, rows[0][0]) == (2, 3)
    assert layout.places[Column.CONTACT_PHONE] == 3
    assert (layout.places[Column.CAPITAL], layout.unit) == (4, AmountUnit.WAN)


def test_the_phone_of_a_leader_is_no_contact_of_the_company(tmp_path):
    content = headed(
        ("企业名称", "包保领导", "", "项目", "营业收入", ""),
        ("", "姓名", "电话", "名称", "2024年", "2025年"),
        merges=[(0, 0, 1, 0), (0, 1, 0, 2), (0, 4, 0, 5)],
        data=("澜川公司", "赵县长", "13812346021", "一期", "1", "2"),
    )
    layout, _rows = laid_out(tmp_path, content)
    assert set(layout.places) == {Column.NAME}
    assert (layout.header_rows, layout.unused[:3]) == (
        2,
        ("包保领导 / 姓名", "包保领导 / 电话", "项目 / 名称"),
    )


def test_a_first_company_without_a_code_is_no_second_row_of_headings(tmp_path):
    layout, rows = laid_out(tmp_path, "企业名称,联系人,备注\n澜川公司,张三,来源\n".encode(), "企业.csv")
    assert (layout.header_rows, len(rows)) == (1, 1)


def test_a_column_without_a_heading_is_named_when_it_holds_something(tmp_path):
    layout, _rows = laid_out(tmp_path, "企业名称,,备注,\n澜川公司,13812346021,甲,\n".encode(), "企业.csv")
    assert layout.unused == ("第 2 列（没有表头）",)


@pytest.mark.parametrize(
    "heading",
    [
        "\u200b企业名称",
        "企业\u00a0名称",
        "企\u3000业\u3000名\u3000称",
        "企业\n名称",
        "\ufeff企业名称\u200d",
        "企业\r\n名称（全称）",
    ],
)
def test_invisible_characters_lose_no_column(tmp_path, heading):
    layout, _rows = laid_out(tmp_path, headed((heading, "注册资本\n（万\u200b元）")))
    assert layout.places == {Column.NAME: 0, Column.CAPITAL: 1}
    assert layout.unit_named


# --- a unit above the table ---


@pytest.mark.parametrize(
    ("above", "sheet", "unit"),
    [
        ("单位：亿元", "企业", AmountUnit.YI),
        ("单位:万元", "企业", AmountUnit.WAN),
        ("青岚县企业名录（金额单位：元）", "企业", AmountUnit.YUAN),
        ("青岚县企业名录（亿元）", "企业", AmountUnit.YI),
        ("填报单位：县招商局　　　单位：人民币亿元", "企业", AmountUnit.YI),
        ("单位：家、亿元", "企业", AmountUnit.YI),
        ("单位：千元", "企业", AmountUnit.QIAN),
        ("单位：百万元", "企业", AmountUnit.BAIWAN),
        ("青岚县", "名录（亿元）", AmountUnit.YI),
    ],
)
def test_a_unit_above_the_table_holds(tmp_path, above, sheet, unit):
    def write(page, _book):
        page.merge_range(0, 0, 0, 2, above)
        page.write_row(1, 0, ["企业名称", "联系人", "注册资本"])
        page.write_row(2, 0, ["澜川公司", "", 12])

    content = workbook(write, name=sheet)
    layout, rows = laid_out(tmp_path, content)
    one = read_row(*rows[0], layout, BOOK, TODAY)
    assert (layout.unit, layout.unit_named, one.values["capital"]) == (unit, True, 12 * unit.yuan)
    assert unit.label in layout.unit_from
    assert layout.headings_to_send[2] == f"注册资本（{unit.label}）"


@pytest.mark.parametrize(
    "above", ["填报单位：青岚县招商局", "单位：元一科技有限公司", "填报单位：亿元科技公司", "2026年"]
)
def test_a_line_that_names_no_unit_gives_none(tmp_path, above):
    layout, _rows = laid_out(tmp_path, f"{above}\n企业名称,注册资本\n澜川公司,12\n".encode(), "企业.csv")
    assert (layout.unit_named, layout.unit_from) == (False, "")


def test_a_heading_with_a_unit_of_its_own_keeps_it(tmp_path):
    text = "单位：亿元\n企业名称,注册资本（万元）\n澜川公司,12\n"
    layout, _rows = laid_out(tmp_path, text.encode(), "企业.csv")
    assert (layout.unit, layout.unit_from) == (AmountUnit.WAN, "")


def test_two_units_above_the_table_are_doubtful(tmp_path):
    text = "名录（单位：亿元）,\n单位：万元,\n企业名称,注册资本\n澜川公司,12\n"
    (one,) = readings(tmp_path, text.encode(), "企业.csv")
    assert one.values["capital"] == 12 * WAN
    assert one.doubts[Column.CAPITAL] == "第 2 行写着单位 万元，第 1 行写着 亿元，按 万元 读入"


def test_a_foreign_unit_above_the_table_is_not_converted(tmp_path):
    text = "单位：万美元\n企业名称,注册资本\n澜川公司,12\n"
    (one,) = readings(tmp_path, text.encode(), "企业.csv")
    assert (one.values.get("capital"), one.values["capital_text"]) == (None, "12（注册资本（万美元））")


# --- sheets, separators, formats far down ---


def test_every_sheet_is_named_and_the_best_is_read(tmp_path):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet("封面").write(0, 0, "青岚县")
        book.add_worksheet("汇总").write_row(0, 0, ["单位", "家数"])
        page = book.add_worksheet("明细")
        page.write_row(0, 0, ["企业名称", "联系人"])
        page.write_row(1, 0, ["澜川公司", "张三"])
        hidden = book.add_worksheet("旧的")
        hidden.write_row(0, 0, ["企业名称", "联系人", "备注"])
        hidden.write_row(1, 0, ["景泰公司", "李四", "甲"])
        hidden.hide()
    layout, _rows = laid_out(tmp_path, target.getvalue())
    assert layout.sheet == "明细"
    assert layout.sheets == (("封面", 1, False), ("汇总", 1, False), ("明细", 2, False), ("旧的", 2, True))
    layout, rows = laid_out(tmp_path, target.getvalue(), sheet="旧的")
    assert (layout.sheet, rows[0][1][0]) == ("旧的", "景泰公司")


def test_a_chosen_row_of_headings_is_taken(tmp_path):
    text = "企业名称,联系人\n示范公司,说明\n公司名称,备注\n澜川公司,甲\n".encode()
    layout, rows = laid_out(tmp_path, text, "企业.csv", header_row=3)
    assert (layout.places, rows) == ({Column.NAME: 0, Column.NOTES: 1}, [(4, ["澜川公司", "甲"])])


def test_a_chosen_separator_is_taken(tmp_path):
    layout, _rows = laid_out(tmp_path, "企业名称;备注,甲\n澜川;乙,丙\n".encode(), "企业.csv", separator=",")
    assert layout.headings == ("企业名称;备注", "甲")


def test_formats_down_to_the_last_row_are_no_rows(tmp_path):
    far = (
        b'<row r="1048576" s="1" customFormat="1"><c r="A1048576"/><c r="XFD1048576"></c>'
        b'<c r="B1048576"><v></v></c></row></sheetData>'
    )
    content = with_part(xlsx_file(("澜川公司",)), SHEET, lambda xml: xml.replace(b"</sheetData>", far))
    assert [one.values["name"] for one in readings(tmp_path, content)] == ["澜川公司"]


# --- the shared cases ---


@needs_cases
def test_case_units_in_number_formats(tmp_path):
    found = [
        (one.values.get("capital"), one.values["capital_text"])
        for one in case(tmp_path, "unit_in_number_format.xlsx")
    ]
    assert [yuan for yuan, _text in found] == [3500 * WAN, 35 * YI // 10, 500 * WAN, 500 * WAN, None, None]
    assert [text for _yuan, text in found[-2:]] == ["US$500.00", "500万美元"]


@needs_cases
def test_case_unit_line(tmp_path):
    found = [one.values["capital"] for one in case(tmp_path, "unit_line_above_the_table.xlsx")]
    assert found == [350_000_000, 50_000_000, 12 * YI]


@needs_cases
@pytest.mark.parametrize(
    ("name", "post", "phone"),
    [("two_row_headings.xlsx", "总经理", "17012340102"), ("two_row_heading_phone.xlsx", "", "13812346031")],
)
def test_case_two_row_headings(tmp_path, name, post, phone):
    person = case(tmp_path, name)[0].people[0]
    assert (person.post, person.phone) == (post, phone)


@needs_cases
def test_case_title_over_a_table_with_tabs(tmp_path):
    (one,) = case(tmp_path, "title_tab.csv")
    assert (one.values["name"], one.values["scope"]) == ("文编甲软件公司", "软件，系统\n集成")
    assert one.people[0].phone == "17012340104"


@needs_cases
def test_case_pictures(tmp_path):
    found = case(tmp_path, "wps_pictures.xlsx")
    assert [one.values.get("name") for one in found] == [
        "图甲电子有限公司",
        "图乙电子有限公司",
        None,
        "图丙电子有限公司",
    ]
    assert {doubt for one in found for doubt in one.doubts.values()} == {"这一格是图片"}
    assert not any(one.other_names for one in found)


@needs_cases
def test_case_company_merged_over_rows(tmp_path):
    found = case(tmp_path, "company_merged_over_rows.xlsx")
    assert [one.values["name"][:2] for one in found] == ["苏州", "苏州", "苏州", "宁波"]
    assert [one.people[0].name for one in found] == ["张三", "李四", "王五", "赵六"]
