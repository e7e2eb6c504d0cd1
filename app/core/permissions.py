"""Who may: the permission a route declares, and Scope, the one visibility rule in its three uses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import current_app
from sqlalchemy import ColumnElement, and_, false, func, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from app.core.auth import Actor, current_actor
from app.core.errors import NotAllowed
from app.core.reach import Reach

P = ParamSpec("P")
R = TypeVar("R")
Inner = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]  # a column of inner ids

DECLARED = "__permission__"
PUBLIC = "public"  # no sign-in needed
SIGNED_IN = "signed in"  # any signed-in user


@dataclass(frozen=True, slots=True)
class AccessColumns:
    """What visibility depends on in one table (or projection), as SQL conditions.

    `named` says "this person is named on the row": owner, author, participant.
    """

    confidential: ColumnElement[bool]
    unit_in: Callable[[list[int]], ColumnElement[bool]]
    team_in: Callable[[list[int]], ColumnElement[bool]]
    named: Callable[[int], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class AccessFacts:
    """The same facts of one object, as values."""

    confidential: bool
    unit_ids: frozenset[int]
    team_ids: frozenset[int]
    named: frozenset[int]

    def tokens(self) -> tuple[str, ...]:
        """Search tokens of the object: whoever holds one of them may find it."""
        named = sorted(f"p:{person}" for person in self.named)
        if self.confidential:
            return tuple(named)
        units = sorted(f"u:{unit}" for unit in self.unit_ids)
        return ("county", *units, *sorted(f"t:{team}" for team in self.team_ids), *named)


@dataclass(frozen=True, slots=True)
class Scope:
    """What one person may see of one kind of record: own → team → unit → county.

    A confidential record is seen only by the people named on it, whatever the reach.
    """

    person_id: int | None
    reach: Reach
    unit_ids: frozenset[int] = field(default_factory=frozenset)
    team_ids: frozenset[int] = field(default_factory=frozenset)

    def where(self, columns: AccessColumns) -> ColumnElement[bool]:
        """The condition for SQL."""
        if self.reach is Reach.NONE or self.person_id is None:
            return false()
        # the cheap half first: `named` may look into another table
        return or_(and_(~columns.confidential, self._within(columns)), columns.named(self.person_id))

    def _within(self, columns: AccessColumns) -> ColumnElement[bool]:
        if self.reach is Reach.COUNTY:
            return true()
        ways: list[ColumnElement[bool]] = []
        if self.reach >= Reach.UNIT and self.unit_ids:
            ways.append(columns.unit_in(sorted(self.unit_ids)))
        if self.reach >= Reach.TEAM and self.team_ids:
            ways.append(columns.team_in(sorted(self.team_ids)))
        return or_(*ways) if ways else false()

    def allows(self, facts: AccessFacts) -> bool:
        """The same rule for one object."""
        if self.reach is Reach.NONE or self.person_id is None:
            return False
        if self.person_id in facts.named:
            return True
        if facts.confidential:
            return False
        return (
            self.reach is Reach.COUNTY
            or (self.reach >= Reach.UNIT and bool(self.unit_ids & facts.unit_ids))
            or (self.reach >= Reach.TEAM and bool(self.team_ids & facts.team_ids))
        )

    def tokens(self) -> tuple[str, ...]:
        """The same rule for the search index: the tokens this person holds."""
        if self.reach is Reach.NONE or self.person_id is None:
            return ()
        tokens = [f"p:{self.person_id}"]
        if self.reach is Reach.COUNTY:
            return ("county", *tokens)
        if self.reach >= Reach.UNIT:
            tokens += [f"u:{unit}" for unit in sorted(self.unit_ids)]
        if self.reach >= Reach.TEAM:
            tokens += [f"t:{team}" for team in sorted(self.team_ids)]
        return tuple(tokens)


def unseen(visible: ColumnElement[bool]) -> ColumnElement[bool]:
    """What a condition of `Scope.where` leaves out. A row without a unit or a team is unknown to it, and the
    opposite of unknown would be unknown again.
    """
    return func.coalesce(visible, false()).is_(False)


def of_ours(actor: Actor, unit: Inner, team: Inner) -> ColumnElement[bool]:
    """本组: what belongs to the resident teams somebody is in today; for who is in none, to the own unit and
    those below. The one meaning of 本组, in every list.
    """
    if actor.team_ids:
        return team.in_(sorted(actor.team_ids))
    return unit.in_(sorted(actor.unit_ids))


OURS = "本组或本单位"  # where it is not known yet who asks


def called_ours(actor: Actor) -> str:
    """What `of_ours` keeps to, as lists and the home page call it to this person."""
    return "本组" if actor.team_ids else "本单位"


def called_views(views: Mapping[str, str], actor: Actor) -> dict[str, str]:
    """The views of a list in the words of this person: `team` is what `of_ours` keeps to."""
    return {view: called_ours(actor) if view == "team" else label for view, label in views.items()}


def requires(permission: StrEnum | str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declares what a route needs and refuses everybody else. Every route carries it; a guard says so."""

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if permission != PUBLIC:
                actor = current_actor()
                if actor is None:
                    return current_app.login_manager.unauthorized()  # type: ignore[attr-defined,no-any-return]
                if permission != SIGNED_IN and permission not in actor.permissions:
                    raise NotAllowed()
            return view(*args, **kwargs)

        setattr(guarded, DECLARED, permission)
        return guarded

    return declare
