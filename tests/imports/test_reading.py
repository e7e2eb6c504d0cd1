"""Files as they come: encodings, layouts, and those meant to do harm. Each is read in the child process."""

import gzip
import io
import zipfile

import pytest

from app.core.values.errors import RuleBroken
from app.exchange.imports import reading
from app.exchange.imports.companies.columns import VOCABULARY
from tests.factories.imports import csv_file, gzipped, xlsx_file

ROW = ("苏州澜川新材料有限公司", "", 3500, "2016-09-02", "光伏胶膜")


def unpacked(folder, content, name, choice=reading.GUESS):
    reading.check_name(name)
    kind = reading.keep(io.BytesIO(content), folder, name)
    about = reading.unpack(folder, kind, VOCABULARY, choice)
    return about, list(reading.rows_of(folder))


def refusal(folder, content, name):
    with pytest.raises(RuleBroken) as refused:
        unpacked(folder, content, name)
    return refused.value.problems["file"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_every_usual_encoding(tmp_path, encoding):
    _about, rows = unpacked(tmp_path, csv_file(ROW, encoding=encoding), "企业.csv")
    assert rows[1] == (2, ["苏州澜川新材料有限公司", "", "3500", "2016-09-02", "光伏胶膜"])


def test_a_packed_csv_is_read(tmp_path):
    about, _rows = unpacked(tmp_path, gzipped(csv_file(ROW)), "企业.CSV.GZ")
    assert about["rows"] == 2


def test_tabs_and_semicolons_separate_too(tmp_path):
    _about, rows = unpacked(tmp_path, "企业名称;备注\n澜川;甲,乙\n".encode(), "企业.csv")
    assert rows[1] == (2, ["澜川", "甲,乙"])


def test_line_breaks_inside_a_cell_stay_in_the_cell(tmp_path):
    _about, rows = unpacked(tmp_path, csv_file(("澜川", "", "", "", "一\n二")), "企业.csv")
    assert rows[1][1][4] == "一\n二"


def test_a_workbook_is_read_from_its_first_filled_sheet(tmp_path):
    about, rows = unpacked(tmp_path, xlsx_file(ROW, above=2, sheets=("空", "在谈")), "企业.xlsx")
    assert about["sheet"] == "在谈"
    assert rows[-1] == (4, ["苏州澜川新材料有限公司", "", "3500", "2016-09-02", "光伏胶膜"])
    assert reading.guess_layout(tmp_path, VOCABULARY).header_row == 3


def test_a_long_number_of_a_workbook_shows_that_it_lost_its_end(tmp_path):
    _about, rows = unpacked(tmp_path, xlsx_file(("澜川", 9.13311e17)), "企业.xlsx")
    assert rows[1][1][1] == "9.13311E+17"


# --- what a file is, its content says ---

TABBED = "企业名称\t联系人\n苏州澜川新材料有限公司\t张三\n"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (xlsx_file(ROW, headings=("企业名称",)), "企业.xls"),
        (xlsx_file(ROW, headings=("企业名称",)), "企业.csv"),
        (TABBED.encode("gb18030"), "企业.xls"),
        (TABBED.encode("utf-16"), "企业.txt"),
        (TABBED.encode(), "企业.tsv"),
        (gzipped(TABBED.encode()), "企业.xls"),
        (
            "<html><table><tr><th>企业名称<tr><td>苏州澜川新材料<br>有限公司</table>".encode("gb18030"),
            "企业.xls",
        ),
    ],
)
def test_a_table_under_another_ending_is_read(tmp_path, content, name):
    _about, rows = unpacked(tmp_path, content, name)
    assert reading.guess_layout(tmp_path, VOCABULARY).is_complete
    assert rows[1][1][0].replace("\n", "") == "苏州澜川新材料有限公司"


def test_merged_cells_of_a_web_page_are_filled_down(tmp_path):
    page = """<html><head><style>td{color:red}</style></head><body><table><tr><td>菜单</table>
    <table><tr><td colspan=3>青岚县名录<tr><td rowspan=2>企业名称<td colspan=2>联系人
    <tr><td>姓名<td>电话<tr><td rowspan=2>澜川公司<td>张三<td>13812346021<tr><td>李四<td>&nbsp;</table>"""
    about, rows = unpacked(tmp_path, page.encode(), "企业.xls")
    layout = reading.guess_layout(tmp_path, VOCABULARY)
    assert (about["sheet"], layout.headings) == (
        "第 2 个表格",
        ("企业名称", "联系人 / 姓名", "联系人 / 电话"),
    )
    assert rows[-1] == (5, ["澜川公司", "李四", ""])


