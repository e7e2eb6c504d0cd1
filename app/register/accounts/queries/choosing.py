"""Whom and which unit a field offers, and what each is called there."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    or_,
    select,
)
from sqlalchemy.orm import joinedload

from app.core.storage.db import db
from app.register.accounts.enums import Permission, UnitKind
from app.register.accounts.models import (
    Person,
    Unit,
    User,
    UserRole,
)
from app.register.accounts.queries.people import at_work
from app.register.accounts.rules import (
    PERMISSIONS,
    Called,
    told_apart,
)

Choices = list[tuple[str, str]]  # public id, words
_HAS_LEFT = Person.archived_at.is_not(None)
_NAMED = (Person.id, Person.public_id, Person.name, Person.post, _HAS_LEFT, Unit.name)


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


def people_to_narrow_by() -> Choices:
    """Whom the filter of a list offers: everybody, since the past of who left is looked for too."""
    # Plain columns: every page of a list asks for everybody.
    query = select(*_NAMED).join(Unit, Unit.id == Person.unit_id)
    return _choices(db.session.execute(query.order_by(_HAS_LEFT, Person.name, Person.id)).all())


def units_to_narrow_by(*kinds: UnitKind) -> Choices:
    """Which units of these kinds the filter of a list offers, all but resident teams when none is given:
    those in use, and at the end those that are no more, marked as such.
    """
    wanted = kinds or tuple(kind for kind in UnitKind if kind is not UnitKind.RESIDENT_TEAM)
    is_no_more = Unit.archived_at.is_not(None)
    query = select(Unit.public_id, Unit.name, is_no_more).where(Unit.kind.in_(wanted))
    units = db.session.execute(query.order_by(is_no_more, Unit.position, Unit.id)).all()
    return [(public_id, f"{name}（已撤销）" if gone else name) for public_id, name, gone in units]


def teams_to_narrow_by() -> Choices:
    """The same of resident teams."""
    return units_to_narrow_by(UnitKind.RESIDENT_TEAM)


def choices_of(people: Iterable[Person]) -> Choices:
    """People as a picker names them: those of the same name told apart, those who left marked as such."""
    rows = dict.fromkeys(people)
    named = Counter(one.name for one in rows)  # the unit is read of those alone who need it
    return _choices([(*_own(one), one.unit.name if named[one.name] > 1 else "") for one in rows])


def _own(one: Person) -> tuple[int, str, str, str, bool]:
    return one.id, one.public_id, one.name, one.post, one.is_archived


def _choices(rows: Sequence[Any]) -> Choices:
    """Of the columns `_NAMED`."""
    named = Counter(name for _id, _public_id, name, *_more in rows)
    alike = [person_id for person_id, _public_id, name, *_more in rows if named[name] > 1]
    query = select(User.person_id, User.login).where(User.person_id.in_(alike))
    logins = {person_id: login for person_id, login in db.session.execute(query)} if alike else {}
    called = [
        Called(name, unit if named[name] > 1 else "", post, has_left, logins.get(person_id, ""))
        for person_id, _public_id, name, post, has_left, unit in rows
    ]
    return [(row[1], words) for row, words in zip(rows, told_apart(called), strict=True)]
