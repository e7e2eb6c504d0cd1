"""Whose a target is: a person's, or a unit's alone."""

from datetime import date

from app.core.records.history import Cause, EntryKind
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.core.values.registries import Holdings
from app.promotion.targets import queries
from app.promotion.targets.models import TargetEnterprise
from app.promotion.targets.services.ledger import LEDGER, settle_target
from app.register.accounts.models import Person
from app.register.accounts.queries import team_on, why_no_work


def assign_target(
    target: TargetEnterprise,
    *,
    owner: Person | None,
    effective_on: date,
    unit_id: int | None = None,
    team_id: int | None = None,
    reason: str = "",
    cause: Cause = Cause.BY_HAND,
    version: int | None = None,
) -> int:
    """Gives a target to somebody who can sign in, with their unit and team of that day unless others are
    told; or to a unit or team without a person. Answers the place of the new row in the ledger.
    """
    if owner is not None and owner.id != target.owner_id and (refusal := why_no_work(owner)):
        raise RuleBroken({"owner": refusal})
    if owner is not None and unit_id is None:
        unit_id, team_id = owner.unit_id, team_id or team_on(owner.id, effective_on)
    if unit_id is None:
        raise RuleBroken({"owner": "选负责人，或者选责任单位"})
    LEDGER.begin(target, version)
    if not target.registered_on <= effective_on <= today():
        raise RuleBroken({"effective_on": f"从列入日期 {target.registered_on} 到今天的一天"})
    ledger = queries.ledger_of(target)
    held = {"unit_id": unit_id, "team_id": team_id, "owner_id": owner.id if owner else None}
    LEDGER.record(target, ledger, EntryKind.ASSIGN, effective_on, cause=cause, reason=reason, **held)
    settle_target(target, ledger)
    return len(ledger)


def _give_of_person(person_id: int, to_id: int, on: date, reason: str) -> None:
    to = db.session.get_one(Person, to_id)
    for target in queries.held_by_person(person_id):
        day = max(on, target.registered_on)
        assign_target(target, owner=to, effective_on=day, reason=reason, cause=Cause.HANDED_OVER)


def _of_member(person_id: int, team_id: int) -> list[TargetEnterprise]:
    return [target for target in queries.held_by_person(person_id) if target.team_id == team_id]


def _give_of_member(person_id: int, team_id: int, to_id: int, on: date, reason: str) -> None:
    """Somebody leaves a team: another member takes their targets, which stay with the team. One that was
    given to them later still goes over today.
    """
    to = db.session.get_one(Person, to_id)
    for target in _of_member(person_id, team_id):
        for day in (max(on, target.registered_on), today()):
            if target.owner_id == person_id:
                assign_target(
                    target,
                    owner=to,
                    unit_id=target.unit_id,
                    team_id=team_id,
                    effective_on=day,
                    reason=reason,
                    cause=Cause.HANDED_OVER,
                )


def _give_of_unit(unit_id: int, to_id: int, on: date, reason: str) -> None:
    for target in queries.held_by_unit(unit_id):
        assign_target(
            target,
            owner=target.owner,
            unit_id=to_id if target.unit_id == unit_id else target.unit_id,
            team_id=to_id if target.team_id == unit_id else target.team_id,
            effective_on=max(on, target.registered_on),
            reason=reason,
            cause=Cause.HANDED_OVER,
        )


HELD_TARGETS = Holdings(
    "家目标企业",
    lambda person_id: len(queries.held_by_person(person_id)),
    _give_of_person,
    lambda unit_id: len(queries.held_by_unit(unit_id)),
    _give_of_unit,
    lambda person_id, team_id: len(_of_member(person_id, team_id)),
    _give_of_member,
)
