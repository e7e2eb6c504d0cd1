"""Whose a target is: the form of assigning it."""

from typing import Any

from flask import url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.values.clock import today
from app.core.web import pages
from app.promotion.targets import policy, services
from app.promotion.targets.forms import AssignTargetForm
from app.promotion.targets.models import TargetEnterprise
from app.promotion.targets.views.blueprint import Answer, bp, page_of
from app.promotion.targets.views.changing import for_change, form_page
from app.promotion.targets.views.typed import holder_of, with_holders
from app.register.accounts.enums import Permission as P


def _form(target: TargetEnterprise, **given: Any) -> AssignTargetForm:
    return with_holders(AssignTargetForm(**given), *((target.owner,) if target.owner else ()))


def _opened(target: TargetEnterprise) -> AssignTargetForm:
    return _form(
        target,
        formdata=None,
        effective_on=today(),
        version=target.version,
        owner=target.owner.public_id if target.owner else "",
        unit=target.unit.public_id,
        team=target.team.public_id if target.team else "",
    )


def assign_as_asked(target: TargetEnterprise, form: AssignTargetForm, version: int | None) -> int:
    """Gives a target to whom a form says; answers the place of its new entry."""
    owner, unit, team = holder_of(form)
    return services.assign_target(
        target,
        owner=owner,
        unit_id=unit.id if unit else None,
        team_id=team.id if team else None,
        effective_on=form.effective_on.data,
        reason=form.reason.data or "",
        version=version,
    )


@bp.get("/targets/<public_id>/assign")
@requires(P.LEADS_ASSIGN)
def assign(public_id: str) -> Answer:
    """分派目标企业."""
    target = for_change(public_id, policy.may_assign)
    return form_page(target, _opened(target), f"分派：{target.name}", verb="分派")


@bp.post("/targets/<public_id>/assign")
@requires(P.LEADS_ASSIGN)
def save_assign(public_id: str) -> Answer:
    """分派目标企业：保存."""
    target = for_change(public_id, policy.may_assign)
    form, places = _form(target), list[int]()

    def act() -> None:
        places.append(assign_as_asked(target, form, form.seen))

    if not saved(form, act, lambda: _opened(target)):
        return form_page(target, form, f"分派：{target.name}", 422, verb="分派")
    is_seen = policy.may_see(require_actor(), target)
    undo = (url_for("targets.take_back", public_id=public_id, place=places[0]), dict[str, str]())
    return pages.done(page_of(target) if is_seen else url_for("targets.index"), "已分派", undo=undo)
