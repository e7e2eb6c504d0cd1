"""A stranger's file of a chain, read into tables of text: a workbook in the limited process that reads those
of imports, JSON here, within its bounds.
"""

import json
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from app.core.values.clean import clean_line, clean_text
from app.core.values.errors import RuleBroken
from app.core.values.money import read_amount, with_unit
from app.exchange.chain_files.rules import COLUMNS, NOTES, Cells, ChainSheet, Tables
from app.exchange.imports.columns import Layout, is_foreign
from app.exchange.imports.enums import AmountUnit
from app.exchange.imports.reading import FileChoice, guess_layout, keep, rows_of, unpack
from app.exchange.imports.vocabulary import Vocabulary, word

ENDINGS = (".xlsx", ".json")
_LARGEST_JSON = 4 * 1024 * 1024
_NEEDED = (ChainSheet.CHAIN, ChainSheet.NODES)  # the others may be left out
_TOLD = 5  # unknown names in one sentence
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
    first = _layout_of(folder, kind, ChainSheet.CHAIN)
    filled = {name for name, rows, _hidden in first.sheets if rows}
    _must_know([name for name, rows, hidden in first.sheets if rows and not hidden])
    found = {ChainSheet.CHAIN: _rows_in(folder, first)}
    for sheet in ChainSheet:
        if sheet not in found and (sheet in _NEEDED or sheet.label in filled):
            found[sheet] = _rows_in(folder, _layout_of(folder, kind, sheet))
    return found


def _must_know(names: Sequence[str]) -> None:
    """A table under another name is not left out without a word."""
    known = [sheet.label for sheet in ChainSheet]
    if unknown := [name for name in names if name not in {*known, NOTES}]:
        told = "、".join(f"「{name[:40]}」" for name in unknown[:_TOLD])
        raise RuleBroken({"file": f"不认识工作表{told}，要叫 {'、'.join(known)}；用不着的就删掉"})


def _layout_of(folder: Path, kind: str, sheet: ChainSheet) -> Layout:
    """How a sheet is read, all of whose columns are known."""
    columns = COLUMNS[sheet]
    vocabulary = Vocabulary.of(
        {name: [word(each) for each in (column.label, *column.also)] for name, column in columns.items()},
        noun=sheet.label,
        measure="行",
        naming=next(iter(columns)),
        amount=next((name for name, column in columns.items() if column.unit), ""),
        percentages=True,
    )
    unpack(folder, kind, vocabulary, FileChoice(sheet=sheet.label))
    layout = guess_layout(folder, vocabulary)
    needed = [
        column.label
        for name, column in columns.items()
        if (column.required or column.always) and name not in layout.places
    ]
    if needed:
        raise RuleBroken({"file": f"工作表「{sheet.label}」里没有找到这些列：{'、'.join(needed)}"})
    if layout.unused:
        told = "、".join(f"「{heading[:40]}」" for heading in layout.unused[:_TOLD])
        labels = "、".join(column.label for column in columns.values())
        raise RuleBroken(
            {"file": f"不认识工作表「{sheet.label}」里的列{told}，有的是 {labels}；用不着的就删掉"}
        )
    if (place := layout.places.get(vocabulary.amount)) is not None and is_foreign(layout.headings[place]):
        told = f"「{layout.headings[place][:40]}」"
        raise RuleBroken({"file": f"工作表「{sheet.label}」里的{told}是外币，折成人民币再传"})
    return layout


def _rows_in(folder: Path, layout: Layout) -> list[tuple[int, Cells]]:
    """The rows of the sheet that was unpacked last."""
    rows = rows_of(folder, layout.last_header_row)
    return [(number, _in_unit(_cells(cells, layout.places), layout)) for number, cells in rows]


def _in_unit(cells: Cells, layout: Layout) -> Cells:
    """With the unit of the heading behind a bare amount, where that is another than 万元."""
    name = layout.vocabulary.amount
    text = cells.get(name, "")
    if layout.unit is AmountUnit.WAN or not read_amount(text).bare:
        return cells
    return {**cells, name: with_unit(text, layout.unit.label)}


def _cells(cells: Sequence[str], places: Mapping[str, int]) -> Cells:
    """What a row tells; where it ends before a column, that is blank."""
    return {name: _clean(name, cells[place] if place < len(cells) else "") for name, place in places.items()}


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
    _must_be_keys("最外面", told, [sheet.value for sheet in ChainSheet])
    return {sheet: _rows(sheet, told.get(sheet.value)) for sheet in ChainSheet}


def _must_be_keys(where: str, told: Mapping[str, Any], known: Collection[str]) -> None:
    """A key that is misspelt is not left out without a word."""
    if unknown := [f"「{name[:40]}」" for name in told if name not in known]:
        raise RuleBroken(
            {
                "file": _NOT_JSON.format(
                    f"不认识{where}的{'、'.join(unknown[:_TOLD])}，有的是 {'、'.join(known)}"
                )
            }
        )


def _rows(sheet: ChainSheet, told: Any) -> list[tuple[int, Cells]]:
    rows = [told] if sheet is ChainSheet.CHAIN and isinstance(told, dict) else told or []
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise RuleBroken({"file": _NOT_JSON.format(f"{sheet.value} 要是一列对象")})
    return [(number, _told(sheet, number, each)) for number, each in enumerate(rows, start=_FIRST)]


def _told(sheet: ChainSheet, number: int, row: Mapping[str, Any]) -> Cells:
    where = f" {sheet.value} 第 {number} 个对象"
    _must_be_keys(where, row, COLUMNS[sheet])
    for name, value in row.items():
        if not all(_is_plain(each) for each in (value if isinstance(value, list) else [value])):
            told = f"{where}的 {name} 要是文字、数字或一列文字"
            raise RuleBroken({"file": _NOT_JSON.format(told.strip())})
    return {name: _clean(name, _text(value)) for name, value in row.items()}


def _is_plain(value: Any) -> bool:
    return value is None or (isinstance(value, str | int | float) and not isinstance(value, bool))


def _text(value: Any) -> str:
    """As it would stand in a cell."""
    values = value if isinstance(value, list) else [value]
    return "、".join(str(each) for each in values if each is not None)
