"""What a list says of each row, cell by cell, with what the table needs to know of each."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from app.core.records.columns import Cell, ListColumn


class CellOnPage(NamedTuple):
    """A cell as the table of a list shows it. `attributes` are those of its `<td>`; `plain` are its words
    where nothing stands beside them, as in most cells: the template writes them without another question.
    """

    attributes: Markup
    plain: str
    column: ListColumn
    cell: Cell


def cell_of(column: ListColumn, row: Any) -> Cell:
    """What stands under a column in a row."""
    said = column.cell(row)
    return said if isinstance(said, Cell) else Cell("" if said is None else str(said))


def on_page(columns: Sequence[ListColumn], rows: Sequence[Any]) -> list[tuple[CellOnPage, list[CellOnPage]]]:
    """Of each row the leading cell and the others. The attributes of a column are written once for all rows
    that have the same.
    """
    written: dict[tuple[int, str, bool], Markup] = {}

    def shown(place: int, column: ListColumn, row: Any) -> CellOnPage:
        cell = cell_of(column, row)
        key = (place, cell.phone, bool(column.unit and cell.words) and not cell.is_bare)
        if key not in written:
            written[key] = _attributes(column, *key[1:])
        return CellOnPage(written[key], cell.words if cell.is_plain else "", column, cell)

    places = list(enumerate(columns))
    told = ([shown(place, column, row) for place, column in places] for row in rows)
    return [(cells[0], cells[1:]) for cells in told]


def _attributes(column: ListColumn, phone: str, has_unit: bool) -> Markup:
    kind = f" {column.kind}" if column.kind else ""
    told = Markup('class="card-{}{}"').format(phone or column.phone, kind)
    if has_unit:
        told += Markup(' data-unit="{}"').format(column.unit)
    if column.is_named:
        told += Markup(' data-label="{}"').format(column.label)
    return told
