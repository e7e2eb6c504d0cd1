"""Reads of people, units and users; the Actor of a signed-in user."""

from collections import defaultdict
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.enums import UnitKind
from app.accounts.models import Person, TeamMembership, Unit, User, UserSession
from app.accounts.rules import permissions_of, reach_of
from app.core.auth import Actor
from app.core.clock import today
from app.core.db import db
from app.core.errors import NotFound


def get_unit(public_id: str) -> Unit:
    """A unit by its public id; NotFound otherwise."""
    found = db.session.scalar(select(Unit).where(Unit.public_id == public_id))
    if found is None:
        raise NotFound()
    return found


def get_person(public_id: str) -> Person:
    """A person by their public id; NotFound otherwise."""
    found = db.session.scalar(select(Person).where(Person.public_id == public_id))
    if found is None:
        raise NotFound()
    return found


def list_units(*kinds: UnitKind) -> list[Unit]:
    """Units in use, of these kinds (all when none is given), in the order the administrator gave."""
    query = select(Unit).where(Unit.archived_at.is_(None)).order_by(Unit.position, Unit.id)
    return list(db.session.scalars(query.where(Unit.kind.in_(kinds)) if kinds else query))


def list_people() -> list[Person]:
    """People still here, by name."""
    query = select(Person).where(Person.archived_at.is_(None)).options(joinedload(Person.unit))
    return list(db.session.scalars(query.order_by(Person.name, Person.id)))


def unit_ids_below(unit_id: int) -> frozenset[int]:
    """The unit itself and every unit under it."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for found, parent in db.session.execute(select(Unit.id, Unit.parent_id)):
        children[parent].append(found)
    below, waiting = {unit_id}, [unit_id]
    while waiting:
        found_below = [child for child in children[waiting.pop()] if child not in below]
        below.update(found_below)
        waiting += found_below
    return frozenset(below)


def teams_on(person_id: int, day: date) -> frozenset[int]:
    """The resident teams a person belonged to on a day."""
    query = select(TeamMembership.team_id).where(
        TeamMembership.person_id == person_id,
        TeamMembership.starts_on <= day,
        or_(TeamMembership.ends_on.is_(None), TeamMembership.ends_on >= day),
    )
    return frozenset(db.session.scalars(query))


def team_on(person_id: int, day: date) -> int | None:
    """The resident team of a person on a day; the one joined last when there were two."""
    query = (
        select(TeamMembership.team_id)
        .where(
            TeamMembership.person_id == person_id,
            TeamMembership.starts_on <= day,
            or_(TeamMembership.ends_on.is_(None), TeamMembership.ends_on >= day),
        )
        .order_by(TeamMembership.starts_on.desc(), TeamMembership.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def actor_for_user(user_id: int, session_token: str = "") -> Actor | None:
    """Who a user is at this moment; None for a missing or disabled one."""
    query = (
        select(User)
        .where(User.id == user_id, User.disabled_at.is_(None))
        .options(joinedload(User.person).joinedload(Person.unit), selectinload(User.grants))
    )
    user = db.session.scalar(query)
    if user is None:
        return None
    return Actor(
        user_id=user.id,
        person_id=user.person_id,
        name=user.person.name,
        unit_id=user.person.unit_id,
        unit_name=user.person.unit.name,
        roles=frozenset(str(role) for role in user.roles),
        permissions=permissions_of(user.roles),
        unit_ids=unit_ids_below(user.person.unit_id),
        team_ids=teams_on(user.person_id, today()),
        reach=reach_of(user.roles, user.person.unit.kind),
        must_change_password=user.must_change_password,
        session_token=session_token,
    )


def actor_by_login(login: str) -> Actor:
    """The Actor of an account by its name, for commands; NotFound when missing or disabled."""
    user_id = db.session.scalar(select(User.id).where(User.login == login.lower()))
    actor = actor_for_user(user_id) if user_id is not None else None
    if actor is None:
        raise NotFound()
    return actor


# --- for the administrator's pages -----------------------------------------------------------------


def get_user(public_id: str) -> User:
    """A user with person, unit and roles; NotFound otherwise."""
    query = (
        select(User)
        .where(User.public_id == public_id)
        .options(joinedload(User.person).joinedload(Person.unit), selectinload(User.grants))
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def list_users() -> list[User]:
    """All users by unit and name."""
    query = (
        select(User)
        .join(Person, Person.id == User.person_id)
        .join(Unit, Unit.id == Person.unit_id)
        .options(joinedload(User.person).joinedload(Person.unit), selectinload(User.grants))
        .order_by(Unit.position, Unit.id, Person.name)
    )
    return list(db.session.scalars(query))


def people_without_user() -> list[Person]:
    """People still here who cannot sign in yet."""
    with_user = set(db.session.scalars(select(User.person_id)))
    return [person for person in list_people() if person.id not in with_user]


def memberships_of(person_id: int) -> list[TeamMembership]:
    """A person's terms in resident teams, newest first."""
    query = (
        select(TeamMembership)
        .where(TeamMembership.person_id == person_id)
        .options(joinedload(TeamMembership.team))
        .order_by(TeamMembership.starts_on.desc(), TeamMembership.id.desc())
    )
    return list(db.session.scalars(query))


def get_membership(public_id: str) -> TeamMembership:
    """One term of a person in a team; NotFound otherwise."""
    found = db.session.scalar(select(TeamMembership).where(TeamMembership.public_id == public_id))
    if found is None:
        raise NotFound()
    return found


def unit_tree() -> list[tuple[int, Unit]]:
    """Units in use as (depth, unit), each under its parent."""
    units = list_units()
    known = {unit.id for unit in units}
    children: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in units:
        children[unit.parent_id if unit.parent_id in known else None].append(unit)
    tree: list[tuple[int, Unit]] = []
    waiting = [(0, unit) for unit in reversed(children[None])]
    while waiting:
        depth, unit = waiting.pop()
        tree.append((depth, unit))
        waiting += [(depth + 1, child) for child in reversed(children[unit.id])]
    return tree


def head_counts() -> dict[int, int]:
    """How many people still here belong to each unit, by inner id."""
    query = select(Person.unit_id, func.count()).where(Person.archived_at.is_(None)).group_by(Person.unit_id)
    return {unit_id: count for unit_id, count in db.session.execute(query)}


def open_sessions(user_id: int) -> list[UserSession]:
    """Where a user is signed in, the latest first."""
    query = (
        select(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
        .order_by(UserSession.seen_at.desc())
    )
    return list(db.session.scalars(query))
