"""A step that is to be changed, and its form, as it comes again or is not given."""

from flask import render_template, request, url_for

from app.core.access.auth import Actor, require_actor
from app.core.values.registries import CLOSES_STEP
from app.core.web import pages
from app.promotion.steps import queries
from app.promotion.steps.enums import StepState
from app.promotion.steps.forms import CloseForm, MoveStepForm, OutcomeForm
from app.promotion.steps.models import Step
from app.promotion.steps.views.blueprint import bp
from app.promotion.steps.views.grounds import stands_on

Form = CloseForm | MoveStepForm | OutcomeForm


def way_back(step: Step) -> str:
    """Where the actor came from, if that is a page of ours; else where it stands."""
    asked = request.values.get("back", "")
    if asked.startswith("/") and not asked.startswith(("//", "/\\")) and asked.isprintable():
        return asked
    return stands_on(step).url


@bp.app_template_global()
def closed_on(step: Step) -> str | None:
    """The page whose decision closes this step; None of one that is closed with a press."""
    page_of = CLOSES_STEP.get(step.kind)
    return page_of(step.id) if page_of else None


def step_for_change(public_id: str) -> Step:
    step = queries.get_step(public_id, require_actor())
    pages.refusal_leads_to(url_for("steps.detail", public_id=public_id))
    return step


def form_page(template: str, form: Form, step: Step) -> str:
    return render_template(template, form=form, step=step, back=way_back(step))


def why_not_page(step: Step, verb: str, why: str) -> str:
    """In the place of a form that could only be refused: why, and where the step is decided on."""
    decision = own_decision(step, require_actor())
    return render_template(
        "steps/concluded.html", step=step, back=way_back(step), verb=verb, why=why, decision=decision
    )


def form_again(template: str, form: Form, step: Step, verb: str, why: str | None) -> str:
    """The form with what was wrong or, where it could only be refused again, why in its place."""
    return why_not_page(step, verb, why) if why else form_page(template, form, step)


def own_decision(step: Step, actor: Actor) -> str | None:
    """The page of the decision that closes this open step, for whose it is."""
    is_own = step.state is StepState.OPEN and step.owner_id == actor.person_id
    return closed_on(step) if is_own else None
