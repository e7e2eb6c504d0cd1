"""The tabs of a list: whose rows, and how they stand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.core.access.auth import Actor
from app.core.access.permissions import OURS, Inner, of_ours
from app.core.records.filters import Column, Condition
from app.core.values.clock import today
from app.core.values.enums import LabelledEnum
from app.core.values.terms import DaysState


@dataclass(frozen=True, slots=True)
class View:
    """A tab of a list: all rows, or those that hold for whoever asks. `alarms`: any row is one too many."""

    label: str
    holds: Callable[[Actor], Condition] | None = None
    alarms: bool = False

    def where(self, actor: Actor) -> tuple[Condition, ...]:
        return () if self.holds is None else (self.holds(actor),)


@dataclass(frozen=True, slots=True)
class State:
    """A part of a list; the parts have no row in common, and the one without conditions is the whole. What
    depends on the day is asked for each time: `State("过期", lambda: (Paper.ends_on < today(),))`.
    """

    label: str
    conditions: tuple[Condition, ...] | Callable[[], tuple[Condition, ...]] = ()

    @property
    def where(self) -> tuple[Condition, ...]:
        return self.conditions() if callable(self.conditions) else self.conditions


def whose(owner: Inner, unit: Inner, team: Inner) -> dict[str, View]:
    """The views of records that somebody holds: all, one's own, those of 本组."""
    return {
        "all": View("全部"),
        "mine": View("我的", lambda actor: owner == actor.person_id),
        "team": View(OURS, lambda actor: of_ours(actor, unit, team)),
    }


def this_week(column: Column, label: str) -> View:
    """What is of a day since Monday."""

    def since_monday(_actor: Actor) -> Condition:
        day = today()
        found: Condition = column >= day - timedelta(days=day.weekday())
        return found

    return View(label, since_monday)


def by_days(first: Column, last: Column) -> dict[str, State]:
    """The states of what takes place on some days, and the whole."""
    parts = {
        DaysState.PLANNED: lambda: (first > today(),),
        DaysState.RUNNING: lambda: (first <= today(), last >= today()),
        DaysState.OVER: lambda: (last < today(),),
    }
    return {"all": State("所有状态"), **{one.value: State(one.label, holds) for one, holds in parts.items()}}


def each_of(column: Column, members: type[LabelledEnum], whole: str) -> dict[str, State]:
    """A state for each member of an enum, by its value, and the whole: 所有状态."""
    parts: dict[str, Any] = {one.value: State(one.label, (column == one,)) for one in members}
    return {**parts, "all": State(whole)}
