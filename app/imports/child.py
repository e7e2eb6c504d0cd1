"""The child process that reads a stranger's file: `python -m app.imports.child SOURCE KIND FOLDER`.

It limits its own memory, processor time and output first, since a spreadsheet of two kilobytes can ask a
reader for 512 GiB. Rows go to rows.jsonl, one `[row number, [cells]]` a line; the last word, a JSON object
with the sheet and the count or the reason of a refusal, to standard output. Nothing of the app is loaded.
"""

import csv
import datetime
import gzip
import io
import json
import re
import resource
import sys
import zipfile
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

MEMORY = 1024 * 1024 * 1024  # bytes of address space, libraries included
CPU_SECONDS = 60
LARGEST_OUTPUT = 400 * 1024 * 1024
MOST_ENTRIES = 1000
MOST_UNPACKED = 100 * 1024 * 1024
HIGHEST_RATIO = 100
RATIO_COUNTS_FROM = 1024 * 1024  # a small part may be all blanks
MOST_COLUMNS = 1000
MOST_ROWS = 100_000
LONGEST_CELL = 100_000
_CHUNK = 1 << 16

_TOO_LARGE = "解开后超过 100 MB。请拆成几个文件再传"
_TOO_MANY_ROWS = "超过 10 万行。请拆成几个文件再传"
_TOO_MANY_COLUMNS = "超过 1000 列。请删掉右边用不到的列再传"
_DAMAGED = "文件打不开，可能已损坏。用 Excel 打开后另存为一份新的 xlsx 再传"


class Refused(Exception):
    """Why the file is not read, as a Chinese sentence."""


