"""Units: written down, closed and opened again."""

from sqlalchemy import func, select

from app.core.records.versions import claim, claim_whole
from app.core.storage.db import db
from app.core.values.clock import now, today
from app.core.values.errors import RuleBroken
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import (
    Person,
    Unit,
)
from app.register.accounts.queries import (
    is_still_joined,
    unit_ids_below,
)
from app.register.accounts.services.handing_over import (
    check_successor,
    claim_leaving,
    held_of_unit,
    what_is_held,
)


def save_unit(
    unit: Unit | None,
    name: str,
    kind: UnitKind,
    parent: Unit | None,
    position: int,
    *,
    version: int | None = None,
) -> Unit:
    """Adds or changes a unit; a tree stays a tree. The name of an archived one may be given again."""
    if unit is not None:
        claim(unit, version)
    if unit is None or not unit.is_archived:
        _refuse_taken_name(unit, name)
    if unit is not None and parent is not None and parent.id in unit_ids_below(unit.id):
        raise RuleBroken({"parent": "上级单位不能是它自己或它的下级"})
    unit = unit or Unit()
    unit.name, unit.kind, unit.position = name, kind, position
    unit.live_name = None if unit.is_archived else name
    unit.parent_id = parent.id if parent else None
    db.session.add(unit)
    db.session.flush()
    return unit


def _refuse_taken_name(unit: Unit | None, name: str) -> None:
    taken = db.session.scalar(select(Unit.id).where(Unit.live_name == name))
    if taken is not None and (unit is None or taken != unit.id):
        raise RuleBroken({"name": f"已经有叫「{name}」的单位"})


def archive_unit(
    unit: Unit, reason: str, *, successor: Unit | None = None, version: int | None = None
) -> None:
    """A unit that is no more; it must have nobody in it and nothing under it. What is still in its name goes
    over to `successor`, another resident team where it is one.
    """
    claim_leaving(unit, version, f"撤销：{reason}")
    people = db.session.scalar(
        select(func.count())
        .select_from(Person)
        .where(Person.unit_id == unit.id, Person.archived_at.is_(None))
    )
    below = db.session.scalar(
        select(func.count()).select_from(Unit).where(Unit.parent_id == unit.id, Unit.archived_at.is_(None))
    )
    if people or below:
        raise RuleBroken(f"「{unit.name}」还有 {people} 人、{below} 个下级单位，先移走再撤销")
    if is_still_joined(unit.id, today()):
        raise RuleBroken(f"「{unit.name}」还有没离组的队员，先写上他们的最后一天再撤销")
    check_successor(unit, held_of_unit(unit), successor)
    if successor is not None:
        _give_to_unit(unit, successor)
    unit.archived_at, unit.archive_reason, unit.live_name = now(), reason or "撤销", None
    db.session.flush()


def restore_unit(unit: Unit, *, version: int | None = None) -> None:
    """A unit was archived by mistake. What was handed over stays with who took it."""
    if not unit.is_archived:
        return
    claim_whole(unit, version, "恢复")
    _refuse_taken_name(unit, unit.name)
    if unit.parent is not None and unit.parent.is_archived:
        raise RuleBroken(f"上级单位「{unit.parent.name}」已撤销，先恢复上级")
    unit.archived_at = unit.archive_reason = None
    unit.live_name = unit.name
    db.session.flush()


def _give_to_unit(unit: Unit, successor: Unit) -> None:
    if (unit.kind is UnitKind.RESIDENT_TEAM) is not (successor.kind is UnitKind.RESIDENT_TEAM):
        raise RuleBroken({"successor": "驻点组的要交给另一个驻点组，单位的要交给另一个单位"})
    for held in what_is_held():
        held.from_unit(unit.id, successor.id, today(), f"{unit.name}撤销，由{successor.name}接手")
