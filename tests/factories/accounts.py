"""Units, people and users in the states that matter; signing in as one of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count

from sqlalchemy import select

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.register.accounts import passwords
from app.register.accounts.enums import Role, UnitKind
from app.register.accounts.models import Person, TeamMembership, Unit, User, UserRole
from app.register.accounts.queries import actor_for_user

PASSWORD = "county-leaders-like-figures"
_HASH = passwords.hashed(PASSWORD)
_number = count(1)


def make_unit(name=None, kind=UnitKind.DEPARTMENT, parent=None):
    unit = Unit(name=name or f"单位{next(_number)}", kind=kind, parent_id=parent.id if parent else None)
    db.session.add(unit)
    db.session.flush()
    return unit


def the_bureau():
    """The county's 招商局, made once per database."""
    found = db.session.scalar(select(Unit).where(Unit.kind == UnitKind.BUREAU))
    return found or make_unit("招商局", UnitKind.BUREAU)


def make_team(name=None, parent=None):
    return make_unit(name or f"驻点组{next(_number)}", UnitKind.RESIDENT_TEAM, parent or the_bureau())


def make_person(name=None, unit=None):
    person = Person(name=name or f"人员{next(_number)}", unit_id=(unit or the_bureau()).id)
    db.session.add(person)
    db.session.flush()
    return person


def join_team(person, team, starts_on=date(2020, 1, 1), ends_on=None):
    membership = TeamMembership(person_id=person.id, team_id=team.id, starts_on=starts_on, ends_on=ends_on)
    db.session.add(membership)
    db.session.flush()
    return membership


def make_user(role=Role.OFFICER, unit=None, person=None, password=None, login=None, must_change=False):
    person = person or make_person(unit=unit)
    user = User(
        login=login or f"user{next(_number)}",
        person_id=person.id,
        password_hash=passwords.hashed(password) if password else _HASH,
        must_change_password=must_change,
    )
    user.grants = [UserRole(role=each) for each in ([role] if isinstance(role, Role) else role)]
    db.session.add(user)
    db.session.flush()
    return user


def a_resident(team=None, **more):
    """A resident team member whose term is running."""
    team = team or make_team()
    user = make_user(Role.RESIDENT, unit=team, **more)
    join_team(user.person, team)
    return user


def actor_of(user) -> Actor:
    db.session.flush()
    actor = actor_for_user(user.id)
    assert actor is not None
    return actor


@contextmanager
def acting(user) -> Iterator[Actor]:
    """Runs services on behalf of a user."""
    with acting_as(actor_of(user)) as actor:
        yield actor


def sign_in(client, user, password=PASSWORD):
    """Signs in through the form, as a person does; returns the answer."""
    return client.submit("/login", {"login": user.login, "password": password})
