"""What the address of a page asks for, and addresses that ask for something else beside it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from flask import g, request, url_for
from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.datastructures import MultiDict

from app.core.values.clean import clean_line
from app.core.values.enums import LabelledEnum
from app.core.values.errors import RuleBroken
from app.core.web.budgets import DAY, Budget, declare, spend

Member = TypeVar("Member", bound=LabelledEnum)
PAGE_SIZE = 20
LAST_PAGE = 100_000
READ_PAGES = 20  # that somebody may turn over one by one
# A whole day's work needs a few lists, somebody who takes the county along needs them all.
ROWS_TAKEN = declare(
    Budget("rows_taken", "打印、导出名单和翻到二十页以后", "行", DAY, 10_000, advice="要找的，先把条件缩小")
)
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


def read_sort(columns: Collection[str], default: str) -> Sort:
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
