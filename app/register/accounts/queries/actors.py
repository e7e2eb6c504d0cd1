"""Who asks: the actor behind a session or an account, with the rights, units and teams of today."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Date, bindparam, func, literal, select, union_all

from app.core.access.auth import Actor
from app.core.storage.db import db
from app.core.storage.settled import number_for
from app.core.values.clock import today
from app.core.values.errors import NotFound
from app.core.values.registries import CHARGES
from app.register.accounts.enums import Device
from app.register.accounts.models import (
    Person,
    RecoveryCode,
    SecondStep,
    TeamMembership,
    Unit,
    User,
    UserRole,
    UserSession,
)
from app.register.accounts.queries.people import BELOW, on_day, user_of
from app.register.accounts.rules import (
    SECOND_STEP,
    permissions_of,
    reach_of,
)

# Every request asks who it is: one statement for who, one for where they belong. Plain columns cost half of
# what mapped ones do.
_USER, _PERSON, _UNIT, _ROLE, _OPENED, _TERM = (
    model.__table__.c for model in (User, Person, Unit, UserRole, UserSession, TeamMembership)
)
_WHO = (
    select(
        _USER.id,
        _USER.person_id,
        _USER.must_change_password,
        _PERSON.name,
        _PERSON.unit_id,
        _UNIT.name.label("unit_name"),
        _UNIT.kind,
        _ROLE.role,
    )
    .join_from(User.__table__, Person.__table__, _PERSON.id == _USER.person_id)
    .join(Unit.__table__, _UNIT.id == _PERSON.unit_id)
    .outerjoin(UserRole.__table__, _ROLE.user_id == _USER.id)
    .where(_USER.disabled_at.is_(None))
)
_OF_USER = _WHO.where(_USER.id == bindparam("user_id"))
_OF_TOKEN = (
    _WHO.join(UserSession.__table__, _OPENED.user_id == _USER.id)
    .where(_OPENED.token_hash == bindparam("token_hash"), _OPENED.ended_at.is_(None))
    .add_columns(_OPENED.id.label("session_id"), _OPENED.created_at, _OPENED.seen_at, _OPENED.device)
)
_UNIT_ID, _TEAM_ID, _CHARGE_ID = range(3)


@cache
def _places() -> CompoundSelect[Any]:
    """Where somebody belongs, in one statement with what higher features know them to be charged with."""
    teams = select(_TERM.team_id).where(
        _TERM.person_id == bindparam("person_id"), *on_day(bindparam("day", type_=Date()), _TERM)
    )
    charges = (ask() for ask in CHARGES.values())
    return union_all(
        select(BELOW.c.id, literal(_UNIT_ID).label("kind")),
        teams.add_columns(literal(_TEAM_ID)),
        *(asked.add_columns(literal(_CHARGE_ID)) for asked in charges),
    )


def actor_for_user(user_id: int, session_token: str = "") -> Actor | None:
    """Who a user is at this moment; None for a missing or disabled one."""
    rows = db.session.execute(_OF_USER, {"user_id": user_id}).all()
    return _actor(rows, session_token) if rows else None


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a token of a session that nobody has ended, and what tells whether it has run out."""

    actor: Actor
    session_id: int
    created_at: datetime
    seen_at: datetime
    device: Device


def holder_of(token: str, hashed: str) -> Holder | None:
    """Who holds this token; None for a missing or disabled user. `hashed` is what is stored of it."""
    rows = db.session.execute(_OF_TOKEN, {"token_hash": hashed}).all()
    if not rows:
        return None
    first = rows[0]
    return Holder(_actor(rows, token), first.session_id, first.created_at, first.seen_at, first.device)


class Places(NamedTuple):
    """Where somebody belongs on a day: their unit with every unit under it, their resident teams, and what
    they are charged with.
    """

    unit_ids: frozenset[int]
    team_ids: frozenset[int]
    charge_ids: frozenset[int]


def places_of(person_id: int, unit_id: int, day: date) -> Places:
    """Where somebody belongs on a day."""
    asked = {"person_id": person_id, "unit_id": unit_id, "day": day}
    rows = db.session.execute(_places(), asked).all()
    kinds = (_UNIT_ID, _TEAM_ID, _CHARGE_ID)
    return Places(*(frozenset(place for place, kind in rows if kind == each) for each in kinds))


def _actor(rows: Sequence[Any], session_token: str) -> Actor:
    """Of the rows of one user, one for each role."""
    user, roles = rows[0], frozenset(row.role for row in rows if row.role is not None)
    places = places_of(user.person_id, user.unit_id, today())
    return Actor(
        user_id=user.id,
        person_id=user.person_id,
        name=user.name,
        unit_id=user.unit_id,
        unit_name=user.unit_name,
        roles=frozenset(str(role) for role in roles),
        permissions=permissions_of(roles),
        unit_ids=places.unit_ids,
        team_ids=places.team_ids,
        charge_ids=places.charge_ids,
        reach=reach_of(roles, user.kind),
        must_change_password=user.must_change_password,
        must_begin_second_step=needs_second_step(user.id, roles),
        session_token=session_token,
    )


def has_second_step(user_id: int) -> bool:
    """Whether a user signs in in two steps."""
    return db.session.scalar(select(SecondStep.id).where(SecondStep.user_id == user_id)) is not None


def needs_second_step(user_id: int, roles: Iterable[str]) -> bool:
    """Whether a user with these roles has yet to begin what the county demands of them."""
    return bool(number_for(SECOND_STEP, roles)) and not has_second_step(user_id)


def codes_left(user_id: int) -> int:
    """How many recovery codes of a user are still good."""
    mine = (RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(RecoveryCode).where(*mine)) or 0


def second_step_of(user_id: int) -> SecondStep | None:
    """A user's second step; None for who signs in with the password alone."""
    return db.session.scalar(select(SecondStep).where(SecondStep.user_id == user_id))


def actor_of(person_id: int) -> Actor | None:
    """Who somebody is when they sign in; None for who has no account that works."""
    user = user_of(person_id)
    return actor_for_user(user.id) if user is not None else None


def actor_by_login(login: str) -> Actor:
    """The Actor of an account by its name, for commands; NotFound when missing or disabled."""
    user_id = db.session.scalar(select(User.id).where(User.login == login.lower()))
    actor = actor_for_user(user_id) if user_id is not None else None
    if actor is None:
        raise NotFound
    return actor
