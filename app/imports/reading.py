"""The parent's side of reading: the folder of a batch, the child process, its rows as a stream."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from app.core.errors import RuleBroken
from app.imports.columns import HEADER_WITHIN, Layout, find_layout

ROOT = Path(__file__).resolve().parents[2]
WALL_SECONDS = 90
LARGEST_UPLOAD = 20 * 1024 * 1024
ENDINGS = {".xlsx": "xlsx", ".csv": "csv", ".csv.gz": "csv.gz"}
ACCEPTED = ".xlsx,.csv,.gz"
ROWS = "rows.jsonl"
_BEGINNINGS = {"xlsx": (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"), "csv.gz": (b"\x1f\x8b",)}
_UNREADABLE = "这个文件读不出来：可能已损坏，或者解开后太大。用 Excel 打开后另存为一份新的 xlsx 再传"

Row = tuple[int, list[str]]


def kind_of(file_name: str) -> str:
    """xlsx, csv or csv.gz by the ending of the name; raises RuleBroken for others."""
    found = re.search(r"(?:\.csv)?\.[^.]+$", file_name.lower())
    kind = ENDINGS.get(found[0]) if found else None
    if kind is None:
        old = file_name.lower().endswith((".xls", ".et", ".ods", ".numbers"))
        todo = "请用 Excel 或 WPS 另存为 xlsx 再传" if old else "请传 xlsx、csv 或 csv.gz 文件"
        raise RuleBroken({"file": f"「{file_name[-40:]}」不是能导入的格式，{todo}"})
    return kind


def keep(stream: IO[bytes], folder: Path, kind: str, name: str) -> None:
    """Copies an upload into the folder of its batch; RuleBroken for an empty, too large or wrong one."""
    beginning = stream.read(8)
    if not beginning:
        raise RuleBroken({"file": f"「{name[-40:]}」是空文件，请重新选择"})
    if kind in _BEGINNINGS and not beginning.startswith(_BEGINNINGS[kind]):
        raise RuleBroken({"file": f"「{name[-40:]}」的内容和扩展名对不上，请用 Excel 另存为 xlsx 再传"})
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


def source_of(folder: Path, kind: str) -> Path:
    return folder / f"source.{kind}"


def unpack(folder: Path, kind: str) -> dict[str, Any]:
    """Reads the file in a limited child process; {"sheet", "rows"}. Raises RuleBroken with the reason."""
    command = [sys.executable, "-m", "app.imports.child", str(source_of(folder, kind)), kind, str(folder)]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            capture_output=True,
            timeout=WALL_SECONDS,
            env={"PYTHONUTF8": "1", "PATH": ""},
            stdin=subprocess.DEVNULL,
            check=False,
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else {"problem": _UNREADABLE}
    except (subprocess.TimeoutExpired, ValueError):
        answer = {"problem": _UNREADABLE}
    if "problem" in answer:
        raise RuleBroken({"file": answer["problem"]})
    found: dict[str, Any] = answer
    return found


def rows_of(folder: Path, after: int = 0) -> Iterator[Row]:
    """The rows of the file with their numbers, those after row `after`."""
    with (folder / ROWS).open(encoding="utf-8") as lines:
        for line in lines:
            number, cells = json.loads(line)
            if number > after:
                yield number, cells


def guess_layout(folder: Path, sheet: str) -> Layout:
    """Headings and meanings as the first rows suggest them."""
    first: list[Row] = []
    for row in rows_of(folder):
        if row[0] > HEADER_WITHIN and first:
            break
        first.append(row)
        if len(first) == HEADER_WITHIN:
            break
    return find_layout(first, sheet)
