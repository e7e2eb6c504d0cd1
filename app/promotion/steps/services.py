"""Writes of steps: opened on any record, closed, moved, carried on. Never commits."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy import select

from app.core.access.auth import current_actor, require_actor
from app.core.records.versions import claim, claim_whole
from app.core.storage.db import db
from app.core.storage.subjects import Subject, why_fixed
from app.core.values.clock import today
from app.core.values.errors import NotFound, RuleBroken
from app.core.values.labels import label_of
from app.core.values.registries import Held
from app.promotion.steps import queries, rules
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.models import COMPANY, Step
from app.register.accounts.models import Person
from app.register.accounts.queries import team_on, why_no_work
from app.register.enterprises.models import Enterprise
from app.register.enterprises.services import must_be_live

BY_CONCLUSION = "这一步不能直接办结：审查人下了结论，它就办结了；要换人，在协议那里改请别人"
WITH_AGREEMENT = "审查的期限不在这里改：在协议那里再请一次，写上新的期限"
NOT_CLOSED = "这一步还没有办结，不能写结果"
WHY_DROPPED = "写一句为什么不再办，例如：对方已选别处"


class Ground(Protocol):
    """What a step takes from the record on which it is written: the company, and who may see it. Leads,
    projects, visits and steps are such records.
    """

    @property
    def enterprise_id(self) -> int: ...
    @property
    def unit_id(self) -> int | None: ...
    @property
    def team_id(self) -> int | None: ...
    @property
    def confidential(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class CompanyAlone:
    """The ground of a step on which no other record stands: it belongs to its owner's unit."""

    enterprise_id: int
    confidential: bool = False
    unit_id: int | None = None
    team_id: int | None = None


def open_step(
    about: Subject,
    ground: Ground,
    *,
    kind: StepKind,
    what: str,
    due_on: date,
    owner_id: int,
    visit_id: int | None = None,
) -> Step:
    """Opens a step about a record, seen like its ground; without a unit there it belongs to its owner's. The
    date may lie in the past: a visit is sometimes written down late. An archived company takes no step of its
    own, only those of its leads and projects. The owner is somebody who can sign in.
    """
    problem = rules.text_problem(what)
    if problem:
        raise RuleBroken({"what": problem})
    owner = db.session.get(Person, owner_id)
    enterprise = db.session.get(Enterprise, ground.enterprise_id)
    if owner is None or enterprise is None:
        raise NotFound()
    if refusal := why_no_work(owner):
        raise RuleBroken({"owner": refusal})
    if about.kind == COMPANY:
        must_be_live(enterprise)
    actor = current_actor()
    step = Step(
        kind=kind,
        state=StepState.OPEN,
        what=what,
        due_on=due_on,
        owner_id=owner_id,
        author_id=actor.person_id if actor else None,
        enterprise_id=enterprise.id,
        subject_kind=about.kind,
        subject_id=about.id,
        visit_id=visit_id,
        unit_id=owner.unit_id if ground.unit_id is None else ground.unit_id,
        team_id=ground.team_id,
        confidential=ground.confidential,
    )
    db.session.add(step)
    db.session.flush()
    return step


def close_step(step: Step, outcome: str, *, dropped: bool = False, done_on: date | None = None) -> None:
    """Closes an open step with what came of it; `dropped` when it will not be done, which needs a reason."""
    _must_be_open(step)
    if dropped and not outcome:
        raise RuleBroken({"outcome": WHY_DROPPED})
    step.state = StepState.DROPPED if dropped else StepState.DONE
    step.done_on = done_on or today()
    step.outcome = outcome
    db.session.flush()


def close_and_go_on(
    step: Step,
    outcome: str,
    *,
    dropped: bool,
    then: str,
    then_due_on: date | None,
    version: int | None = None,
) -> Step | None:
    """Closes a step and, when `then` is written, opens the following one for the same record and owner, or,
    when that one can no longer sign in, for who closes it.
    """
    _must_be_closed_here(step)
    end = (StepState.DROPPED if dropped else StepState.DONE).label
    claim_whole(
        step,
        version,
        f"{end}：{outcome}" if outcome else end,
        label=label_of(Step.state),
        stands=lambda _changed: _standing(step),
        may_go_on=lambda: step.state is StepState.OPEN,
    )
    close_step(step, outcome, dropped=dropped)
    if not then and then_due_on is None:
        return None
    if then_due_on is None:
        raise RuleBroken({"then_due_on": "写下一步的期限"})
    if then_due_on < today():
        raise RuleBroken({"then_due_on": "下一步的期限不能早于今天"})
    if rules.text_problem(then):
        raise RuleBroken({"then": str(rules.text_problem(then))})
    owner_id = _goes_on(step)
    # One of a company alone stands with its owner; any other with its record, whoever does it.
    stays = not step.is_of_company or owner_id == step.owner_id
    ground = step if stays else CompanyAlone(step.enterprise_id, step.confidential)
    return open_step(step.about, ground, kind=StepKind.NEXT, what=then, due_on=then_due_on, owner_id=owner_id)


