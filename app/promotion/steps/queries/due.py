"""What is due, under its headings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import joinedload

from app.core.access.auth import Actor
from app.core.access.permissions import of_ours
from app.core.storage.db import db
from app.promotion.steps import policy, rules
from app.promotion.steps.enums import DueGroup, StepState
from app.promotion.steps.models import Step

LONGEST = 200  # rows of one reading; a person with more has no use for the rest


@dataclass(frozen=True, slots=True)
class DueSteps:
    """The steps under one heading of the home page. `count` is exact; `steps` may be cut (LONGEST)."""

    group: DueGroup
    steps: tuple[Step, ...]
    count: int


def open_steps(*conditions: ColumnElement[bool]) -> Select[Step]:
    return (
        select(Step)
        .where(Step.state == StepState.OPEN, *conditions)
        .options(joinedload(Step.enterprise), joinedload(Step.owner))
        .limit(LONGEST)
    )


def mine(actor: Actor) -> ColumnElement[bool]:
    return Step.owner_id == actor.person_id


def of_group(actor: Actor) -> ColumnElement[bool]:
    """Those of 本组 that somebody may see."""
    return and_(policy.visible(actor), of_ours(actor, Step.unit_id, Step.team_id))


def _due(actor: Actor, until: date, *, ours: bool = False) -> ColumnElement[bool]:
    whose = of_group(actor) if ours else policy.visible(actor)
    return and_(whose, Step.due_on <= until)


def due_steps(actor: Actor, until: date, *, ours: bool = False) -> list[Step]:
    """Open steps due up to a date within the actor's scope, or those of 本组 alone: own ones first, then by
    date.
    """
    own_first = case((Step.owner_id == actor.person_id, 0), else_=1)
    query = open_steps(_due(actor, until, ours=ours))
    return list(db.session.scalars(query.order_by(own_first, Step.due_on, Step.id)))


def my_steps(actor: Actor) -> list[Step]:
    """Open steps that the actor has to do, by date."""
    return list(db.session.scalars(open_steps(mine(actor)).order_by(Step.due_on, Step.id)))


def due_groups(actor: Actor, until: date, today: date, *, ours: bool = False) -> list[DueSteps]:
    """`due_steps` under their headings."""
    return _with_counts(due_steps(actor, until, ours=ours), _due(actor, until, ours=ours), today)


def my_groups(actor: Actor, today: date) -> list[DueSteps]:
    """`my_steps` under their headings."""
    return _with_counts(my_steps(actor), mine(actor), today)


def grouped(steps: Iterable[Step], today: date) -> list[DueSteps]:
    """Steps under the headings 逾期, 今天, 本周, 以后; headings without steps are left out."""
    by_group = _by_group(steps, today)
    return [DueSteps(group, tuple(found), len(found)) for group, found in by_group.items() if found]


def _by_group(steps: Iterable[Step], today: date) -> dict[DueGroup, list[Step]]:
    by_group: dict[DueGroup, list[Step]] = {group: [] for group in DueGroup}
    for step in steps:
        by_group[rules.group_of(step.due_on, today)].append(step)
    return by_group


def _with_counts(steps: list[Step], condition: ColumnElement[bool], today: date) -> list[DueSteps]:
    """The headings, with what a full reading left out counted by the database."""
    if len(steps) < LONGEST:
        return grouped(steps, today)
    within = {group: due_in(group, today) for group in DueGroup}
    query = select(*(func.count().filter(rule) for rule in within.values()))
    query = query.select_from(Step).where(Step.state == StepState.OPEN, condition)
    counts = dict(zip(within, db.session.execute(query).one(), strict=True))
    by_group = _by_group(steps, today)
    return [DueSteps(group, tuple(by_group[group]), counts[group]) for group in DueGroup if counts[group]]


def due_in(group: DueGroup, today: date) -> ColumnElement[bool]:
    """The heading as a condition: the same as `rules.group_of`."""
    sunday = rules.end_of_week(today)
    return {
        DueGroup.OVERDUE: Step.due_on < today,
        DueGroup.TODAY: Step.due_on == today,
        DueGroup.THIS_WEEK: and_(Step.due_on > today, Step.due_on <= sunday),
        DueGroup.LATER: and_(Step.due_on > today, Step.due_on > sunday),
    }[group]
