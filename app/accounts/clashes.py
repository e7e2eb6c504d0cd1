"""What two administrators wrote differently: refuses a form filled from an older version, with both values.

A room above `services`: it compares what stands there with what was typed, and changes nothing.
"""

from collections.abc import Iterable
from datetime import date

from app.accounts.enums import Role, UnitKind
from app.accounts.models import Person, TeamMembership, Unit, User
from app.accounts.services import PersonData
from app.core import audit
from app.core.db import Record
from app.core.errors import Clash, Stale
from app.core.versions import claim_whole

PERSON = {"name": "姓名", "post": "职务", "phone": "电话", "unit_id": "单位"}
UNIT = {"name": "名称", "kind": "类别", "parent_id": "上级单位", "position": "排序"}
USER = {"disabled_at": "停用或启用", "roles": "角色", "password_hash": "密码"}
Value = tuple[str, str]  # as people read it, as the form sends it


def _plain(text: str | None) -> Value:
    return text or "", text or ""


def _of_unit(unit: Unit | None) -> Value:
    return (unit.name, unit.public_id) if unit else ("没有上级", "")


def _differing(rows: Iterable[tuple[str, str, Value, Value]]) -> tuple[Clash, ...]:
    """From (label, name of the field, theirs, mine) those that are not the same."""
    return tuple(
        Clash(label, theirs[0], mine[0], name, theirs[1])
        for label, name, theirs, mine in rows
        if theirs[1] != mine[1]
    )


def _refuse(row: Record, clashes: tuple[Clash, ...]) -> None:
    kind = row.__tablename__  # type: ignore[attr-defined]
    raise Stale(clashes, row.version, audit.last_actor(kind, row.public_id))


def person_must_be_at(person: Person, version: int | None, mine: PersonData) -> None:
    """For an edit of a person."""
    if version == person.version:
        return
    rows = (
        ("姓名", "name", _plain(person.name), _plain(mine.name)),
        ("职务", "post", _plain(person.post), _plain(mine.post)),
        ("电话", "phone", _plain(person.phone), _plain(mine.phone)),
        ("单位", "unit", _of_unit(person.unit), _of_unit(mine.unit)),
    )
    _refuse(person, _differing(rows))


def archived_person_must_be_at(person: Person, version: int | None, reason: str) -> None:
    """For archiving a person; who is archived already cannot be archived once more."""
    claim_whole(
        person,
        version,
        f"归档：{reason}",
        PERSON,
        ("person", person.public_id),
        may_insist=not person.is_archived,
    )


def unit_must_be_at(
    unit: Unit, version: int | None, name: str, kind: UnitKind, parent: Unit | None, position: int
) -> None:
    """For an edit of a unit."""
    if version == unit.version:
        return
    rows = (
        ("名称", "name", _plain(unit.name), _plain(name)),
        ("类别", "kind", (unit.kind.label, unit.kind.value), (kind.label, kind.value)),
        ("上级单位", "parent", _of_unit(unit.parent), _of_unit(parent)),
        ("排序", "position", _plain(str(unit.position)), _plain(str(position))),
    )
    _refuse(unit, _differing(rows))


def archived_unit_must_be_at(unit: Unit, version: int | None, reason: str) -> None:
    """For archiving a unit."""
    claim_whole(
        unit, version, f"撤销：{reason}", UNIT, ("unit", unit.public_id), may_insist=not unit.is_archived
    )


def term_must_be_at(term: TeamMembership, version: int | None, last_day: date) -> None:
    """For the last day of somebody's term in a team."""
    if version == term.version:
        return
    theirs = term.ends_on.isoformat() if term.ends_on else ""
    mine = _plain(last_day.isoformat())
    _refuse(term, _differing([("最后一天", "ends_on", (theirs or "还在组里", theirs), mine)]))


def roles_must_be_at(user: User, version: int | None, roles: Iterable[Role]) -> None:
    """For the roles of a user: no choice of single roles, since not every mixture is allowed."""
    if version == user.version:
        return
    theirs, mine = ("、".join(role.label for role in sorted(held)) for held in (user.roles, set(roles)))
    clashes = (Clash("角色", theirs or "没有", mine or "没有"),) if theirs != mine else ()
    raise Stale(clashes, user.version, audit.last_change(("user_account", user.public_id)).by)


def user_must_be_at(user: User, version: int | None, decision: str, *, may_insist: bool = True) -> None:
    """For shutting out, letting in again and a new password; `decision` is which of them in words."""
    claim_whole(user, version, decision, USER, ("user_account", user.public_id), may_insist=may_insist)
