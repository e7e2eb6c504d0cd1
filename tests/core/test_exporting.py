"""What leaves a list as a file: workbook and text, figures and formulas."""

import csv
import io
from datetime import UTC, date, datetime
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from app.core.access.auth import Actor
from app.core.records.columns import Cell, ListColumn
from app.core.records.exporting import ExportedList, as_text, as_workbook, harmless

NAME = ListColumn(key="name", label="名称", cell=str)
SUM = ListColumn(key="amount", label="金额", cell=str, unit="万元", kind="num")
DAY = ListColumn(key="day", label="日期", cell=str, kind="date")
ROWS = (
    (Cell("=1+1", tags=("保密",)), Cell("1,234.50"), date(2026, 11, 29)),
    (Cell("  @SUM(A1)"), Cell("5,000.00", tags=("待核",)), Cell()),
    (Cell("苏州澜川"), Cell("面议", is_bare=True), Cell("没有日期")),
)


def _taken() -> ExportedList:
    me = Actor(1, 1, "何立群", unit_name="招商局")
    at = datetime(2026, 11, 29, 10, 5, tzinfo=UTC)
    return ExportedList(
        "线索=名单", (NAME, SUM, DAY), ROWS, "在跟，我的", "万元，招商口径", "调度会材料", me, at
    )


def test_a_workbook_holds_texts_figures_and_days_as_what_they_are() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_workbook(_taken())))
    assert book.get_sheet_by_index(0).to_python() == [
        ["名称", "金额（万元）", "日期"],
        ["=1+1（保密）", 1234.5, date(2026, 11, 29)],
        ["  @SUM(A1)", 5000.0, ""],
        ["苏州澜川", "面议", "没有日期"],
    ]


def test_the_second_sheet_says_what_the_rows_are_who_took_them_and_what_for() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_workbook(_taken())))
    told = dict(book.get_sheet_by_name("说明").to_python())
    assert told["条件"] == "在跟，我的"
    assert told["合计口径"] == "万元，招商口径"
    assert told["用途"] == "调度会材料"
    assert told["导出"] == "招商局 何立群，2026-11-29 10:05"


def test_a_doubtful_figure_stays_a_figure_and_shows_its_doubt() -> None:
    with ZipFile(io.BytesIO(as_workbook(_taken()))) as parts:
        assert "#,##0&quot;（待核）&quot;" in parts.read("xl/styles.xml").decode()


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    with ZipFile(io.BytesIO(as_workbook(_taken()))) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]
    assert len(sheets) == 2
    assert not any("<f>" in sheet for sheet in sheets)


def test_no_text_of_a_text_file_begins_like_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(as_text(_taken()).decode("utf-8-sig"))))
    assert rows == [
        ["名称", "金额（万元）", "日期"],
        ["'=1+1（保密）", "1234.50", "2026-11-29"],
        ["'  @SUM(A1)", "5,000.00（待核）", ""],
        ["苏州澜川", "面议", "没有日期"],
    ]


@pytest.mark.parametrize("words", ["=A1", "+1", "-2", "@x", "＝A1", "\t=A1", "\r=A1", "　+1"])
def test_what_a_spreadsheet_would_compute_gets_an_apostrophe(words: str) -> None:
    assert harmless(words) == f"'{words}"


@pytest.mark.parametrize("words", ["", "A=1", "苏州-上海", "（=1）", "1.5"])
def test_other_words_stay_as_they_are(words: str) -> None:
    assert harmless(words) == words
