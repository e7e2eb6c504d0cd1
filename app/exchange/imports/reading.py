"""The parent's side of reading: the folder of a batch, the child process, its rows as a stream."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, NamedTuple

from app.core.values.errors import RuleBroken
from app.core.web.receiving import LARGEST_FILE
from app.core.web.tables import WantedColumns
from app.exchange.imports.columns import Layout
from app.exchange.imports.headings import HEADS, MergedCell, find_layout
from app.exchange.imports.vocabulary import Vocabulary, word

ROOT = Path(__file__).resolve().parents[3]
WALL_SECONDS = 90
LARGEST_UPLOAD = LARGEST_FILE
ENDINGS = (".xlsx", ".xlsm", ".xls", ".csv", ".csv.gz", ".tsv", ".txt", ".htm", ".html")
ACCEPTED = ".xlsx,.xlsm,.xls,.csv,.gz,.tsv,.txt,.htm,.html"
ROWS, ABOUT = "rows.jsonl", "about.json"
_WEBPAGE = re.compile(rb"<(?:!doctype html|html|head|meta|table|body|style|\?xml|!--)")
_BEGINNING = 512  # bytes that tell what a file is
_UNREADABLE = "这个文件读不出来：可能已损坏，或者解开后太大。用 Excel 打开后另存为一份新的 xlsx 再传"
_OLD = "是旧版 xls，或者设了打开密码。去掉密码，用 Excel 或 WPS 另存为 xlsx 再传"
_XML = "是「XML 电子表格 2003」，读不了。用 Excel 或 WPS 打开后另存为 xlsx 再传"
_MAIL = "是「单个文件网页」，读不了。用 Excel 或 WPS 打开后另存为 xlsx 再传"

Row = tuple[int, list[str]]
_parsed = json.JSONDecoder().raw_decode  # json.loads looks three times at each line


class FileRow(NamedTuple):
    """A row of the file. `carried` says by column from which row a merged cell was filled down; `wide` over
    how many columns the widest cell of the row is merged.
    """

    number: int
    cells: list[str]
    carried: Mapping[int, int] = {}
    wide: int = 0


@dataclass(frozen=True, slots=True)
class FileChoice:
    """What somebody chose of a file instead of the guess: empty and None leave it to the guess."""

    sheet: str = ""
    header_row: int | None = None
    separator: str = ""


GUESS = FileChoice()


def check_name(file_name: str) -> None:
    """Raises RuleBroken for an ending that no table has. What a file is, its content says."""
    found = re.search(r"(?:\.csv)?\.[^.]+$", file_name.lower())
    if found is None or found[0] not in ENDINGS:
        other = file_name.lower().endswith((".et", ".ods", ".numbers", ".xlsb"))
        todo = "请用 Excel 或 WPS 另存为 xlsx 再传" if other else "请传 xlsx、csv 或 csv.gz 文件"
        raise RuleBroken({"file": f"「{file_name[-40:]}」不是能导入的格式，{todo}"})


def kind_of(beginning: bytes, name: str) -> str:
    """xlsx, csv.gz, html or csv by what the file begins with; raises RuleBroken for what cannot be read."""
    head = beginning.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for start, kind in ((b"pk\x03\x04", "xlsx"), (b"\x1f\x8b", "csv.gz")):
        if head.startswith(start):
            return kind
    told = (
        (beginning.startswith(b"\xd0\xcf\x11\xe0"), _OLD),
        (b"urn:schemas-microsoft-com:office:spreadsheet" in head and head.startswith(b"<?xml"), _XML),
        (head.startswith(b"mime-version:"), _MAIL),
    )
    for is_so, why in told:
        if is_so:
            raise RuleBroken({"file": f"「{name[-40:]}」{why}"})
    if name.lower().endswith((".xlsx", ".xlsm", ".gz")):
        # No program opens such a file either; web pages and text go about as .xls alone.
        raise RuleBroken({"file": f"「{name[-40:]}」的内容和扩展名对不上，请用 Excel 另存为 xlsx 再传"})
    return "html" if _WEBPAGE.match(head) else "csv"


def keep(stream: IO[bytes], folder: Path, name: str) -> str:
    """Copies an upload into the folder of its batch and says what kind it is; RuleBroken for an empty, too
    large or wrong one.
    """
    beginning = stream.read(_BEGINNING)
    if not beginning:
        raise RuleBroken({"file": f"「{name[-40:]}」是空文件，请重新选择"})
    kind = kind_of(beginning, name)
    folder.mkdir(parents=True, exist_ok=True)
    size = len(beginning)
    with source_of(folder, kind).open("wb") as copy:
        copy.write(beginning)
        while chunk := stream.read(1 << 16):
            size += len(chunk)
            if size > LARGEST_UPLOAD:
                copy.close()
                shutil.rmtree(folder)
                raise RuleBroken(
                    {"file": f"文件太大，最大 {LARGEST_UPLOAD // 1024 // 1024} MB。请拆开后再传"}
                )
            copy.write(chunk)
    return kind


def source_of(folder: Path, kind: str) -> Path:
    return folder / f"source.{kind}"


def unpack(folder: Path, kind: str, vocabulary: Vocabulary, choice: FileChoice = GUESS) -> dict[str, Any]:
    """Reads the table that speaks in these words in a limited child process, and keeps what that says beside
    the rows: sheet, sheets, separator, spans, filled, rows. Raises RuleBroken with the reason.
    """
    source = str(source_of(folder, kind))
    command = [sys.executable, "-m", "app.exchange.imports.child", source, kind, str(folder)]
    try:
        done = subprocess.run(
            [*command, choice.sheet, choice.separator],
            cwd=ROOT,
            capture_output=True,
            timeout=WALL_SECONDS,
            env={"PYTHONUTF8": "1", "PATH": ""},
            input=json.dumps(vocabulary.to_json()).encode(),
            check=False,
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else {"problem": _UNREADABLE}
    except (subprocess.TimeoutExpired, ValueError):
        answer = {"problem": _UNREADABLE}
    if "problem" in answer:
        raise RuleBroken({"file": answer["problem"]})
    found: dict[str, Any] = answer
    (folder / ABOUT).write_text(json.dumps(found), encoding="utf-8")
    return found


def rows_of(folder: Path, after: int = 0) -> Iterator[Row]:
    """The rows of the file with their numbers, those after row `after`."""
    return ((row.number, row.cells) for row in file_rows(folder) if row.number > after)


def file_rows(folder: Path) -> Iterator[FileRow]:
    """The same with what is known of merged cells."""
    with (folder / ROWS).open(encoding="utf-8") as lines:
        for line in lines:
            row, _end = _parsed(line)
            yield FileRow(*row) if len(row) == 2 else FileRow(row[0], row[1], dict(row[2]), row[3])


def guess_layout(folder: Path, vocabulary: Vocabulary, choice: FileChoice = GUESS) -> Layout:
    """Headings and meanings as the first rows suggest them, or those of the chosen row. Raises RuleBroken
    when nothing stands in that row.
    """
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    last = max(HEADS, (choice.header_row or 0) + HEADS)
    first: list[Row] = []
    for row in rows_of(folder):
        if row[0] > last:
            break
        first.append(row)
    if choice.header_row and choice.header_row not in {number for number, _cells in first}:
        raise RuleBroken({"heading_row": f"第 {choice.header_row} 行是空的，写表头所在的行"})
    spans = [MergedCell(*span) for span in about["spans"]]
    layout = find_layout(first, vocabulary, about["sheet"], spans=spans, header_row=choice.header_row)
    return layout.changed(
        sheet=about["sheet"],
        separator=about["separator"],
        sheets=tuple((name, rows, hidden) for name, rows, hidden in about["sheets"]),
        from_1904=about["from_1904"],
        headings=_with_nameless(layout, first, about["filled"]),
    )


def _with_nameless(layout: Layout, first: list[Row], filled: list[int]) -> tuple[str, ...]:
    """Columns that hold something under no heading get one by which they can be told."""
    above = [cells for number, cells in first if number <= layout.last_header_row]
    headings = [*layout.headings, *[""] * (len(filled) - len(layout.headings))]
    for place, count in enumerate(filled):
        heads = sum(place < len(cells) and bool(cells[place].strip()) for cells in above)
        if not headings[place] and count > heads:
            headings[place] = f"第 {place + 1} 列（没有表头）"
    return tuple(headings)


def as_lines(stream: IO[bytes], name: str, wanted: WantedColumns) -> str:
    """The wanted columns of a table, a line a row, tabs between the cells, headings first; others are left
    out. Raises RuleBroken with the reason. Nothing of it is kept.
    """
    check_name(name)
    naming = next(iter(wanted.columns))
    words = {column: tuple(map(word, (column, *others))) for column, others in wanted.columns.items()}
    vocabulary = Vocabulary.of(words, noun=wanted.noun, measure="行", naming=naming)
    with TemporaryDirectory() as kept:
        folder = Path(kept)
        unpack(folder, keep(stream, folder, name), vocabulary)
        layout = guess_layout(folder, vocabulary)
        if vocabulary.missing(layout.places):
            raise RuleBroken({"file": f"没有找到「{naming}」这一列的表头，写上表头再传"})
        columns = {column: layout.places[column] for column in wanted.columns if column in layout.places}
        rows = [
            "\t".join(_cell(cells, place) for place in columns.values())
            for _number, cells in rows_of(folder, layout.last_header_row)
        ]
    if len(rows) > wanted.most:
        raise RuleBroken({"file": f"一次最多 {wanted.most} 行，文件里有 {len(rows)} 行，请拆开"})
    return "\n".join(["\t".join(columns), *(row for row in rows if row.strip())])


def _cell(cells: list[str], place: int) -> str:
    return " ".join(cells[place].split()) if place < len(cells) else ""