# --- wrong files ---


@pytest.mark.parametrize("name", ["企业.ods", "企业.pdf", "企业", "企业.xlsx.exe", "企业.gz", "../../x.et"])
def test_another_ending_is_refused(name):
    with pytest.raises(RuleBroken, match="不是能导入的格式"):
        reading.check_name(name)


@pytest.mark.parametrize("name", ["企业.xlsx", "企业.csv", "企业.csv.gz"])
def test_an_empty_file_is_refused(tmp_path, name):
    assert "空文件" in refusal(tmp_path, b"", name)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"\n\n  ,,\n", "a.csv", "没有内容"),
        (xlsx_file(headings=()), "a.xlsx", "没有内容"),
        (b"plain text", "a.xlsx", "扩展名对不上"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "a.xlsx", "打开密码"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "a.xls", "旧版 xls"),
        (b"%PDF-1.7\n\xff\xff\xff\xff", "a.xls", "编码认不出来"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "a.xls",
            "2003",
        ),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "a.xls", "单个文件网页"),
        (b"<html><p>no table</p></html>", "a.xls", "没有内容"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "a.csv", "只是改了扩展名"),
        (xlsx_file(ROW)[:3000], "a.xlsx", "损坏"),
        (gzipped(csv_file(ROW))[:40], "a.csv.gz", "没有传完整"),
        (b"\xff\xfe\xfd\xff\x81", "a.csv", ""),
        ('企业名称\n"' + "澜" * 200_000, "a.csv", "引号没有配对"),
    ],
)
def test_a_damaged_file_gets_a_plain_sentence(tmp_path, content, name, words):
    content = content.encode() if isinstance(content, str) else content
    assert words in refusal(tmp_path, content, name)


# --- files meant to do harm ---


def with_sheet(xml):
    """A workbook whose only sheet is this XML."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_file(ROW))) as good, zipfile.ZipFile(target, "w", 8) as bad:
        for entry in good.namelist():
            bad.writestr(entry, xml if entry == "xl/worksheets/sheet1.xml" else good.read(entry))
    return target.getvalue()


def sheet_of(rows, before=""):
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'<?xml version="1.0"?>{before}<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'
    )


@pytest.mark.parametrize("reference", ["XFD1048576", "A4294967295", "ZZZZZZZ99"])
def test_a_tiny_file_that_names_a_far_cell_is_refused(tmp_path, reference):
    far = f'<row r="1"><c r="A1"><v>1</v></c><c r="{reference}"><v>1</v></c></row>'
    content = with_sheet(sheet_of(far))
    assert len(content) < 10_000
    assert "超过" in refusal(tmp_path, content, "a.xlsx")


def test_a_far_cell_that_hides_from_the_check_ends_only_the_child(tmp_path):
    hidden = '<row r="1"><c r="A1"><v>1</v></c><c r="&#88;&#70;&#68;1&#48;48576"><v>1</v></c></row>'
    assert refusal(tmp_path, with_sheet(sheet_of(hidden)), "a.xlsx")


def test_an_external_entity_is_refused(tmp_path):
    entity = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    content = with_sheet(sheet_of('<row r="1"><c r="A1" t="str"><v>&e;</v></c></row>', entity))
    assert "外部引用" in refusal(tmp_path, content, "a.xlsx")


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path):
    assert "超过 100 MB" in refusal(tmp_path, with_sheet(b" " * 120_000_000), "a.xlsx")


def test_a_packed_csv_that_unpacks_without_end_is_refused(tmp_path):
    assert "超过 100 MB" in refusal(tmp_path, gzip.compress(b"a,b\n" * 30_000_000, 1), "a.csv.gz")


def test_a_workbook_of_very_many_parts_is_refused(tmp_path):
    target = io.BytesIO(xlsx_file(ROW))
    with zipfile.ZipFile(target, "a") as book:
        for number in range(1001):
            book.writestr(f"x/{number}", b"")
    assert "部件" in refusal(tmp_path, target.getvalue(), "a.xlsx")


def test_very_many_rows_are_refused(tmp_path):
    assert "10 万行" in refusal(tmp_path, b"name\n" + b"x\n" * 100_001, "a.csv")


def test_very_many_columns_are_refused(tmp_path):
    assert "1000 列" in refusal(tmp_path, b"a" + b",a" * 1001, "a.csv")
