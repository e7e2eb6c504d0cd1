"""Tables in text files: their encoding, and by which character their cells are parted."""

import csv
import gzip
import io
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from app.exchange.imports.child.bounds import (
    CHUNK,
    HIGHEST_RATIO,
    LONGEST_CELL,
    MOST_UNPACKED,
    RATIO_COUNTS_FROM,
    TOO_LARGE,
    Refused,
)
from app.exchange.imports.child.tables import Line, Table, worth_of
from app.exchange.imports.vocabulary import Vocabulary

SEPARATORS = ",\t;|"
_SAMPLE = 1 << 16  # characters
_SAMPLE_ROWS = 50


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
            raise Refused(TOO_LARGE)
        if self._size > RATIO_COUNTS_FROM and self._size / self._packed > HIGHEST_RATIO:
            raise Refused(TOO_LARGE)
        buffer[: len(data)] = data
        return len(data)


def _opened(path: Path, kind: str) -> io.BufferedReader:
    stream: Any = gzip.GzipFile(path) if kind == "csv.gz" else io.FileIO(path)
    return io.BufferedReader(_Limited(stream, path.stat().st_size), CHUNK)


def opened_as_text(path: Path, kind: str) -> io.TextIOWrapper:
    """The file as text, in the encoding by which all of it can be read. Raises Refused."""
    return io.TextIOWrapper(_opened(path, kind), encoding_of(path, kind), newline="")


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
            while chunk := stream.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def text_table(path: Path, kind: str, wanted: str, vocabulary: Vocabulary) -> Table:
    """The rows of a text file; the separator is the wanted one, else what makes a table of its lines."""
    try:
        with opened_as_text(path, kind) as text:
            separator = wanted or separator_of(text.read(_SAMPLE), vocabulary)
    except (gzip.BadGzipFile, EOFError, UnicodeError, OSError) as error:
        raise Refused("文件打不开，可能没有传完整。请重新传一次") from error
    return Table(_lines(path, kind, separator), separator=separator)


def separator_of(sample: str, vocabulary: Vocabulary) -> str:
    """Known headings decide, then how many lines have the same number of cells: a title line says nothing."""
    return max(SEPARATORS, key=lambda separator: _worth(sample, separator, vocabulary))


def _worth(sample: str, separator: str, vocabulary: Vocabulary) -> tuple[int, ...]:
    csv.field_size_limit(LONGEST_CELL)
    try:
        rows = list(islice(csv.reader(io.StringIO(sample, newline=""), delimiter=separator), _SAMPLE_ROWS))
    except csv.Error:
        return (0,)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    lines = (Line(number, row) for number, row in enumerate(rows, start=1))
    complete, places, _more = worth_of(lines, vocabulary)
    return complete, places, max(widths.values(), default=0)


def _lines(path: Path, kind: str, separator: str) -> Iterator[Line]:
    csv.field_size_limit(LONGEST_CELL)
    try:
        with opened_as_text(path, kind) as lines:
            for number, cells in enumerate(csv.reader(lines, delimiter=separator), start=1):
                yield Line(number, cells)
    except csv.Error as error:
        raise Refused(
            f"有一格超过 {LONGEST_CELL // 10_000} 万字，多半是引号没有配对。请检查后再传"
        ) from error
    except (gzip.BadGzipFile, EOFError, UnicodeError, OSError) as error:
        raise Refused("文件打不开，可能没有传完整。请重新传一次") from error
