"""Who may: the permission a route declares; and what 本组 means in every list."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import current_app
from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from app.core.access.auth import Actor, current_actor
from app.core.values.errors import NotAllowed

P = ParamSpec("P")
R = TypeVar("R")
Inner = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]  # a column of inner ids

DECLARED = "__rights__"
PUBLIC = "public"  # no sign-in needed
SIGNED_IN = "signed in"  # any signed-in user


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


def requires(*rights: StrEnum | str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declares what a route needs, one of these rights, and refuses everybody else. Every route carries it; a
    guard says so.
    """

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if PUBLIC not in rights:
                actor = current_actor()
                if actor is None:
                    return current_app.login_manager.unauthorized()  # type: ignore[attr-defined,no-any-return]
                if SIGNED_IN not in rights and actor.permissions.isdisjoint(rights):
                    raise NotAllowed
            return view(*args, **kwargs)

        setattr(guarded, DECLARED, rights)
        return guarded

    return declare
