"""`python -m app.exchange.imports.child SOURCE KIND FOLDER SHEET SEPARATOR`; the last two may be empty. By
which words the wanted table is known comes as JSON from standard input.

It limits its own memory, processor time and output first, since a spreadsheet of two kilobytes can ask a
reader for 512 GiB. Rows go to rows.jsonl, one `[row number, [cells]]` a line, with two more items where
merged cells matter; the last word, a JSON object with the sheets, the separator and the count, or the reason
of a refusal, to standard output. Of the app only rooms without a framework are loaded.
"""

import json
import resource
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from app.exchange.imports.child.bounds import (
    CPU_SECONDS,
    EMPTY,
    LARGEST_OUTPUT,
    LONGEST_CELL,
    MEMORY,
    MOST_COLUMNS,
    MOST_ROWS,
    TOO_LARGE,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    Refused,
)
from app.exchange.imports.child.tables import Line, Table, is_blank
from app.exchange.imports.child.texts import text_table
from app.exchange.imports.child.webpages import webpage_table
from app.exchange.imports.child.workbook import workbook_table
from app.exchange.imports.vocabulary import Vocabulary

_SPANS_TOLD = 200  # rows from the top in which headings may stand


def limit_myself() -> None:
    """Beyond these the kernel ends this process, and only this one."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_OUTPUT, LARGEST_OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(
    path: Path, kind: str, folder: Path, sheet: str, separator: str, vocabulary: Vocabulary
) -> dict[str, Any]:
    """Writes all rows that hold anything to rows.jsonl; returns what the file is and what else is in it."""
    if not path.stat().st_size:
        raise Refused("文件是空的，请重新选择")
    if kind == "xlsx":
        table = workbook_table(path, folder, sheet, vocabulary)
    elif kind == "html":
        table = webpage_table(path, sheet, vocabulary)
    else:
        table = text_table(path, kind, separator, vocabulary)
    count, filled = _written(table, folder / "rows.jsonl")
    if not count:
        raise Refused(EMPTY)
    return {
        "sheet": table.name,
        "sheets": [[choice.name, choice.rows, choice.is_hidden] for choice in table.choices],
        "separator": table.separator,
        "from_1904": table.from_1904,
        "spans": [list(span) for span in table.spans if span.row <= _SPANS_TOLD],
        "filled": [filled[column] for column in range(max(filled) + 1)],
        "rows": count,
    }


def _written(table: Table, target: Path) -> tuple[int, Counter[int]]:
    """How many rows were written, and how many of them fill each column."""
    count, filled = 0, Counter[int]()
    with target.open("w", encoding="utf-8") as lines:
        for line in table.lines:
            columns = [column for column, cell in enumerate(line.cells) if not is_blank(cell)]
            if not columns:
                continue
            _check_shape(line)
            filled.update(columns)
            lines.write(json.dumps(_kept(line), ensure_ascii=True) + "\n")
            count += 1
    return count, filled


def _kept(line: Line) -> list[Any]:
    if line.carried or line.wide:
        return [line.number, line.cells, list(line.carried.items()), line.wide]
    return [line.number, line.cells]


def _check_shape(line: Line) -> None:
    if line.number > MOST_ROWS:
        raise Refused(TOO_MANY_ROWS)
    if len(line.cells) > MOST_COLUMNS:
        raise Refused(TOO_MANY_COLUMNS)
    if any(len(cell) > LONGEST_CELL for cell in line.cells):
        raise Refused(f"第 {line.number} 行有一格超过 {LONGEST_CELL // 10_000} 万字。请缩短后再传")


def main(arguments: list[str]) -> None:
    """Reads one file and says on standard output what came of it."""
    source, kind, folder, sheet, separator = arguments
    limit_myself()
    try:
        vocabulary = Vocabulary.from_json(json.load(sys.stdin))
        answer = read(Path(source), kind, Path(folder), sheet, separator, vocabulary)
    except Refused as refusal:
        answer = {"problem": str(refusal)}
    except MemoryError:
        answer = {"problem": TOO_LARGE}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
