"""What two administrators who changed one record at once differ on: both values, for the conflict page.

A room beside `queries`: it reads, and changes nothing. A value with the name of its field can be chosen.
"""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from app.accounts.enums import Role, UnitKind
from app.accounts.models import Person, TeamMembership, Unit, User, UserRole
from app.core.errors import Clash
from app.core.labels import label_of, labels_of

PERSON = labels_of(Person.name, Person.post, Person.phone, Person.unit_id)
UNIT = labels_of(Unit.name, Unit.kind, Unit.parent_id, Unit.position)
USER = labels_of(User.disabled_at, User.password_hash) | {"roles": label_of(UserRole.role)}
Value = tuple[str, str]  # as people read it, as the form sends it


class Described(Protocol):
    """What is typed about a person."""

    @property
    def name(self) -> str: ...
    @property
    def post(self) -> str: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def unit(self) -> Unit: ...


def _plain(text: str | None) -> Value:
    return text or "", text or ""


def _of_unit(unit: Unit | None) -> Value:
    return (unit.name, unit.public_id) if unit else ("没有上级", "")


def _differing(rows: Iterable[tuple[str, str, Value, Value]]) -> list[Clash]:
    """From (label, name of the field, theirs, mine) those that are not the same."""
    return [
        Clash(label, theirs[0], mine[0], name, theirs[1])
        for label, name, theirs, mine in rows
        if theirs[1] != mine[1]
    ]


def of_person(person: Person, mine: Described) -> list[Clash]:
    """A person by now, against what was typed."""
    rows = (
        (PERSON["name"], "name", _plain(person.name), _plain(mine.name)),
        (PERSON["post"], "post", _plain(person.post), _plain(mine.post)),
        (PERSON["phone"], "phone", _plain(person.phone), _plain(mine.phone)),
        (PERSON["unit_id"], "unit", _of_unit(person.unit), _of_unit(mine.unit)),
    )
    return _differing(rows)


def of_unit(unit: Unit, name: str, kind: UnitKind, parent: Unit | None, position: int) -> list[Clash]:
    """A unit by now, against what was typed."""
    rows = (
        (UNIT["name"], "name", _plain(unit.name), _plain(name)),
        (UNIT["kind"], "kind", (unit.kind.label, unit.kind.value), (kind.label, kind.value)),
        (UNIT["parent_id"], "parent", _of_unit(unit.parent), _of_unit(parent)),
        (UNIT["position"], "position", _plain(str(unit.position)), _plain(str(position))),
    )
    return _differing(rows)


def of_term(term: TeamMembership, last_day: date) -> list[Clash]:
    """The last day of somebody's term in a team."""
    theirs = term.ends_on.isoformat() if term.ends_on else ""
    mine = _plain(last_day.isoformat())
    label = label_of(TeamMembership.ends_on)
    return _differing([(label, "ends_on", (theirs or "还在组里", theirs), mine)])


def of_roles(user: User, roles: Iterable[Role]) -> list[Clash]:
    """The roles of a user: no choice of single roles, since not every mixture is allowed."""
    theirs, mine = in_words(user.roles), in_words(set(roles))
    return [Clash(USER["roles"], theirs or "没有", mine or "没有")] if theirs != mine else []


def in_words(roles: Iterable[Role]) -> str:
    return "、".join(role.label for role in sorted(roles))
