"""A step is opened, on a record or for a company alone."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.core.access.auth import current_actor
from app.core.storage.db import db
from app.core.storage.subjects import Subject
from app.core.values.errors import NotFound, RuleBroken
from app.promotion.steps import rules
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.models import COMPANY, Step
from app.register.accounts.models import Person
from app.register.accounts.queries import why_no_work
from app.register.enterprises.models import Enterprise
from app.register.enterprises.services import must_be_live


class Ground(Protocol):
    """What a step takes from the record on which it is written: who may see it. Where the record has them, it
    takes `enterprise_id` and `confidential` as well. Leads, projects, visits and steps are such records.
    """

    @property
    def unit_id(self) -> int | None: ...
    @property
    def team_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class CompanyAlone:
    """The ground of a step on which no other record stands: it belongs to its owner's unit."""

    enterprise_id: int | None
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
    owner = _owner(owner_id)
    enterprise_id = getattr(ground, "enterprise_id", None)
    if about.kind == COMPANY:
        _must_be_live(enterprise_id)
    actor = current_actor()
    step = Step(
        kind=kind,
        state=StepState.OPEN,
        what=what,
        due_on=due_on,
        owner_id=owner_id,
        author_id=actor.person_id if actor else None,
        enterprise_id=enterprise_id,
        subject_kind=about.kind,
        subject_id=about.id,
        visit_id=visit_id,
        unit_id=owner.unit_id if ground.unit_id is None else ground.unit_id,
        team_id=ground.team_id,
        confidential=getattr(ground, "confidential", False),
    )
    db.session.add(step)
    db.session.flush()
    return step


def _owner(person_id: int) -> Person:
    """Who is to do it: somebody who can sign in."""
    owner = db.session.get(Person, person_id)
    if owner is None:
        raise NotFound
    if refusal := why_no_work(owner):
        raise RuleBroken({"owner": refusal})
    return owner


def _must_be_live(enterprise_id: int | None) -> None:
    enterprise = db.session.get(Enterprise, enterprise_id)
    if enterprise is None:
        raise NotFound
    must_be_live(enterprise)
