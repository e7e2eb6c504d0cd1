"""Reads of people, units and users; the Actor of a signed-in user."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import joinedload, selectinload

from app.core.access.auth import Actor, current_actor
from app.core.storage.db import db, lapsed
from app.core.storage.settled import number_for
from app.core.values.clock import now, today
from app.core.values.errors import NotFound
from app.core.values.registries import Figure
from app.register.accounts.enums import Device, Permission, Role, UnitKind
from app.register.accounts.models import (
    LoginFailure,
    Person,
    RecoveryCode,
    SecondStep,
    TeamMembership,
    Unit,
    User,
    UserRole,
    UserSession,
)
from app.register.accounts.rules import (
    IDLE_DESK,
    IDLE_PHONE,
    OTHER_BROWSER,
    PERMISSIONS,
    SECOND_STEP,
    WINDOW,
    Called,
    is_open,
    permissions_of,
    reach_of,
    told_apart,
)
from app.register.accounts.tries import account_of


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


Choices = list[tuple[str, str]]  # public id, words


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


def people_to_choose(
    *already: Person | None,
    may: Permission | None = None,
    but: Person | None = None,
    signing_in: Permission | None = None,
) -> Choices:
    """Whom a picker offers: people at work, and whoever stands there already.

    With `may`, of those who can sign in only who has this right; with `signing_in`, nobody but those who can
    and have it: what they are asked for they do themselves. `but` can never be meant, such as the drafter of
    a paper for its reviewer.
    """
    able = _able(may) if signing_in is None else [Person.id.in_(_with(signing_in))]
    return _offered(able, already, but)


def people_without_sign_in(*already: Person | None, but: Person | None = None) -> Choices:
    """Whom a picker offers for what only somebody can have done who has no account."""
    return _offered([Person.id.not_in(select(User.person_id))], already, but)


def _offered(
    able: Iterable[ColumnElement[bool]], already: Iterable[Person | None], but: Person | None
) -> Choices:
    query = select(Person).where(at_work(), *able).options(joinedload(Person.unit))
    found = db.session.scalars(query.order_by(Person.name, Person.id))
    return choices_of(row for row in [*found, *filter(None, already)] if row is not but)


def _able(right: Permission | None) -> list[ColumnElement[bool]]:
    if right is None:
        return []
    return [or_(Person.id.in_(_with(right)), Person.id.not_in(select(User.person_id)))]


def _with(right: Permission) -> Select[int]:
    roles = [role for role, rights in PERMISSIONS.items() if right in rights]
    return select(User.person_id).join(UserRole, UserRole.user_id == User.id).where(UserRole.role.in_(roles))


def people_to_narrow_by(chosen: Person | None) -> Choices:
    """Whom the filter of a list offers: everybody, since the past of who left is looked for too."""
    query = select(Person).options(joinedload(Person.unit))
    everybody = db.session.scalars(query.order_by(Person.archived_at.is_not(None), Person.name, Person.id))
    return choices_of([*everybody, *([chosen] if chosen else [])])


def units_to_narrow_by(*kinds: UnitKind) -> Choices:
    """Which units of these kinds the filter of a list offers, all but resident teams when none is given:
    those in use, and at the end those that are no more, marked as such.
    """
    wanted = kinds or tuple(kind for kind in UnitKind if kind is not UnitKind.RESIDENT_TEAM)
    query = select(Unit).where(Unit.kind.in_(wanted))
    units = db.session.scalars(query.order_by(Unit.archived_at.is_not(None), Unit.position, Unit.id))
    return [(unit.public_id, f"{unit.name}（已撤销）" if unit.is_archived else unit.name) for unit in units]


def teams_to_narrow_by() -> Choices:
    """The same of resident teams."""
    return units_to_narrow_by(UnitKind.RESIDENT_TEAM)


def choices_of(people: Iterable[Person]) -> Choices:
    """People as a picker names them: those of the same name told apart, those who left marked as such."""
    rows = list(dict.fromkeys(people))
    named = Counter(row.name for row in rows)
    alike = [row for row in rows if named[row.name] > 1]
    query = select(User.person_id, User.login).where(User.person_id.in_([row.id for row in alike]))
    logins = {person_id: login for person_id, login in db.session.execute(query)} if alike else {}
    called = [
        Called(row.name, row.unit.name, row.post, row.is_archived, logins.get(row.id, ""))
        if row in alike
        else Called(row.name, "", row.post, row.is_archived)
        for row in rows
    ]
    return list(zip((row.public_id for row in rows), told_apart(called), strict=True))


def names_of(person_ids: Iterable[int | None]) -> dict[int, str]:
    """What people are called, by their ids."""
    ids = {person_id for person_id in person_ids if person_id is not None}
    if not ids:
        return {}
    query = select(Person.id, Person.name).where(Person.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(query)}


_UNITS = Unit.__table__.c
_TOP = select(_UNITS.id).where(_UNITS.id == bindparam("unit_id")).cte("below", recursive=True)
_BELOW = _TOP.union(select(_UNITS.id).join(_TOP, _UNITS.parent_id == _TOP.c.id))


def unit_ids_below(unit_id: int) -> frozenset[int]:
    """The unit itself and every unit under it."""
    return frozenset(db.session.scalars(select(_BELOW.c.id), {"unit_id": unit_id}))


def _on(day: date | BindParameter[date], of: Any = TeamMembership) -> tuple[ColumnElement[bool], ...]:
    """That a term covers a day; its first and its last day belong to it."""
    return of.starts_on <= day, or_(of.ends_on.is_(None), of.ends_on >= day)


def team_on(person_id: int, day: date) -> int | None:
    """The resident team of a person on a day; the one joined last when there were two."""
    query = (
        select(TeamMembership.team_id)
        .where(TeamMembership.person_id == person_id, *_on(day))
        .order_by(TeamMembership.starts_on.desc(), TeamMembership.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


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
_PLACES = union_all(
    select(_BELOW.c.id, false().label("is_team")),
    select(_TERM.team_id, true()).where(
        _TERM.person_id == bindparam("person_id"), *_on(bindparam("day", type_=Date()), _TERM)
    ),
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


def places_of(person_id: int, unit_id: int, day: date) -> tuple[frozenset[int], frozenset[int]]:
    """Where somebody belongs on a day: their unit with every unit under it, and their resident teams."""
    asked = {"person_id": person_id, "unit_id": unit_id, "day": day}
    places = db.session.execute(_PLACES, asked).all()
    teams = frozenset(place for place, is_team in places if is_team)
    return frozenset(place for place, is_team in places if not is_team), teams


def _actor(rows: Sequence[Any], session_token: str) -> Actor:
    """Of the rows of one user, one for each role."""
    user, roles = rows[0], frozenset(row.role for row in rows if row.role is not None)
    unit_ids, team_ids = places_of(user.person_id, user.unit_id, today())
    return Actor(
        user_id=user.id,
        person_id=user.person_id,
        name=user.name,
        unit_id=user.unit_id,
        unit_name=user.unit_name,
        roles=frozenset(str(role) for role in roles),
        permissions=permissions_of(roles),
        unit_ids=unit_ids,
        team_ids=team_ids,
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


def user_of(person_id: int) -> User | None:
    """The sign-in of a person, None when they have none."""
    return db.session.scalar(select(User).where(User.person_id == person_id))


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
        .where(Person.archived_at.is_(None), *_on(day))
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
            .where(TeamMembership.team_id == unit.id, *_on(day))
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


# --- figures for machines ---

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
