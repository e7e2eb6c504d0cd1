"""Tables in a web page: many systems export one under the name of a spreadsheet (.xls)."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from app.exchange.imports.child.bounds import CHUNK, EMPTY, MOST_COLUMNS, MOST_ROWS, TOO_MANY_ROWS, Refused
from app.exchange.imports.child.tables import Line, Table, TableOffered, filled, is_blank, worth_of
from app.exchange.imports.child.texts import opened_as_text
from app.exchange.imports.headings import HEADS, MergedCell
from app.exchange.imports.vocabulary import Vocabulary

_MOST_TABLES = 200
_BREAKS = {"br", "p", "div", "li"}
_SILENT = {"style", "script", "title"}


class _TablesOfPage(HTMLParser):
    """Every table of the page as rows of text; a cell over several rows or columns becomes a span."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.spans: list[list[MergedCell]] = []
        self._cell: list[str] | None = None
        self._size = (1, 1)
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table":
            self._close_cell()
            if len(self.tables) < _MOST_TABLES:
                self.tables.append([])
                self.spans.append([])
        elif tag == "tr" and self.tables:
            self._close_cell()
            self.tables[-1].append([])
            if len(self.tables[-1]) > MOST_ROWS:
                raise Refused(TOO_MANY_ROWS)
        elif tag in {"td", "th"} and self.tables and self.tables[-1]:
            self._close_cell()
            self._cell = []
            given = dict(attrs)
            self._size = (_count(given.get("rowspan")), _count(given.get("colspan")))
        elif tag in _BREAKS and self._cell:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in {"td", "th", "tr", "table"}:
            self._close_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._silent:
            self._cell.append(data)

    def _close_cell(self) -> None:
        if self._cell is None:
            return
        rows, columns = self._size
        table, spans = self.tables[-1], self.spans[-1]
        row, number = table[-1], len(table)
        while any(span.covers(number, len(row)) for span in spans[-MOST_COLUMNS:]):
            row.append("")
        if rows > 1 or columns > 1:
            spans.append(MergedCell(number, len(row), number + rows - 1, len(row) + columns - 1))
        text = "".join(self._cell)
        row.append("\n".join(" ".join(line.split()) for line in text.splitlines()).strip())
        row.extend([""] * (columns - 1))
        self._cell = None


def _count(text: str | None) -> int:
    return min(max(int(text), 1), MOST_COLUMNS) if text and text.isascii() and text.isdigit() else 1


def webpage_table(path: Path, wanted: str, vocabulary: Vocabulary) -> Table:
    """The table of a page whose first rows say most, or the wanted one. Raises Refused."""
    reader = _TablesOfPage()
    with opened_as_text(path, "html") as text:
        while chunk := text.read(CHUNK):
            reader.feed(chunk)
    reader.close()
    names = [f"第 {number} 个表格" for number in range(1, len(reader.tables) + 1)]
    choices = tuple(
        TableOffered(name, sum(any(not is_blank(cell) for cell in row) for row in table))
        for name, table in zip(names, reader.tables, strict=True)
    )
    chosen = [place for place, choice in enumerate(choices) if choice.rows and wanted in {"", choice.name}]
    if not chosen:
        raise Refused(EMPTY)
    best = max(
        chosen,
        key=lambda place: worth_of(_lines(reader.tables[place][:HEADS]), vocabulary, reader.spans[place]),
    )
    spans = tuple(reader.spans[best])
    return Table(filled(_lines(reader.tables[best]), spans), names[best], choices, spans=spans)


def _lines(rows: list[list[str]]) -> Iterator[Line]:
    for number, row in enumerate(rows, start=1):
        yield Line(number, row)
