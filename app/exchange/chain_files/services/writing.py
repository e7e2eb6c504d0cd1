"""A chain's file as a workbook, one sheet a table with drop-downs, or as JSON; and an empty one to fill in.

Every cell is written as text: a name that begins with = must not become a formula.
"""

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import xlsxwriter

from app.exchange.chain_files.rules import COLUMNS, LISTS, NOTES, NUMBERS, ChainSheet, SheetColumn, Tables
from app.register.chains.rules import words_of

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_FILLED_BY_HAND = 2000  # rows that get drop-downs
_NARROW, _BROAD = 14, 40
_NOTES = (
    "一个文件写一条产业链，「产业链」里只有一行。",
    "环节、供应关系、判断都用环节的代号说话。已有的代号就改，没有的就新增；文件里没有的环节、没有的列不动。",
    "单元格空着，就是清空它；顺序和重要程度空着，照原来的。",
    "几个关键词、产品、行业之间用顿号隔开；行业写国标代码或名称。",
    "判断只会增加：同一天、同样内容的不再记。「谁判断的」只供看，导入时记在导入的人名下。",
    "链主写库里已登记的企业，同名的写上信用代码。企业和第一天都一样的就改，没有的就新增。",
    "采购需求的链主、环节、要买什么、哪天说的都一样的就改，没有的就新增；金额不写单位按万元读。",
    "日期写成 2026-03-31，或用日期格式的单元格；本地配套率写 25，或用百分比格式的单元格。",
)


def template() -> bytes:
    """The workbook to fill in."""
    return as_workbook({})


def as_workbook(tables: Tables) -> bytes:
    """The tables as sheets, below their headings, and a sheet of notes."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, _OPTIONS) as book:
        head = book.add_format({"bold": True, "bg_color": "#E6EFF8", "border": 1})
        text = book.add_format({"num_format": "@"})
        for kind in ChainSheet:
            _write_sheet(book.add_worksheet(kind.label), kind, tables, head, text)
        _write_notes(book.add_worksheet(NOTES), head)
    return stream.getvalue()


def _write_sheet(sheet: Any, kind: ChainSheet, tables: Tables, head: Any, text: Any) -> None:
    for place, (name, column) in enumerate(COLUMNS[kind].items()):
        sheet.set_column(place, place, _NARROW if column.longest <= 60 else _BROAD, text)
        sheet.write_string(0, place, column.heading, head)
        if column.choices:
            offered = {"validate": "list", "source": list(column.choices)}
            sheet.data_validation(1, place, _FILLED_BY_HAND, place, offered)
        for number, (_row, cells) in enumerate(tables.get(kind, ()), start=1):
            sheet.write_string(number, place, cells.get(name, ""), text)
    sheet.freeze_panes(1, 1)


def _write_notes(sheet: Any, head: Any) -> None:
    sheet.set_column(0, 1, 20)
    sheet.set_column(2, 2, 60)
    rows = [(kind, column) for kind in ChainSheet for column in COLUMNS[kind].values()]
    for number, (kind, column) in enumerate(rows):
        sheet.write_string(number, 0, kind.label, head)
        sheet.write_string(number, 1, column.heading)
        sheet.write_string(number, 2, _note(column))
    for number, note in enumerate(_NOTES, start=len(rows) + 1):
        sheet.write_string(number, 0, note)


def _note(column: SheetColumn) -> str:
    told = (
        "必填" if column.required else "",
        f"只能是 {'、'.join(column.choices)}" if column.choices else "",
    )
    example = f"例如 {column.example}" if column.example and not column.choices else ""
    return "，".join(filter(None, (*told, example)))


def as_json(tables: Tables) -> bytes:
    """The same for programs: the chain as an object, its tables as lists of objects."""
    told: dict[str, Any] = {
        kind.value: [_plain(cells) for _row, cells in tables.get(kind, ())] for kind in ChainSheet
    }
    told[ChainSheet.CHAIN.value] = told[ChainSheet.CHAIN.value][0]
    return json.dumps(told, ensure_ascii=False, indent=2).encode()


def _plain(cells: Mapping[str, str]) -> dict[str, Any]:
    return {name: _value(name, text) for name, text in cells.items()}


def _value(name: str, text: str) -> Any:
    if name in LISTS:
        return words_of(text)
    if name in NUMBERS:
        return int(text) if text else None
    return text
