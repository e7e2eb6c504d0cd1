"""People and units as they are looked up by whoever needs one."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    or_,
    select,
)
from sqlalchemy.orm import joinedload

from app.core.access.auth import current_actor
from app.core.storage.db import db
from app.core.values.errors import NotFound
from app.register.accounts.enums import Role, UnitKind
from app.register.accounts.models import (
    Person,
    TeamMembership,
    Unit,
    User,
    UserRole,
)


def get_unit(public_id: str) -> Unit:
    """A unit by its public id; NotFound otherwise."""
    found = db.session.scalar(select(Unit).where(Unit.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def get_person(public_id: str) -> Person:
    """A person by their public id; NotFound otherwise."""
    found = db.session.scalar(select(Person).where(Person.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def list_units(*kinds: UnitKind) -> list[Unit]:
    """Units in use, of these kinds (all when none is given), in the order the administrator gave."""
    query = select(Unit).where(Unit.archived_at.is_(None)).order_by(Unit.position, Unit.id)
    return list(db.session.scalars(query.where(Unit.kind.in_(kinds)) if kinds else query))


def list_people() -> list[Person]:
    """People still here, by name."""
    query = select(Person).where(Person.archived_at.is_(None)).options(joinedload(Person.unit))
    return list(db.session.scalars(query.order_by(Person.name, Person.id)))


def bureau_heads() -> list[Person]:
    """The heads of the 招商局 who can sign in, who came first first."""
    query = (
        select(Person)
        .join(User, User.person_id == Person.id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == Role.BUREAU_HEAD, User.disabled_at.is_(None), Person.archived_at.is_(None))
        .options(joinedload(Person.unit))
        .order_by(Person.id)
    )
    return list(db.session.scalars(query))


def at_work() -> ColumnElement[bool]:
    """The condition on Person: still here, and not shut out by a disabled account."""
    shut_out = select(User.person_id).where(User.disabled_at.is_not(None))
    return and_(Person.archived_at.is_(None), Person.id.not_in(shut_out))


def can_sign_in() -> ColumnElement[bool]:
    """The condition on Person: at work, with an account. Nobody else is given work, which they never saw."""
    return and_(at_work(), Person.id.in_(select(User.person_id)))


def why_no_work(person: Person) -> str | None:
    """Why somebody can be given nothing to do: the sentence, None for who can sign in."""
    if person.is_archived:
        return f"{person.name}已经离开，请从名单里选别人"
    if _has_just_signed_in(person):
        return None
    user = user_of(person.id)
    if user is None:
        return f"{person.name}没有账号，不能登录来办，请从名单里选别人"
    return None if user.disabled_at is None else f"{person.name}的账号已停用，请从名单里选别人"


def _has_just_signed_in(person: Person) -> bool:
    """Whoever acts gives most work to themselves, and need not be looked up again."""
    actor = current_actor()
    return actor is not None and actor.user_id is not None and actor.person_id == person.id


def names_of(person_ids: Iterable[int | None]) -> dict[int, str]:
    """What people are called, by their ids."""
    ids = {person_id for person_id in person_ids if person_id is not None}
    if not ids:
        return {}
    query = select(Person.id, Person.name).where(Person.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(query)}


_UNITS = Unit.__table__.c
_TOP = select(_UNITS.id).where(_UNITS.id == bindparam("unit_id")).cte("below", recursive=True)
BELOW = _TOP.union(select(_UNITS.id).join(_TOP, _UNITS.parent_id == _TOP.c.id))


def unit_ids_below(unit_id: int) -> frozenset[int]:
    """The unit itself and every unit under it."""
    return frozenset(db.session.scalars(select(BELOW.c.id), {"unit_id": unit_id}))


def on_day(day: date | BindParameter[date], of: Any = TeamMembership) -> tuple[ColumnElement[bool], ...]:
    """That a term covers a day; its first and its last day belong to it."""
    return of.starts_on <= day, or_(of.ends_on.is_(None), of.ends_on >= day)


def team_on(person_id: int, day: date) -> int | None:
    """The resident team of a person on a day; the one joined last when there were two."""
    query = (
        select(TeamMembership.team_id)
        .where(TeamMembership.person_id == person_id, *on_day(day))
        .order_by(TeamMembership.starts_on.desc(), TeamMembership.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def user_of(person_id: int) -> User | None:
    """The sign-in of a person, None when they have none."""
    return db.session.scalar(select(User).where(User.person_id == person_id))
