"""A step is closed, with what came of it, and opened again."""

from flask import url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.web import pages
from app.core.web.forms import seen_version
from app.promotion.steps import queries, services
from app.promotion.steps.forms import CloseForm, OutcomeForm
from app.promotion.steps.models import Step
from app.promotion.steps.views.blueprint import Answer, bp
from app.promotion.steps.views.changing import form_again, form_page, step_for_change, way_back, why_not_page
from app.register.accounts.enums import Permission as P


@bp.post("/steps/<public_id>/tick")
@requires(P.VISITS_WRITE)
def tick(public_id: str) -> Answer:
    """Closes a step with one press; one that cannot be closed so shows the form, with the reason."""
    return _closed(public_id)


def _closed(public_id: str) -> Answer:
    """Closes a step and opens the following one when it is written; when nothing was, it can be undone."""
    step, form = step_for_change(public_id), CloseForm()
    outcome, then = form.outcome.data or "", form.then.data or ""

    def act() -> None:
        services.close_and_go_on(
            step,
            outcome,
            dropped=form.is_dropped,
            then=then,
            then_due_on=form.then_due_on.data,
            version=form.seen,
        )

    if not pages.took(form, act):
        return form_again("steps/done.html", form, step, "办结", services.why_not_here(step)), 422
    back = way_back(step)
    if outcome or then:
        return pages.done(back, "不再办，已记下" if form.is_dropped else "已办结")
    return pages.done(
        back,
        f"已办结「{step.what}」",
        link=("写结果", url_for("steps.telling", public_id=public_id, back=back)),
        undo=(url_for("steps.reopen", public_id=public_id), {"version": step.version, "back": back}),
    )


@bp.post("/steps/<public_id>/reopen")
@requires(P.VISITS_WRITE)
def reopen(public_id: str) -> Answer:
    """A step closed by mistake is to be done again."""
    step = step_for_change(public_id)
    services.reopen_by_hand(step, version=seen_version())
    return pages.done(way_back(step), "又列入待办")


@bp.get("/steps/<public_id>/outcome")
@requires(P.VISITS_WRITE)
def telling(public_id: str) -> str:
    """Asks what came of a step that was closed with one press."""
    step = queries.get_step(public_id, require_actor())
    if why := services.why_not_tell(step):
        return why_not_page(step, "写结果", why)
    return form_page("steps/outcome.html", _opened_outcome(step), step)


def _opened_outcome(step: Step) -> OutcomeForm:
    return OutcomeForm(formdata=None, obj=step)


@bp.post("/steps/<public_id>/outcome")
@requires(P.VISITS_WRITE)
def tell(public_id: str) -> Answer:
    """Keeps what came of it."""
    step, form = step_for_change(public_id), OutcomeForm()

    def act() -> None:
        services.note_outcome(step, form.outcome.data or "", version=form.seen)

    if not saved(form, act, lambda: _opened_outcome(step)):
        return form_again("steps/outcome.html", form, step, "写结果", services.why_not_here(step)), 422
    return pages.done(way_back(step), "已记下结果")


@bp.get("/steps/<public_id>/done")
@requires(P.VISITS_WRITE)
def closing(public_id: str) -> str:
    """Asks what came of it."""
    step = queries.get_step(public_id, require_actor())
    if why := services.why_not_close(step):
        return why_not_page(step, "办结", why)
    return form_page("steps/done.html", CloseForm(version=step.version), step)


@bp.post("/steps/<public_id>/done")
@requires(P.VISITS_WRITE)
def close(public_id: str) -> Answer:
    """Closes a step with what came of it."""
    return _closed(public_id)
