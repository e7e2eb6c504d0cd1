"""One step, what is open on a record, what names somebody, what was done."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.access.auth import Actor
from app.core.records.timeline import About, Happening, Known
from app.core.records.typed import contains_any
from app.core.storage.db import db, entered_before_today
from app.core.storage.subjects import Subject, inner_id, is_opened_by
from app.core.values.clock import start_of
from app.core.values.errors import NotFound
from app.core.values.registries import BESIDE, Sought
from app.promotion.steps import policy
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.models import COMPANY, Step
from app.promotion.steps.queries.due import open_steps
from app.register.enterprises.policy import Work


def get_step(public_id: str, actor: Actor) -> Step:
    """One step; NotFound also when it is hidden. Whoever may see its lead, or its project, may see it."""
    step = db.session.scalar(select(Step).where(Step.public_id == public_id))
    if step is None or not _may_see(step, actor):
        raise NotFound
    return step


def seen_by_id(public_ids: Collection[str], actor: Actor) -> Sequence[Step]:
    """Those of some that this person sees in lists."""
    query = select(Step).where(Step.public_id.in_(public_ids), policy.visible(actor))
    return db.session.scalars(query).all()


def find_step(public_id: str, actor: Actor) -> Step | None:
    """The same without an error."""
    try:
        return get_step(public_id, actor)
    except NotFound:
        return None


def _may_see(step: Step, actor: Actor) -> bool:
    return policy.may_see(actor, step) or is_opened_by(step.about, actor)


def held_by_person(person_id: int) -> list[Step]:
    """Open steps that somebody is to do."""
    return _held(Step.owner_id == person_id)


def held_by_unit(unit_id: int) -> list[Step]:
    """Open steps that belong to a unit or a resident team."""
    return _held(or_(Step.unit_id == unit_id, Step.team_id == unit_id))


def _held(whose: ColumnElement[bool]) -> list[Step]:
    return list(db.session.scalars(select(Step).where(Step.state == StepState.OPEN, whose).order_by(Step.id)))


def is_about(subject: Subject) -> ColumnElement[bool]:
    """The condition on Step that keeps to what hangs on one record."""
    return and_(Step.subject_kind == subject.kind, Step.subject_id == subject.id)


def open_about(subject: Subject) -> list[Step]:
    """Open steps about a record, by date, for a page of it: the caller has shown that the record may be seen,
    which opens its steps too.
    """
    return list(db.session.scalars(open_steps(is_about(subject)).order_by(Step.due_on, Step.id)))


def all_open_about(subject: Subject) -> list[Step]:
    """Every open step about a record, whoever is to do it: for what becomes of them."""
    query = select(Step).where(is_about(subject), Step.state == StepState.OPEN)
    return list(db.session.scalars(query.order_by(Step.due_on, Step.id)))


def dropped_about(subject: Subject, why: str) -> list[Step]:
    """What was dropped on a record for this reason."""
    query = select(Step).where(is_about(subject), Step.state == StepState.DROPPED, Step.outcome == why)
    return list(db.session.scalars(query))


def open_of_company(actor: Actor, enterprise_id: int) -> list[Step]:
    """Open steps about a company and all that goes on with it, within the actor's scope, by date."""
    query = open_steps(Step.enterprise_id == enterprise_id, policy.visible(actor))
    return list(db.session.scalars(query.order_by(Step.due_on, Step.id)))


def next_steps(kind: str, ids: Sequence[str]) -> dict[str, Step]:
    """The open next step of each of these records of one kind, the earliest one, by public id. Only for
    records that this person may see.
    """
    query = (
        select(Step)
        .where(
            Step.subject_kind == kind,
            Step.subject_id.in_(ids),
            Step.state == StepState.OPEN,
            Step.kind == StepKind.NEXT,
        )
        .options(selectinload(Step.owner))
        .order_by(Step.due_on.desc(), Step.id.desc())
    )
    return {step.subject_id: step for step in db.session.scalars(query)}


def naming(sought: Sought, actor: Actor) -> list[Step]:
    """The steps about a company, open or closed, whose words name somebody and that this person may see."""
    query = select(Step).where(
        or_(Step.enterprise_id == sought.enterprise_id, Step.enterprise_id.is_(None)),
        or_(contains_any(sought.words, Step.what, Step.outcome), Step.public_id.in_(sought.known_of("step"))),
        policy.visible(actor),
    )
    query = query.options(joinedload(Step.owner)).order_by(Step.due_on.desc(), Step.id.desc())
    return list(db.session.scalars(query.limit(BESIDE)))


def next_step(steps: Sequence[Step]) -> Step | None:
    """The step for the bar above a record: the earliest 下一步, else the earliest promise."""
    by_kind = {kind: [step for step in steps if step.kind is kind] for kind in StepKind}
    return next(iter(by_kind[StepKind.NEXT] or by_kind[StepKind.PROMISE]), None)


def happenings(about: About, actor: Actor) -> Known:
    """Timeline source: steps that were done, with their outcome; those of a company with all that went on
    there.
    """
    whose = [_is_told_of(subject) for subject in about.subjects]
    query = (
        select(Step)
        .where(Step.state == StepState.DONE, policy.visible(actor), or_(*whose))
        .options(joinedload(Step.owner))
    )
    done = {step.id: _happening(step) for step in db.session.scalars(query)}
    marks = [(happening.day, happening.at, key) for key, happening in done.items()]
    return Known(marks, lambda keys: {key: done[key] for key in keys})


def _is_told_of(subject: Subject) -> ColumnElement[bool]:
    is_company = subject.kind == COMPANY
    return Step.enterprise_id == inner_id(subject) if is_company else is_about(subject)


def _happening(step: Step) -> Happening:
    done_on = step.done_on or step.due_on
    verb = "办结承诺" if step.kind is StepKind.PROMISE else "办结"
    return Happening(
        day=done_on,
        at=start_of(done_on),
        icon="circle-check",
        title=f"{verb}：{step.what}",
        who=step.owner.name,
        body=step.outcome,
    )


def is_work() -> ColumnElement[bool]:
    """An open step that was not made today. One of a lead, a project or a visit opens nothing by itself: that
    record answers, and no more once it is archived.
    """
    return and_(
        Step.state == StepState.OPEN,
        Step.subject_kind == COMPANY,
        Step.visit_id.is_(None),
        entered_before_today(Step.created_at),
    )


WORK = Work(
    policy.STEP_ACCESS,
    Step.enterprise_id,
    is_work,
    # one of a lead or a project is seen by whoever sees that, which answers for itself
    and_(Step.state == StepState.OPEN, Step.subject_kind == COMPANY),
)
