"""Workbooks that leave the product: the template, and the user's own rows with what is wrong with them.

Every cell is written as text: a name that begins with = must not become a formula.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import xlsxwriter

from app.exchange.imports.enums import AmountUnit, Column
from app.register.enterprises.enums import EnterpriseStatus

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": False,
}
_LONGEST_TEXT = 32_767  # characters a cell can hold
_FILLED_BY_HAND = 2000  # rows of the template that get drop-downs

# column -> width, an example, what to write
_TEMPLATE: Mapping[Column, tuple[int, str, str]] = {
    Column.NAME: (32, "示例：苏州澜川新材料有限公司", "必填。写营业执照上的全称"),
    Column.CREDIT_CODE: (22, "", "18 位，按文本填写；变成 9.13E+17 的请重新抄写"),
    Column.REGION: (22, "江苏省苏州市吴中区", "6 位代码或全称；认不出的也导入，原文进备注"),
    Column.INDUSTRY: (22, "C3985", "国标行业代码 C3985 或名称；写别的也导入，原文进备注"),
    Column.STATUS: (10, "存续", "从下拉里选"),
    Column.CAPITAL: (14, "3500", "单位万元；也可以写 3.5亿、约2000、面议"),
    Column.ESTABLISHED_ON: (14, "2016-09-02", "2016-09-02、2016/9/2、2016年9月2日 都可以"),
    Column.HEADCOUNT: (8, "120", "整数"),
    Column.SCOPE: (40, "光伏胶膜研发、生产、销售", "最多 5000 字"),
    Column.ORIGIN: (16, "商会推荐", "谁介绍的，最多 60 字"),
    Column.ALIASES: (16, "澜川", "几个名称用顿号隔开"),
    Column.FORMER_NAMES: (24, "", "几个名称用顿号隔开"),
    Column.CONTACT: (12, "贺晓冬", "几个人用顿号隔开，或另写在「第 2 位联系人」各列"),
    Column.CONTACT_POST: (12, "总经理", "几个人的职务按同样的次序用顿号隔开"),
    Column.CONTACT_PHONE: (16, "13812346021", "手机或带区号的座机，几个人的按同样的次序用顿号隔开"),
    Column.NOTES: (24, "", "最多 2000 字。涉密信息不得录入"),
}


def write_template(target: Any) -> None:
    """The file to fill in: headings, one example row, drop-downs, and a sheet of notes."""
    with xlsxwriter.Workbook(target, {**_OPTIONS, "in_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": "#E6EFF8", "border": 1})
        grey = book.add_format({"font_color": "#616B77", "num_format": "@"})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("企业")
        for place, (column, (width, example, _note)) in enumerate(_TEMPLATE.items()):
            sheet.set_column(place, place, width, text)
            sheet.write_string(0, place, _heading(column), head)
            sheet.write_string(1, place, example, grey)
        sheet.freeze_panes(1, 1)
        status = list(_TEMPLATE).index(Column.STATUS)
        labels = [status_of.label for status_of in EnterpriseStatus]
        sheet.data_validation(1, status, _FILLED_BY_HAND, status, {"validate": "list", "source": labels})
        notes = book.add_worksheet("填写说明")
        notes.set_column(0, 0, 20)
        notes.set_column(1, 1, 60)
        for row, (column, (_width, _example, note)) in enumerate(_TEMPLATE.items()):
            notes.write_string(row, 0, column.label, head)
            notes.write_string(row, 1, note)
        notes.write_string(
            len(_TEMPLATE) + 1, 0, "第 2 行是示例，企业名称以「示例：」开头的行不导入。列可以增减、换位置。"
        )


def _heading(column: Column) -> str:
    return f"{column.label}（{AmountUnit.WAN.label}）" if column is Column.CAPITAL else column.label


class Sheet(Enum):
    """The sheets of the workbook of problems, in their order: name, heading of its last column."""

    LEFT = "没有写入的行", "问题和改法"
    DOUBTED = "照常写入，请核对", "怎么读的"
    ASIDE = "没有当作企业", "怎么读的"


Told = tuple[Sheet, str, Sequence[str]]  # where it belongs, a sentence, cells of the user's file


def write_problems(target: Path, headings: Sequence[str], rows: Iterable[Told], *, with_asides: bool) -> None:
    """The user's own rows, each with its problem in a last column: first those that were not written, which
    can be put right and sent again, then those that were written and want a look, then those that were not
    taken for companies, where there are any. All in one look over the file.
    """
    with xlsxwriter.Workbook(str(target), {**_OPTIONS, "constant_memory": True}) as book:
        red = book.add_format({"font_color": "#B42318"})
        sheets = {
            kind: _sheet(book, *kind.value, headings)
            for kind in Sheet
            if with_asides or kind is not Sheet.ASIDE
        }
        written = Counter[Sheet]()
        for kind, sentence, cells in rows:
            written[kind] += 1
            _write_row(sheets[kind], written[kind], cells, sentence, red, len(headings))


def _sheet(book: xlsxwriter.Workbook, name: str, last: str, headings: Sequence[str]) -> Any:
    head = book.add_format({"bold": True})
    sheet = book.add_worksheet(name)
    sheet.set_column(len(headings), len(headings), 60)
    for place, heading in enumerate([*headings, last]):
        sheet.write_string(0, place, heading, head)
    return sheet


def _write_row(sheet: Any, number: int, cells: Sequence[str], sentence: str, look: Any, width: int) -> None:
    for place, cell in enumerate(cells[:width]):
        sheet.write_string(number, place, cell[:_LONGEST_TEXT])
    sheet.write_string(number, width, sentence[:_LONGEST_TEXT], look)
