"""The page of one step."""

from flask import render_template

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import requires
from app.core.storage.subjects import SUBJECTS, lines_of, subject_at
from app.core.values.registries import RelatedRow
from app.promotion.steps import queries, services
from app.promotion.steps.enums import StepState
from app.promotion.steps.models import Step
from app.promotion.steps.views.blueprint import bp
from app.promotion.steps.views.changing import own_decision
from app.register.accounts.enums import Permission as P


@bp.get("/steps/<public_id>")
@requires(P.VISITS_READ)
def detail(public_id: str) -> str:
    """One step: what, for whom, by when, what came of it."""
    actor = require_actor()
    step = queries.get_step(public_id, actor)
    is_open = step.state is StepState.OPEN
    may_write = actor.may(P.VISITS_WRITE) and services.why_not_here(step) is None
    return render_template(
        "steps/detail.html",
        step=step,
        is_open=is_open,
        may_change=is_open and may_write,
        may_reopen=not is_open and may_write,
        records=_records(step, actor),
        decision=own_decision(step, actor),
    )


def _records(step: Step, actor: Actor) -> list[tuple[str, RelatedRow]]:
    """The record it is about and the visit it came from, as far as this person may see them."""
    asked = [] if step.is_of_company else [step.about]
    if step.visit_id is not None:
        asked.append(subject_at("visit", step.visit_id))
    lines = lines_of(asked, actor)
    return [(SUBJECTS[each.kind].label, lines[each]) for each in asked if each in lines]
