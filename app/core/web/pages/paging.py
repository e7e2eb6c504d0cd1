"""The rows of one numbered page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import ColumnElement, Select

from app.core.storage.db import db
from app.core.web.pages.addresses import PAGE_SIZE, SortColumn, url_with
from app.core.web.pages.counting import Count, count_together


class Identified(Protocol):
    """Rows of a list: models or frozen rows with the inner key."""

    @property
    def id(self) -> Any: ...


T = TypeVar("T")
Row = TypeVar("Row", bound=Identified)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One numbered page. `total` is exact to 10,000; above, `capped` is set and pages show 10000+."""

    rows: Sequence[T]
    number: int
    total: int
    capped: bool
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def has_next(self) -> bool:
        return self.number < self.pages or (self.capped and len(self.rows) == self.size)

    def url(self, number: int) -> str:
        """The same list at another page: every other parameter of the URL is kept."""
        return url_with(page=number)


def _turned(column: SortColumn, descending: bool) -> ColumnElement[Any]:
    """Rows without a value come last when the largest come first. SQLite does so by itself; PostgreSQL must
    be told, and only for columns that may be empty, since its index of the others serves plain DESC.
    """
    if not descending:
        return column.asc()
    return column.desc().nulls_last() if getattr(column, "nullable", False) else column.desc()


def order_of(column: SortColumn, tie: SortColumn, descending: bool) -> list[ColumnElement[Any]]:
    """The order of a list; no two rows stand in the same place."""
    return [_turned(one, descending) for one in (column, tie)]


def paginate(
    ids: Select[Any],
    load: Callable[[list[int]], Sequence[Row]],
    *,
    order: SortColumn,
    tie: SortColumn,
    descending: bool,
    number: int,
    size: int = PAGE_SIZE,
    found: Count | None = None,
) -> Page[Row]:
    """A page by deferred join: `ids` selects only the key, so that it walks a covering index;
    `load` then fetches the rows of that one page, in any order, each with an `id`.
    `found`: how many there are, from whoever has counted them already.
    """
    if found is None:
        found = count_together({"rows": ids})["rows"]
    turned = order_of(order, tie, descending)
    keys = list(db.session.scalars(ids.order_by(*turned).limit(size).offset((number - 1) * size)))
    by_id = {row.id: row for row in load(keys)} if keys else {}
    rows = [by_id[key] for key in keys if key in by_id]
    return Page(rows, number, found.number, found.capped, size)
