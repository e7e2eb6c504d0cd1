"""A stranger's file of a chain, read into tables of text: a workbook in the limited process that reads those
of imports, JSON here, within its bounds.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from app.core.values.clean import clean_line, clean_text
from app.core.values.errors import RuleBroken
from app.exchange.chain_files.rules import COLUMNS, Cells, ChainSheet, Tables
from app.exchange.imports.reading import FileChoice, guess_layout, keep, rows_of, unpack
from app.exchange.imports.vocabulary import Vocabulary, word

ENDINGS = (".xlsx", ".json")
_LARGEST_JSON = 4 * 1024 * 1024
_NEEDED = (ChainSheet.CHAIN, ChainSheet.NODES)  # the others may be left out
_FIRST = 1  # number of the first row of a list in JSON
_NOT_JSON = "这个 JSON 文件读不出来：{}"
_TEXTS = ("note", "reason")  # of several lines


def read_file(stream: IO[bytes], name: str) -> Tables:
    """The tables of a file. Raises RuleBroken for what is none; what its cells say is judged later."""
    if name.lower().endswith(".json"):
        return _from_json(stream.read(_LARGEST_JSON + 1))
    if not name.lower().endswith(".xlsx"):
        raise RuleBroken({"file": f"「{name[-40:]}」不是能导入的格式，请传 xlsx 或 json 文件"})
    with tempfile.TemporaryDirectory() as folder:
        return _from_workbook(stream, Path(folder), name)


# --- workbooks ---------------------------------------------------------------------------------------


def _from_workbook(stream: IO[bytes], folder: Path, name: str) -> Tables:
    kind = keep(stream, folder, name)
    if kind != "xlsx":
        raise RuleBroken({"file": f"「{name[-40:]}」的内容不是工作簿，请用 Excel 另存为 xlsx 再传"})
    found: dict[ChainSheet, list[tuple[int, Cells]]] = {}
    for sheet in ChainSheet:
        try:
            found[sheet] = _sheet_of(folder, kind, sheet)
        except RuleBroken:
            if sheet in _NEEDED:
                raise
    return found


def _sheet_of(folder: Path, kind: str, sheet: ChainSheet) -> list[tuple[int, Cells]]:
    columns = COLUMNS[sheet]
    vocabulary = Vocabulary.of(
        {name: [word(column.label)] for name, column in columns.items()},
        noun=sheet.label,
        measure="行",
        naming=next(iter(columns)),
    )
    unpack(folder, kind, vocabulary, FileChoice(sheet=sheet.label))
    layout = guess_layout(folder, vocabulary)
    needed = [name for name, column in columns.items() if column.required and name not in layout.places]
    if needed:
        labels = "、".join(columns[name].label for name in needed)
        raise RuleBroken({"file": f"工作表「{sheet.label}」里没有找到这些列：{labels}"})
    return [
        (number, _cells(cells, layout.places)) for number, cells in rows_of(folder, layout.last_header_row)
    ]


def _cells(cells: Sequence[str], places: Mapping[str, int]) -> Cells:
    return {name: _clean(name, cells[place]) for name, place in places.items() if place < len(cells)}


def _clean(name: str, text: str) -> str:
    return clean_text(text) if name in _TEXTS else clean_line(text)


# --- JSON --------------------------------------------------------------------------------------------


def _from_json(content: bytes) -> Tables:
    if len(content) > _LARGEST_JSON:
        raise RuleBroken({"file": "文件太大，一条产业链的 JSON 不超过 4 MB"})
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RuleBroken({"file": _NOT_JSON.format("不是 JSON，或者不是 UTF-8")}) from error
    if not isinstance(told, dict):
        raise RuleBroken({"file": _NOT_JSON.format("最外面要是一个对象，里面有 chain、nodes")})
    return {sheet: _rows(sheet, told.get(sheet.value)) for sheet in ChainSheet}


def _rows(sheet: ChainSheet, told: Any) -> list[tuple[int, Cells]]:
    rows = [told] if sheet is ChainSheet.CHAIN and isinstance(told, dict) else told or []
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise RuleBroken({"file": _NOT_JSON.format(f"{sheet.value} 要是一列对象")})
    return [(number, _told(sheet, each)) for number, each in enumerate(rows, start=_FIRST)]


def _told(sheet: ChainSheet, row: Mapping[str, Any]) -> Cells:
    return {name: _clean(name, _text(row.get(name))) for name in COLUMNS[sheet]}


def _text(value: Any) -> str:
    """As it would stand in a cell."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(_text(each) for each in value)
    return value if isinstance(value, str) else str(value)
