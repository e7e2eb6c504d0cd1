"""The list of targets, and what may be done to many. It shares the blueprint of `views`."""

from typing import Any

from app.core.records.acts import Act
from app.core.records.bulk import serve_acts
from app.core.records.routes import serve
from app.core.values.clock import today
from app.promotion.targets import policy, services
from app.promotion.targets.forms import AssignTargetForm
from app.promotion.targets.listing import TARGETS
from app.promotion.targets.views import assign_as_asked, bp, for_change, with_holders
from app.register.accounts.enums import Permission
from app.register.tags.views import on_many

P = Permission
__all__ = ["bp"]


def _assign_form(**given: Any) -> AssignTargetForm:
    return with_holders(AssignTargetForm(**{"effective_on": today(), **given}))


def _assign(public_id: str, form: Any) -> None:
    assign_as_asked(for_change(public_id, policy.may_assign), form, version=None)


serve(bp, TARGETS, "targets/index.html")
serve_acts(
    bp,
    TARGETS,
    Act(name="assign", verb="分派", right=P.LEADS_ASSIGN, form=_assign_form, on=_assign),
    on_many("target", P.TARGETS_WRITE),
    *services.ARCHIVING.acts,
)
