"""A step gets another date."""

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.web import pages
from app.promotion.steps import queries, services
from app.promotion.steps.forms import MoveStepForm
from app.promotion.steps.views.blueprint import Answer, bp
from app.promotion.steps.views.changing import form_again, form_page, step_for_change, way_back, why_not_page
from app.register.accounts.enums import Permission as P


@bp.get("/steps/<public_id>/move")
@requires(P.VISITS_WRITE)
def moving(public_id: str) -> str:
    """Asks for the new date."""
    step = queries.get_step(public_id, require_actor())
    if why := services.why_not_move(step):
        return why_not_page(step, "改期", why)
    return form_page("steps/move.html", MoveStepForm(version=step.version, due_on=step.due_on), step)


@bp.post("/steps/<public_id>/move")
@requires(P.VISITS_WRITE)
def move(public_id: str) -> Answer:
    """Gives a step another date."""
    step, form = step_for_change(public_id), MoveStepForm()
    if not pages.took(form, lambda: services.move_step(step, form.due_on.data, version=form.seen)):
        why = services.why_not_here(step, services.WITH_AGREEMENT)
        return form_again("steps/move.html", form, step, "改期", why), 422
    return pages.done(way_back(step), "已改期")
