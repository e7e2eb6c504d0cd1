"""Promises kept and broken, by who had to keep them. A step follows its record to another team; whoever kept
a promise does not, so the team is that of its owner on that day.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, or_

from app.core.records.measures import By, Measure, measured
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.models import Step
from app.promotion.steps.policy import visible
from app.promotion.steps.showing import lines_of_steps
from app.register.accounts.enums import Permission
from app.register.accounts.models import Person, TeamMembership

_HOLDERS = {By.TEAM: TeamMembership.team_id, By.PERSON: Step.owner_id, By.UNIT: Person.unit_id}
_KEPT = and_(Step.kind == StepKind.PROMISE, Step.state == StepState.DONE)


def _done(in_time: bool) -> Callable[[By, date, date], Select[Any]]:
    when = Step.done_on <= Step.due_on if in_time else Step.done_on > Step.due_on

    def counted(by: By, first: date, last: date) -> Select[Any]:
        rows = measured(_HOLDERS[by], Step.id, Step.done_on, Step.updated_at)
        rows = rows.select_from(Step).join(Person, Person.id == Step.owner_id)
        if by is By.TEAM:
            term = TeamMembership
            lasted = or_(term.ends_on.is_(None), term.ends_on >= Step.done_on)
            rows = rows.join(
                term, and_(term.person_id == Step.owner_id, term.starts_on <= Step.done_on, lasted)
            )
        return rows.where(_KEPT, when, Step.done_on.between(first, last)).distinct()

    return counted


def _measure(code: str, name: str, words: str, *, in_time: bool) -> Measure:
    return Measure(
        code=f"step.{code}",
        name=name,
        of=StepKind.PROMISE.label,
        words=words,
        formula="件数，一件只记一次",
        unit="件",
        cohort="按办结日期，归办的人，办结当天在哪个驻点组就归哪个组；单位按办的人现在的单位",
        cut_off="办结日期在所选日期之内",
        reads=Permission.VISITS_READ,
        model=Step,
        visible=visible,
        counted=_done(in_time),
        lines=lines_of_steps,
    )


MEASURED = (
    _measure("kept", "承诺按期办结", "对企业的承诺，在期限之内办结的", in_time=True),
    _measure("kept_late", "承诺逾期办结", "对企业的承诺，过了期限才办结的", in_time=False),
)
