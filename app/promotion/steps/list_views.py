"""The list of steps, and what may be done to many. It shares the blueprint of `views`."""

from typing import Any

from app.core.records.acts import Act
from app.core.records.bulk import serve_acts
from app.core.records.routes import serve
from app.promotion.steps import services
from app.promotion.steps.forms import MoveStepForm
from app.promotion.steps.listing import STEPS
from app.promotion.steps.views import bp, step_for_change
from app.register.accounts.enums import Permission

__all__ = ["bp"]


def _move(public_id: str, form: Any) -> None:
    step = step_for_change(public_id)
    services.move_step(step, form.due_on.data, version=step.version)


serve(bp, STEPS, "steps/index.html")
serve_acts(
    bp, STEPS, Act(name="move", verb="改期", right=Permission.VISITS_WRITE, form=MoveStepForm, on=_move)
)
