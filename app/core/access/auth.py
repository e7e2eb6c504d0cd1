"""The signed-in person as a frozen value, read afresh for each request; wraps flask_login once."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import cast

import flask_login
from flask import g, has_request_context

from app.core.values.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. Rights and reach are those of this moment; nothing of it is kept in the session."""

    user_id: int | None
    person_id: int | None
    name: str
    unit_id: int | None = None
    unit_name: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    permissions: frozenset[str] = field(default_factory=frozenset)
    unit_ids: frozenset[int] = field(default_factory=frozenset)  # own unit and all below
    team_ids: frozenset[int] = field(default_factory=frozenset)  # resident teams of today
    charge_ids: frozenset[int] = field(default_factory=frozenset)  # what they are charged with today: chains
    reach: int = 0
    must_change_password: bool = False
    must_begin_second_step: bool = False
    session_token: str = ""

    is_active = True
    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        """What flask_login keeps in the cookie: the token of the server-side session."""
        return self.session_token

    def may(self, permission: str) -> bool:
        return permission in self.permissions


SYSTEM = Actor(user_id=None, person_id=None, name="系统")
_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)


def current_actor() -> Actor | None:
    """The person who acts now: the signed-in user, or whoever a command or job acts for."""
    acting = _acting.get()
    if acting is not None:
        return acting
    if not has_request_context() or g.get("without_database"):
        return None
    user = flask_login.current_user
    return cast(Actor, user._get_current_object()) if user.is_authenticated else None


def without_database() -> None:
    """From now on nobody acts in this request: who it is could only be asked of the database, which is away,
    and the page that says so must not ask it.
    """
    g.without_database = True


def is_without_database() -> bool:
    return bool(g.get("without_database"))


def require_actor() -> Actor:
    """The person who acts now; raises NotAllowed when nobody does."""
    actor = current_actor()
    if actor is None:
        raise NotAllowed("请先登录")
    return actor


@contextmanager
def acting_as(actor: Actor) -> Iterator[Actor]:
    """Runs a command or a job on behalf of somebody (or SYSTEM)."""
    token = _acting.set(actor)
    try:
        yield actor
    finally:
        _acting.reset(token)
