"""Lists and answers of pages: numbered pages, fixed sortable columns, URL parameters, closing redirect."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import parse_qsl, urlencode

from flask import flash, g, redirect, request, url_for
from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, select, true
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.core.storage.db import db, end_writing
from app.core.values.clean import clean_line
from app.core.values.enums import LabelledEnum
from app.core.values.errors import RuleBroken
from app.core.web.budgets import DAY, Budget, declare, spend
from app.core.web.forms import BaseForm
from app.core.web.idempotency import remember
from app.core.web.unsaved import shown_only


class Identified(Protocol):
    """Rows of a list: models or frozen rows with the inner key."""

    @property
    def id(self) -> Any: ...


T = TypeVar("T")
Row = TypeVar("Row", bound=Identified)
Key = TypeVar("Key", bound=Hashable)
Member = TypeVar("Member", bound=LabelledEnum)
PAGE_SIZE = 20
COUNT_CAP = 10_000
LAST_PAGE = 100_000
READ_PAGES = 20  # that somebody may turn over one by one
# A whole day's work needs a few lists, somebody who takes the county along needs them all.
ROWS_TAKEN = declare(
    Budget("rows_taken", "打印、导出名单和翻到二十页以后", "行", DAY, 10_000, advice="要找的，先把条件缩小")
)


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


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows there are: exact to 10,000; above, only that there are more."""

    number: int
    capped: bool = False

    def __str__(self) -> str:
        return f"{self.number:,}{'+' if self.capped else ''}"

    def __bool__(self) -> bool:
        return self.number > 0


def count_together(asked: Mapping[Key, Select[Any]]) -> dict[Key, Count]:
    """How many rows each of some questions finds, in one statement; each stops counting past 10,000, so that
    what stands on the tabs of a list costs no more when the county has worked for years.
    """
    found = db.session.execute(select(*(_capped(rows) for rows in asked.values()))).one()
    return {key: _count(number) for key, number in zip(asked, found, strict=True)}


