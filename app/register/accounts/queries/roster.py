"""What the pages of the administrator list: accounts, people, units, who is where."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import (
    func,
    or_,
    select,
    union,
)
from sqlalchemy.orm import joinedload, selectinload

from app.core.storage.db import db, lapsed
from app.core.storage.settled import number_for
from app.core.values.clock import now
from app.core.values.errors import NotFound
from app.core.values.registries import Figure
from app.register.accounts.enums import Device
from app.register.accounts.models import (
    LoginFailure,
    Person,
    TeamMembership,
    Unit,
    User,
    UserSession,
)
from app.register.accounts.queries.people import list_people, list_units, on_day
from app.register.accounts.rules import (
    IDLE_DESK,
    IDLE_PHONE,
    OTHER_BROWSER,
    WINDOW,
    is_open,
)
from app.register.accounts.tries import account_of


def get_user(public_id: str) -> User:
    """A user with person, unit and roles; NotFound otherwise."""
    query = (
        select(User)
        .where(User.public_id == public_id)
        .options(joinedload(User.person).joinedload(Person.unit), selectinload(User.grants))
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
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


@dataclass(frozen=True, slots=True)
class Roll:
    """Everybody and their accounts by person, as the administrator's page lists them, under its views."""

    people: tuple[Person, ...]
    left: tuple[Person, ...]  # archived, the last first
    accounts: Mapping[int, User]
    slowed: frozenset[int]  # ids of users who have typed too many wrong passwords

    def of(self, view: str) -> list[Person]:
        """The people of one view of ROLL_VIEWS."""
        if view == "left":
            return list(self.left)
        return [person for person in self.people if self._belongs(view, self.accounts.get(person.id))]

    def _belongs(self, view: str, account: User | None) -> bool:
        if view == "without":
            return account is None
        if view == "slowed":
            return account is not None and account.id in self.slowed
        if view == "disabled":
            return account is not None and account.disabled_at is not None
        return True


ROLL_VIEWS = {
    "all": "全部",
    "without": "没有账号",
    "slowed": "多次输错",
    "disabled": "已停用",
    "left": "已离开",
}


def roll() -> Roll:
    """All people with their accounts, today."""
    accounts = {user.person_id: user for user in list_users()}
    gone = select(Person).where(Person.archived_at.is_not(None)).options(joinedload(Person.unit))
    left = db.session.scalars(gone.order_by(Person.archived_at.desc(), Person.id)).all()
    return Roll(tuple(list_people()), tuple(left), accounts, _slowed(accounts.values()))


def _slowed(users: Iterable[User]) -> frozenset[int]:
    """Whose password was lately typed wrong so often that somebody had to wait."""
    many = (
        select(LoginFailure.account)
        .where(~lapsed(LoginFailure.at, WINDOW), LoginFailure.tried)
        .group_by(LoginFailure.account)
        .having(func.count() >= OTHER_BROWSER.free)
    )
    accounts = set(db.session.scalars(many))
    return frozenset(user.id for user in users if accounts and account_of(user.login) in accounts)


def memberships_of(person_id: int) -> list[TeamMembership]:
    """A person's terms in resident teams, newest first."""
    query = (
        select(TeamMembership)
        .where(TeamMembership.person_id == person_id)
        .options(joinedload(TeamMembership.team))
        .order_by(TeamMembership.starts_on.desc(), TeamMembership.id.desc())
    )
    return list(db.session.scalars(query))


def terms_beside(person_id: int, team_id: int) -> list[TeamMembership]:
    """All terms of a person in any team, and of anybody in this team, as they are by now."""
    query = (
        select(TeamMembership)
        .where(or_(TeamMembership.person_id == person_id, TeamMembership.team_id == team_id))
        .options(joinedload(TeamMembership.team), joinedload(TeamMembership.person))
        .order_by(TeamMembership.starts_on, TeamMembership.id)
    )
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def get_membership(public_id: str) -> TeamMembership:
    """One term of a person in a team; NotFound otherwise."""
    found = db.session.scalar(select(TeamMembership).where(TeamMembership.public_id == public_id))
    if found is None:
        raise NotFound
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


