"""Steps go with their record, or to whoever takes over from somebody who leaves."""

from datetime import date
from typing import Any

from sqlalchemy import select

from app.core.storage.db import db
from app.core.storage.subjects import Subject, subject_of
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.core.values.registries import Holdings
from app.promotion.steps import queries
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.models import Step
from app.promotion.steps.services.closing import close_step
from app.promotion.steps.services.opening import Ground
from app.register.accounts.models import Person
from app.register.accounts.queries import team_on, why_no_work


def follow(about: Subject, ground: Ground, handed: tuple[int, int] | None = None) -> None:
    """After a record changed hands or confidentiality: its steps are seen by the same people. `handed`
    (from, to): what the owner before had to do, the new one does; what somebody else took on stays theirs.
    """
    for step in db.session.scalars(select(Step).where(queries.is_about(about))):
        step.unit_id, step.team_id = ground.unit_id, ground.team_id
        step.confidential = getattr(ground, "confidential", False)
        theirs = handed is not None and step.state is StepState.OPEN and step.owner_id == handed[0]
        if handed is not None and theirs and step.kind.is_ticked:
            step.owner_id = handed[1]
    db.session.flush()


def drop_work(about: Subject, why: str) -> None:
    """A record on which nothing is done any more has no next step and no review; what was promised to the
    company stays.
    """
    for step in queries.all_open_about(about):
        if step.kind is not StepKind.PROMISE:
            close_step(step, why, dropped=True)


def give(record: Any, owner: Person) -> None:
    """A record that has an owner and steps goes to a first or another one, with the unit and team of today;
    what the owner before had to do goes along. Raises RuleBroken where somebody cannot do it.
    """
    if record.owner_id == owner.id:
        return
    if refusal := why_no_work(owner):
        raise RuleBroken({"owner": refusal})
    hand_over(record, owner.id)


def hand_over(record: Any, owner_id: int) -> None:
    """The same for whoever takes over from somebody who leaves (inner id)."""
    before, owner = record.owner_id, db.session.get_one(Person, owner_id)
    record.owner_id, record.unit_id = owner.id, owner.unit_id
    record.team_id = team_on(owner.id, today())
    if before is not None:
        follow(subject_of(record), record, (before, owner.id))


def drop_if_archived(record: Any) -> None:
    """On an archived record nothing is to be done any more."""
    if record.is_archived:
        drop_work(subject_of(record), f"{record.__called__}已归档")


def _give_of_person(person_id: int, to_id: int, _on: date, _reason: str) -> None:
    """Open steps of somebody who leaves are done by another one, with whose unit those about a company alone
    then stand.
    """
    to = db.session.get_one(Person, to_id)
    for step in queries.held_by_person(person_id):
        step.owner_id = to.id
        if step.is_of_company:
            step.unit_id, step.team_id = to.unit_id, team_on(to.id, today())
    db.session.flush()


def _give_of_unit(unit_id: int, to_id: int, _on: date, _reason: str) -> None:
    for step in queries.held_by_unit(unit_id):
        step.unit_id = to_id if step.unit_id == unit_id else step.unit_id
        step.team_id = to_id if step.team_id == unit_id else step.team_id
    db.session.flush()


def _of_member(person_id: int, team_id: int) -> list[Step]:
    return [step for step in queries.held_by_person(person_id) if step.team_id == team_id]


def _give_of_member(person_id: int, team_id: int, to_id: int, _on: date, _reason: str) -> None:
    """Open steps of somebody who leaves a team are done by another member; they stay with the team."""
    for step in _of_member(person_id, team_id):
        step.owner_id = to_id
    db.session.flush()


HELD_STEPS = Holdings(
    "件没办完的下一步和承诺",
    lambda person_id: sum(step.kind.is_ticked for step in queries.held_by_person(person_id)),
    _give_of_person,
    lambda unit_id: len(queries.held_by_unit(unit_id)),
    _give_of_unit,
    lambda person_id, team_id: sum(step.kind.is_ticked for step in _of_member(person_id, team_id)),
    _give_of_member,
)