Conditions = Sequence[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Tabs:
    """How many rows each tab of a list holds under the other filters: the views within the state that is
    shown, the states within the view that is shown, and the two together.
    """

    views: Mapping[str, Count]
    states: Mapping[str, Count]
    shown: Count


def count_tabs(
    rows: Select[Any],
    *,
    views: Mapping[str, Conditions],
    view: str,
    states: Mapping[str, Conditions] | None = None,
    state: str = "",
    at_once: bool,
) -> Tabs:
    """Counts the tabs of a list in one statement. `rows` are narrowed by all that the tabs have in common.
    Each tab reads up to its ten-thousandth row, which an index finds soon; with `at_once` all rows are read
    once for all tabs, since words are looked for in them and each reading would look again. The states part
    the rows among them; one without conditions is the whole.
    """
    states = states or {}
    # In their order, each once: the state that is shown in the view that is shown is a tab of both.
    tabs = dict.fromkeys([(state, name) for name in views] + [(name, view) for name in states])
    whole = next((name for name, kept in states.items() if not kept and name != state), None)
    kept = {
        (of_state, of_view): and_(true(), *states.get(of_state, ()), *views[of_view])
        for of_state, of_view in tabs
        if of_state != whole
    }
    found = _in_one_reading(rows, kept) if at_once else count_together(_each(rows, kept))
    if whole is not None:
        found[whole, view] = _together([found[name, view] for name in states if name != whole])
    of_views = {name: found[state, name] for name in views}
    return Tabs(of_views, {name: found[name, view] for name in states}, of_views[view])


def _together(parts: Iterable[Count]) -> Count:
    """How many rows some parts hold that have none in common."""
    counts = list(parts)
    number = sum(count.number for count in counts)
    return Count(min(number, COUNT_CAP), number > COUNT_CAP or any(count.capped for count in counts))


def _each(rows: Select[Any], kept: Mapping[Key, ColumnElement[bool]]) -> dict[Key, Select[Any]]:
    return {tab: rows.where(condition) for tab, condition in kept.items()}


def _in_one_reading(rows: Select[Any], kept: Mapping[Key, ColumnElement[bool]]) -> dict[Key, Count]:
    counts = rows.with_only_columns(*(func.count().filter(condition) for condition in kept.values()))
    found = db.session.execute(counts).one()
    return {tab: _count(number) for tab, number in zip(kept, found, strict=True)}


def _capped(rows: Select[Any]) -> ScalarSelect[int]:
    cut = rows.order_by(None).limit(COUNT_CAP + 1).subquery()
    return select(func.count()).select_from(cut).scalar_subquery()


def _count(number: int) -> Count:
    return Count(min(number, COUNT_CAP), number > COUNT_CAP)


_query: ContextVar[MultiDict[str, str] | None] = ContextVar("query", default=None)


@contextmanager
def of_query(query: str) -> Iterator[None]:
    """Within it every `read_…` reads this query, `state=open&sort=-amount`, instead of that of the address: a
    list as it was asked for elsewhere.
    """
    token = _query.set(MultiDict(parse_qsl(query)))
    try:
        yield
    finally:
        _query.reset(token)


def _asked() -> MultiDict[str, str]:
    query = _query.get()
    return request.args if query is None else query


def url_with(**changed: Any) -> str:
    """The current URL with some query parameters set (None removes one)."""
    parameters: dict[str, Any] = {
        name: values for name, values in request.args.lists() if name not in changed
    }
    parameters |= {name: value for name, value in changed.items() if value is not None}
    parameters = parameters or g.get("spelled_out", {})
    return url_for(request.endpoint or "", **(request.view_args or {}), **parameters)


def spell_out(whole: Mapping[str, str]) -> None:
    """In this answer an address that asks for nothing says so, since a bare one opens something else."""
    g.spelled_out = dict(whole)


def asked_again(*dropped: str) -> dict[str, Any]:
    """The parameters of the current URL, for another page that takes them as well, save some."""
    return {name: values for name, values in request.args.lists() if name not in dropped}


def query_again(*dropped: str) -> str:
    """The same as a query, without what is empty; `of_query` reads it."""
    given = _asked().items(multi=True)
    return urlencode([(name, value) for name, value in given if value and name not in dropped])


@dataclass(frozen=True, slots=True)
class Sort:
    """The chosen order of a list: a key of its fixed, indexed sortable columns."""

    key: str
    descending: bool

    @classmethod
    def of(cls, asked: str) -> "Sort":
        """`-name` is by name, the largest first."""
        return cls(asked.removeprefix("-"), asked.startswith("-"))

    def url(self, key: str) -> str:
        """The URL that sorts by `key`, turning round when it is the current one."""
        turned = key == self.key and not self.descending
        return url_with(sort=f"-{key}" if turned else key, page=None)


SortColumn = InstrumentedAttribute[Any] | ColumnElement[Any]


def read_sort(columns: Mapping[str, SortColumn], default: str) -> Sort:
    """`?sort=-name`; empty is the default, an unknown key is refused with a sentence."""
    asked = read_text("sort", 40) or default
    sort = Sort.of(asked)
    if sort.key not in columns:
        raise RuleBroken({"sort": f"不能按「{asked}」排序，请点列表的表头来排"})
    return sort


def read_choice(name: str, label: str, choices: Iterable[tuple[str, str]]) -> str:
    """One code of `choices` (code, label) from the URL, empty when absent; any other is refused with a
    sentence that says which there are.
    """
    return _known(read_text(name, 40), name, label, dict(choices))


def read_state(states: Mapping[str, str], *, narrowed: bool) -> str:
    """`?state=`: which part of a list is shown and summed. The first unless told, or unless what was asked
    for beside it (a stage, the archive) says more: then all.
    """
    asked = read_choice("state", "范围", states.items())
    return asked or ("all" if narrowed else next(iter(states)))


def read_member(name: str, label: str, members: type[Member]) -> Member | None:
    """The same for an enum: `?source=chain`."""
    asked = read_choice(name, label, members.choices())
    return members(asked) if asked else None


def read_members(name: str, label: str, members: type[Member]) -> frozenset[Member]:
    """Any number of an enum: `?stage=lead&stage=assessed`."""
    known = dict(members.choices())
    asked = (clean_line(text)[:40] for text in _asked().getlist(name))
    return frozenset(members(_known(text, name, label, known)) for text in asked if text)


def read_flag(name: str, label: str) -> bool:
    """`?archived=1`; absent is no."""
    return bool(read_choice(name, label, [("1", "是")]))


def _known(asked: str, name: str, label: str, choices: Mapping[str, str]) -> str:
    if asked and asked not in choices:
        words = "、".join(f"{words}（{code}）" for code, words in choices.items() if code)
        raise RuleBroken({name: f"{label}没有「{asked}」这一项，请从页面上选；网址里可以写 {words}"})
    return asked


def read_page_number() -> int:
    """`?page=3`; anything that is no positive number is refused with a sentence. Pages far down a list count
    as rows that are taken along: nobody reads so far who looks for something.
    """
    number = read_int("page", "页码", least=1, most=LAST_PAGE) or 1
    if number > READ_PAGES and request.method == "GET":
        spend(ROWS_TAKEN, PAGE_SIZE)
    return number


def read_int(name: str, label: str, *, least: int, most: int) -> int | None:
    """A whole number of the URL within bounds; raises RuleBroken with what to write instead."""
    asked = _asked().get(name, "").strip()
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 12 and least <= int(asked) <= most):
        raise RuleBroken({name: f"{label}要写 {least} 到 {most} 之间的整数"})
    return int(asked)


def read_date(name: str, label: str) -> date | None:
    """A date of the URL, 2026-11-23; raises RuleBroken with what to write instead."""
    asked = _asked().get(name, "").strip()
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
    return clean_line(_asked().get(name, ""))[:longest]


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


def took(form: BaseForm, act: Callable[[], object]) -> bool:
    """Whether what was typed was taken; if not, the form says why, nothing stays half-written, and the page
    that shows the form again holds no write lock. One that is only to be shown (`unsaved`) is not taken.
    """
    if not shown_only() and form.validate():
        try:
            act()
            return True
        except RuleBroken as broken:
            form.refuse(broken)
    end_writing()
    return False


def refusal_leads_to(url: str) -> None:
    """The page of the record in hand: where somebody goes on from a refusal, such as a conflict."""
    g.record_url = url


def done(
    location: str,
    message: str = "",
    *,
    link: tuple[str, str] | None = None,
    undo: tuple[str, Mapping[str, Any]] | None = None,
) -> Response:
    """Ends a view that wrote: keeps the idempotent answer, commits once, says so, redirects.

    Beside the message stand `link` (words, address): where somebody may want to go next; and `undo` (address,
    hidden values): what a press on 撤销 posts.
    """
    remember(location)
    db.session.commit()
    if message:
        beside: dict[str, Any] = {"label": link[0], "url": link[1]} if link else {}
        taken_back = {"undo_url": undo[0], "undo_fields": dict(undo[1])} if undo else {}
        told: Any = {"text": message} | beside | taken_back if beside or taken_back else message
        flash(told)
    return redirect(location, 303)
