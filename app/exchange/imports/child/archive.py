"""What can be told of a workbook before a reader gets it: size, parts, far cells, outside references."""

import re
import zipfile
from pathlib import Path

from app.exchange.imports.child.bounds import (
    CHUNK,
    DAMAGED,
    HIGHEST_RATIO,
    MOST_COLUMNS,
    MOST_ENTRIES,
    MOST_ROWS,
    MOST_UNPACKED,
    RATIO_COUNTS_FROM,
    TOO_LARGE,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    Refused,
)

# A far cell that is only formatted, `<c r="A1048576" s="3"/>`, holds nothing and costs a reader nothing.
_CELL = re.compile(
    rb"""<(?:\w+:)?c\s[^<>]*?\br\s*=\s*["']\$?([A-Za-z]{0,9})\$?(\d{1,12})["'][^<>]*>"""
    rb"(?!\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>)"
)
_LONGEST_CELL_TAG = 400
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def check_archive(path: Path) -> None:
    """Everything that can be told without handing the file to a reader. Raises Refused."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Refused(DAMAGED) from error


def _check_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise Refused(f"文件里有 {len(entries):,} 个部件，不是正常的表格")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("文件设了打开密码。去掉密码再传")
    if not any(entry.filename.lower().endswith("workbook.xml") for entry in entries):
        raise Refused("这不是 xlsx 表格，只是改了扩展名。用 Excel 或 WPS 另存为 xlsx 再传")
    left = MOST_UNPACKED
    for entry in entries:
        left -= _unpacked(archive, entry, left)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    """Unpacks one entry to nowhere, counting real bytes: declared sizes may lie. Raises Refused."""
    is_sheet = "worksheets/" in entry.filename.lower()
    size, tail = 0, b""
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            size += len(chunk)
            packed = max(entry.compress_size, 1)
            if size > left or (size > RATIO_COUNTS_FROM and size / packed > HIGHEST_RATIO):
                raise Refused(TOO_LARGE)
            if _DOCTYPE.search(tail + chunk):
                raise Refused("文件里带有外部引用声明，没有读。用 Excel 另存为一份新的 xlsx 再传")
            text = tail + chunk
            # A tag cut off by the end of the chunk is looked at with the next one.
            whole = max(text.rfind(b"<", 0, -_LONGEST_CELL_TAG), 0)
            if is_sheet:
                _check_references(text[:whole])
            tail = text[max(whole, len(text) - CHUNK) :]
    if is_sheet:
        _check_references(tail)
    return size


def _check_references(xml: bytes) -> None:
    for cell in _CELL.finditer(xml):
        letters, digits = cell.groups()
        if cell[0].endswith(b"/>"):
            continue
        if int(digits) > MOST_ROWS:
            raise Refused(TOO_MANY_ROWS)
        if len(letters) > 2 and _column_number(letters) > MOST_COLUMNS:
            raise Refused(TOO_MANY_COLUMNS)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


_FROM_1904 = re.compile(rb"""<(?:\w+:)?workbookPr\s[^<>]*\bdate1904\s*=\s*["'](?:1|true)["']""")


def counts_from_1904(path: Path) -> bool:
    """Whether the days of the workbook count from 1904, so that a bare serial means another day."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith("xl/workbook.xml")]
        return any(_FROM_1904.search(archive.read(name)) for name in names)