def _goes_on(step: Step) -> int:
    return step.owner_id if why_no_work(step.owner) is None else require_actor().person_id or step.owner_id


def move_step(step: Step, due_on: date, *, version: int | None = None) -> None:
    """Gives an open step another date, not before today."""
    if refusal := why_not_here(step, WITH_AGREEMENT):
        raise RuleBroken(refusal)
    claim_whole(
        step,
        version,
        str(due_on),
        label=label_of(Step.due_on),
        stands=lambda _changed: _standing(step),
        may_go_on=lambda: step.state is StepState.OPEN,
    )
    _must_be_open(step)
    if due_on < today():
        raise RuleBroken({"due_on": "新的日期不能早于今天；已经办了的请点「办结」"})
    step.due_on = due_on
    db.session.flush()


def _standing(step: Step) -> str:
    """How a step stands by now, for somebody who decided on it as it was."""
    if step.state is StepState.OPEN:
        return f"待办，期限 {step.due_on}，{step.owner.name}"
    return f"{step.done_on} {step.state.label}" + (f"：{step.outcome}" if step.outcome else "")


def follow(about: Subject, ground: Ground, handed: tuple[int, int] | None = None) -> None:
    """After a record changed hands or confidentiality: its steps are seen by the same people. `handed`
    (from, to): what the owner before had to do, the new one does; what somebody else took on stays theirs.
    """
    for step in db.session.scalars(select(Step).where(queries.is_about(about))):
        step.unit_id, step.team_id, step.confidential = ground.unit_id, ground.team_id, ground.confidential
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


def note_outcome(step: Step, outcome: str, *, version: int | None = None) -> None:
    """Says afterwards what came of a step that was closed with one press."""
    _must_be_closed_here(step)
    claim(step, version)
    if step.state is StepState.OPEN:
        raise RuleBroken(NOT_CLOSED)
    if step.state is StepState.DROPPED and not outcome:
        raise RuleBroken({"outcome": WHY_DROPPED})
    step.outcome = outcome
    db.session.flush()


def done_or_later(step: Step, outcome: str, done_on: date, later: date | None) -> None:
    """What a visit says of a step before it: done on the day of the visit, or, with `later`, still to be done
    by another date. Done twice is done; one that somebody closed meanwhile cannot be put off.
    """
    _must_be_closed_here(step)
    claim(step, None)
    if later is not None:
        move_step(step, later)
    elif step.state is StepState.OPEN:
        close_step(step, outcome, done_on=done_on)


def reopen_by_hand(step: Step, *, version: int | None = None) -> None:
    """A step that somebody closed by mistake is to be done again, unless more was done with it since."""
    _must_be_closed_here(step)
    claim_whole(
        step,
        version,
        StepState.OPEN.label,
        label=label_of(Step.state),
        stands=lambda _changed: _standing(step),
    )
    reopen_step(step)


def reopen_step(step: Step) -> None:
    """A closed step is to be done again; what was written of it stays in the audit. Also for a lead that is
    taken up again, whatever the kind of its steps.
    """
    if step.state is StepState.OPEN:
        return
    step.state, step.done_on, step.outcome = StepState.OPEN, None, ""
    db.session.flush()


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


HELD_STEPS = Held(
    "件没办完的下一步和承诺",
    lambda person_id: sum(step.kind.is_ticked for step in queries.held_by_person(person_id)),
    _give_of_person,
    lambda unit_id: len(queries.held_by_unit(unit_id)),
    _give_of_unit,
)


def _must_be_closed_here(step: Step) -> None:
    if refusal := why_not_here(step):
        raise RuleBroken(refusal)


def why_not_here(step: Step, by_decision: str = BY_CONCLUSION) -> str | None:
    """Why nobody closes, reopens or tells of a step by hand: a decision does, as that sentence says, or its
    record is archived.
    """
    return why_fixed(step.about) if step.kind.is_ticked else by_decision


def _must_be_open(step: Step) -> None:
    if step.state is not StepState.OPEN:
        raise RuleBroken(_why_over(step))


def _why_over(step: Step) -> str:
    return f"这一步已经{'办结' if step.state is StepState.DONE else '不再办'}，不用再改"


# --- before a form is opened -----------------------------------------------------------------------


def why_not_close(step: Step) -> str | None:
    """Why no form can close a step, None when one can."""
    return why_not_here(step) or (None if step.state is StepState.OPEN else _why_over(step))


def why_not_move(step: Step) -> str | None:
    """The same of another date."""
    return why_not_here(step, WITH_AGREEMENT) or why_not_close(step)


def why_not_tell(step: Step) -> str | None:
    """The same of what came of it."""
    return why_not_here(step) or (NOT_CLOSED if step.state is StepState.OPEN else None)
