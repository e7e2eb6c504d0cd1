"""How many rows there are, up to a cap, for a list and each of its tabs."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, select, true

from app.core.storage.db import db

Key = TypeVar("Key", bound=Hashable)
COUNT_CAP = 10_000


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
