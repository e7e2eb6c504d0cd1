"""Lists and answers of pages: numbered pages, fixed sortable columns, URL parameters, closing redirect."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Protocol, TypeVar

from flask import flash, redirect, request, url_for
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.wrappers import Response

from app.core.clean import clean_line
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.idempotency import remember


class Identified(Protocol):
    """Rows of a list: models or frozen rows with the inner key."""

    @property
    def id(self) -> Any: ...


T = TypeVar("T")
Row = TypeVar("Row", bound=Identified)
PAGE_SIZE = 20
COUNT_CAP = 10_000
LAST_PAGE = 100_000


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


def url_with(**changed: Any) -> str:
    """The current URL with some query parameters set (None removes one)."""
    parameters: dict[str, Any] = {
        name: values for name, values in request.args.lists() if name not in changed
    }
    parameters |= {name: value for name, value in changed.items() if value is not None}
    return url_for(request.endpoint or "", **(request.view_args or {}), **parameters)


@dataclass(frozen=True, slots=True)
class Sort:
    """The chosen order of a list: a key of its fixed, indexed sortable columns."""

    key: str
    descending: bool

    def url(self, key: str) -> str:
        """The URL that sorts by `key`, turning round when it is the current one."""
        turned = key == self.key and not self.descending
        return url_with(sort=f"-{key}" if turned else key, page=None)


SortColumn = InstrumentedAttribute[Any] | ColumnElement[Any]


def read_sort(columns: Mapping[str, SortColumn], default: str) -> Sort:
    """`?sort=-name`; an unknown key falls back to the default."""
    asked = request.args.get("sort", default)
    key = asked.removeprefix("-")
    if key not in columns:
        asked, key = default, default.removeprefix("-")
    return Sort(key, asked.startswith("-"))


def read_page_number() -> int:
    """`?page=3`; anything that is no positive number is refused with a sentence."""
    return read_int("page", "页码", least=1, most=LAST_PAGE) or 1


def read_int(name: str, label: str, *, least: int, most: int) -> int | None:
    """A whole number of the URL within bounds; raises RuleBroken with what to write instead."""
    asked = request.args.get(name, "").strip()
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 12 and least <= int(asked) <= most):
        raise RuleBroken({name: f"{label}要写 {least} 到 {most} 之间的整数"})
    return int(asked)


def read_date(name: str, label: str) -> date | None:
    """A date of the URL, 2026-11-23; raises RuleBroken with what to write instead."""
    asked = request.args.get(name, "").strip()
    if not asked:
        return None
    try:
        found = date.fromisoformat(asked)
    except ValueError:
        raise RuleBroken({name: f"{label}要写成 2026-11-23 这样，并且是真有的一天"}) from None
    if not 1900 <= found.year <= 2100:
        raise RuleBroken({name: f"{label}的年份要在 1900 到 2100 之间"})
    return found


def read_text(name: str, longest: int = 100) -> str:
    """A text of the URL, cleaned and cut."""
    return clean_line(request.args.get(name, ""))[:longest]


def _turned(column: SortColumn, descending: bool) -> ColumnElement[Any]:
    """Rows without a value come last when the largest come first. SQLite does so by itself; PostgreSQL must
    be told, and only for columns that may be empty, since its index of the others serves plain DESC.
    """
    if not descending:
        return column.asc()
    return column.desc().nulls_last() if getattr(column, "nullable", False) else column.desc()


def paginate(
    ids: Select[Any],
    load: Callable[[list[int]], Sequence[Row]],
    *,
    order: SortColumn,
    tie: SortColumn,
    descending: bool,
    number: int,
    size: int = PAGE_SIZE,
) -> Page[Row]:
    """A page by deferred join: `ids` selects only the key, so that it walks a covering index;
    `load` then fetches the rows of that one page, in any order, each with an `id`.
    """
    counted = select(func.count()).select_from(ids.order_by(None).limit(COUNT_CAP + 1).subquery())
    found = db.session.scalar(counted) or 0
    turned = [_turned(column, descending) for column in (order, tie)]
    keys = list(db.session.scalars(ids.order_by(*turned).limit(size).offset((number - 1) * size)))
    by_id = {row.id: row for row in load(keys)} if keys else {}
    rows = [by_id[key] for key in keys if key in by_id]
    return Page(rows, number, min(found, COUNT_CAP), found > COUNT_CAP, size)


def done(location: str, message: str = "") -> Response:
    """Ends a view that wrote: keeps the idempotent answer, commits once, says so, redirects."""
    remember(location)
    db.session.commit()
    if message:
        flash(message)
    return redirect(location, 303)