UNIT_VIEWS = {"live": "在用", "archived": "已撤销"}


def archived_units() -> list[Unit]:
    """Units that are no more, the last first."""
    query = select(Unit).where(Unit.archived_at.is_not(None)).options(joinedload(Unit.parent))
    return list(db.session.scalars(query.order_by(Unit.archived_at.desc(), Unit.id)))


def head_counts(day: date) -> dict[int, int]:
    """How many people still here belong to each unit or are in the team on a day, by inner id."""
    own = select(Person.unit_id, Person.id).where(Person.archived_at.is_(None))
    sent = (
        select(TeamMembership.team_id, Person.id)
        .join(Person, Person.id == TeamMembership.person_id)
        .where(Person.archived_at.is_(None), *on_day(day))
    )
    heads = union(own, sent).subquery()  # once each, also who belongs to the team and is sent to it
    unit_id = heads.c[0]
    return {
        found: count for found, count in db.session.execute(select(unit_id, func.count()).group_by(unit_id))
    }


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a unit; with their term when they are there as a member of a resident team."""

    person: Person
    term: TeamMembership | None = None


def list_members(unit: Unit, day: date) -> list[Member]:
    """Who belongs to a unit or is in the team on a day, heads of the team first."""
    terms = {
        term.person_id: term
        for term in db.session.scalars(
            select(TeamMembership)
            .where(TeamMembership.team_id == unit.id, *on_day(day))
            .order_by(TeamMembership.starts_on, TeamMembership.id)
        )
    }
    people = (
        select(Person)
        .where(Person.archived_at.is_(None), or_(Person.unit_id == unit.id, Person.id.in_(terms)))
        .options(joinedload(Person.unit))
        .order_by(Person.name, Person.id)
    )
    found = [Member(person, terms.get(person.id)) for person in db.session.scalars(people)]
    return sorted(found, key=lambda member: not (member.term and member.term.is_head))


def is_still_joined(unit_id: int, day: date) -> bool:
    """Whether anybody is in this team on a day or will be."""
    query = select(TeamMembership.id).where(
        TeamMembership.team_id == unit_id,
        or_(TeamMembership.ends_on.is_(None), TeamMembership.ends_on >= day),
    )
    return db.session.scalar(query.limit(1)) is not None


_IDLE = {Device.DESK: (IDLE_DESK, timedelta(minutes=1)), Device.PHONE: (IDLE_PHONE, timedelta(hours=1))}


def idle_time(device: Device, roles: Iterable[str]) -> timedelta:
    """How long a session may lie idle, as the county has set it."""
    setting, unit = _IDLE[device]
    return number_for(setting, roles) * unit


def open_sessions(user_id: int, roles: Iterable[str]) -> list[tuple[UserSession, str]]:
    """Where a user with these roles is signed in, the latest first, each with how long it may lie idle."""
    query = (
        select(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
        .order_by(UserSession.seen_at.desc())
    )
    told = {device: setting.in_words(number_for(setting, roles)) for device, (setting, _) in _IDLE.items()}
    return [
        (row, told[row.device])
        for row in db.session.scalars(query)
        if is_open(row.created_at, row.seen_at, idle_time(row.device, roles), now())
    ]


LATELY = timedelta(minutes=15)


def figures() -> Iterator[Figure]:
    """How many people work, and how many tries to sign in fail."""
    seen = select(func.count(UserSession.user_id.distinct()))
    seen = seen.where(UserSession.ended_at.is_(None), UserSession.seen_at > now() - LATELY)
    yield "people_of_15_minutes", "", db.session.scalar(seen) or 0
    failed = (
        select(func.count()).select_from(LoginFailure).where(LoginFailure.at > now() - timedelta(hours=1))
    )
    yield "sign_in_failures_of_an_hour", "", db.session.scalar(failed) or 0