def limit_myself() -> None:
    """Beyond these the kernel ends this process, and only this one."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_OUTPUT, LARGEST_OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


# --- workbooks ---

_REFERENCE = re.compile(rb"""\br\s*=\s*["'](\$?[A-Za-z]{0,9})\$?(\d{1,12})["']""")
_LONGEST_REFERENCE = 40
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def check_archive(path: Path) -> None:
    """Everything that can be told without handing the file to a reader."""
    with path.open("rb") as file:
        if file.read(4) == b"\xd0\xcf\x11\xe0":
            raise Refused("文件设了打开密码，或者是旧版 xls。去掉密码，另存为 xlsx 再传")
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Refused(_DAMAGED) from error


def _check_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise Refused(f"文件里有 {len(entries):,} 个部件，不是正常的表格")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("文件设了打开密码。去掉密码再传")
    if not any(entry.filename.lower().endswith("workbook.xml") for entry in entries):
        raise Refused("这不是 xlsx 表格，只是改了扩展名。用 Excel 另存为 xlsx 再传")
    left = MOST_UNPACKED
    for entry in entries:
        left -= _unpacked(archive, entry, left)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    """Unpacks one entry to nowhere, counting real bytes: declared sizes may lie. Raises Refused."""
    is_sheet = "worksheets/" in entry.filename.lower()
    size, tail = 0, b""
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            size += len(chunk)
            packed = max(entry.compress_size, 1)
            if size > left or (size > RATIO_COUNTS_FROM and size / packed > HIGHEST_RATIO):
                raise Refused(_TOO_LARGE)
            if _DOCTYPE.search(tail + chunk):
                raise Refused("文件里带有外部引用声明，没有读。用 Excel 另存为一份新的 xlsx 再传")
            if is_sheet:
                _check_references(tail + chunk)
            tail = chunk[-_LONGEST_REFERENCE:]
    return size


def _check_references(xml: bytes) -> None:
    for letters, digits in _REFERENCE.findall(xml):
        if int(digits) > MOST_ROWS:
            raise Refused(_TOO_MANY_ROWS)
        if len(letters) > 2 and _column_number(letters) > MOST_COLUMNS:
            raise Refused(_TOO_MANY_COLUMNS)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper().strip(b"$"):
        number = number * 26 + letter - 64
    return number


def sheet_rows(path: Path) -> tuple[str, Iterator[tuple[int, list[str]]]]:
    """The first visible sheet that holds anything, and its rows as text."""
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheet = _first_filled(workbook)
    except PasswordError as error:
        raise Refused("文件设了打开密码。去掉密码再传") from error
    except (CalamineError, OSError, ValueError) as error:
        raise Refused(_DAMAGED) from error
    if sheet is None:
        raise Refused("文件里没有内容。请在第一行写表头，第二行起写企业")
    return sheet.name, _texts(sheet)


def _first_filled(workbook: CalamineWorkbook) -> CalamineSheet | None:
    for about in workbook.sheets_metadata:
        if about.visible is SheetVisibleEnum.Visible:
            sheet = workbook.get_sheet_by_name(about.name)
            if sheet.height:
                return sheet
    return None


def _texts(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(sheet.iter_rows(), start=1):
        yield number, [as_text(cell) for cell in row]


def as_text(cell: Any) -> str:
    """A cell as people saw it: whole numbers without .0, dates as 2026-09-02, long numbers as 9.13E+17."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return _number_as_text(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return str(cell)


def _number_as_text(number: float) -> str:
    # From 15 digits on a spreadsheet has lost the last ones; scientific notation says so.
    if abs(number) >= 1e15 or number != number:
        return f"{number:.5E}"
    if number.is_integer():
        return str(int(number))
    return f"{number:.10f}".rstrip("0").rstrip(".")


# --- text files ---


class _Limited(io.RawIOBase):
    """An unpacked stream that refuses to grow past the limit, or too far past its packed size."""

    def __init__(self, stream: IO[bytes], packed: int) -> None:
        self._stream, self._packed, self._size = stream, max(packed, 1), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        self._size += len(data)
        if self._size > MOST_UNPACKED:
            raise Refused(_TOO_LARGE)
        if self._size > RATIO_COUNTS_FROM and self._size / self._packed > HIGHEST_RATIO:
            raise Refused(_TOO_LARGE)
        buffer[: len(data)] = data
        return len(data)


def _opened(path: Path, kind: str) -> io.BufferedReader:
    stream: Any = gzip.GzipFile(path) if kind == "csv.gz" else io.FileIO(path)
    return io.BufferedReader(_Limited(stream, path.stat().st_size), _CHUNK)


_BOMS = ((BOM_UTF8, "utf-8-sig"), (BOM_UTF16_LE, "utf-16"), (BOM_UTF16_BE, "utf-16"))


def encoding_of(path: Path, kind: str) -> str:
    """The encoding by which the whole file can be read; raises Refused when none can."""
    with _opened(path, kind) as stream:
        head = stream.read(4096)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if b"\0" in head:
        raise Refused("这不是文本表格，只是改了扩展名。用 Excel 另存为 xlsx 或 CSV 再传")
    found = next((name for name in ("utf-8", "gb18030") if _decodes(path, kind, name)), None)
    if found is None:
        raise Refused("文字编码认不出来。用 Excel 打开后另存为「CSV UTF-8」或 xlsx 再传")
    return found


def _decodes(path: Path, kind: str, encoding: str) -> bool:
    decoder = getincrementaldecoder(encoding)()
    try:
        with _opened(path, kind) as stream:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def text_rows(path: Path, kind: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file; the separator is what the first line holds most of: comma, tab or semicolon."""
    csv.field_size_limit(LONGEST_CELL)
    try:
        encoding = encoding_of(path, kind)
        with io.TextIOWrapper(_opened(path, kind), encoding, newline="") as lines:
            separator = max(",\t;", key=lines.readline(LONGEST_CELL).count)
        with io.TextIOWrapper(_opened(path, kind), encoding, newline="") as lines:
            yield from enumerate(csv.reader(lines, delimiter=separator), start=1)
    except csv.Error as error:
        raise Refused(
            f"有一格超过 {LONGEST_CELL // 10_000} 万字，多半是引号没有配对。请检查后再传"
        ) from error
    except (gzip.BadGzipFile, EOFError, UnicodeError, OSError) as error:
        raise Refused("文件打不开，可能没有传完整。请重新传一次") from error


# --- both ---


def read(path: Path, kind: str, target: Path) -> dict[str, Any]:
    """Writes all rows that hold anything to `target`; returns what the file is."""
    if not path.stat().st_size:
        raise Refused("文件是空的，请重新选择")
    if kind == "xlsx":
        check_archive(path)
        sheet, rows = sheet_rows(path)
    else:
        sheet, rows = "", text_rows(path, kind)
    count = 0
    with target.open("w", encoding="utf-8") as lines:
        for number, cells in rows:
            if not any(cell and not cell.isspace() for cell in cells):
                continue
            _check_shape(number, cells)
            lines.write(json.dumps([number, cells], ensure_ascii=True) + "\n")
            count += 1
    if not count:
        raise Refused("文件里没有内容。请在第一行写表头，第二行起写企业")
    return {"sheet": sheet, "rows": count}


def _check_shape(number: int, cells: list[str]) -> None:
    if number > MOST_ROWS:
        raise Refused(_TOO_MANY_ROWS)
    if len(cells) > MOST_COLUMNS:
        raise Refused(_TOO_MANY_COLUMNS)
    if any(len(cell) > LONGEST_CELL for cell in cells):
        raise Refused(f"第 {number} 行有一格超过 {LONGEST_CELL // 10_000} 万字。请缩短后再传")


def main(arguments: list[str]) -> None:
    """Reads one file and says on standard output what came of it."""
    source, kind, folder = arguments
    limit_myself()
    try:
        answer = read(Path(source), kind, Path(folder) / "rows.jsonl")
    except Refused as refusal:
        answer = {"problem": str(refusal)}
    except MemoryError:
        answer = {"problem": _TOO_LARGE}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
