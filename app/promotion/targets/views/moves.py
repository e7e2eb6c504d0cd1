"""A target goes to another state, by the form of a move."""

from flask import request, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.keeping import checked_move
from app.core.records.path import MoveKind
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.core.web import pages
from app.promotion.targets import policy, rules, services
from app.promotion.targets.enums import TargetStage
from app.promotion.targets.forms import MoveTargetForm
from app.promotion.targets.models import TargetEnterprise
from app.promotion.targets.views.blueprint import Answer, bp, page_of
from app.promotion.targets.views.changing import for_change, form_page
from app.register.accounts.enums import Permission as P


def _stage_named(code: str | None) -> TargetStage:
    to = TargetStage.parse(code)
    if to is None:
        raise RuleBroken({"to": "没有说明要到哪个状态，请从目标企业页面上的按钮进入"})
    return to


def _move_page(target: TargetEnterprise, to: TargetStage, form: MoveTargetForm, status: int = 200) -> Answer:
    """The form of a move; what cannot be any more keeps the words of a step forward."""
    kind = rules.STAGES.kind_of_move(target.stage, to) or MoveKind.FORWARD
    form.reason.flags.required = kind in rules.WITH_REASON or to is TargetStage.CONTACTED
    ends = kind is MoveKind.END
    return form_page(
        target,
        form,
        "放弃目标企业" if ends else f"{kind.label}到「{to.label}」",
        status,
        verb="放弃" if ends else kind.label,
        hints={"reason": "例如：总部三年内不再扩产"} if ends else {},
        intro="放弃以后可以把这家企业重新列为目标" if ends else "",
    )


@bp.get("/targets/<public_id>/move")
@requires(P.TARGETS_WRITE)
def move(public_id: str) -> Answer:
    """`?to=`: the form for any move: forward, jump, back, dropped."""
    target, to = for_change(public_id), _stage_named(request.args.get("to"))
    may_correct = policy.may_correct(require_actor(), target)
    checked_move(rules.STAGES, target.stage, to, may_correct=may_correct)
    if refusal := rules.why_no_move(target.stage, to):
        raise RuleBroken({"to": refusal})
    form = MoveTargetForm(formdata=None, to=to.value, effective_on=today(), version=target.version)
    return _move_page(target, to, form)


@bp.post("/targets/<public_id>/move")
@requires(P.TARGETS_WRITE)
def save_move(public_id: str) -> Answer:
    """推进目标企业：保存."""
    target, form = for_change(public_id), MoveTargetForm()
    to, places = _stage_named(form.to.data), list[int]()

    def act() -> None:
        day, reason = form.effective_on.data, form.reason.data or ""
        places.append(services.move_target(target, to, day, reason, version=form.seen))

    if not pages.took(form, act):
        return _move_page(target, to, form, 422)
    undo = (url_for("targets.take_back", public_id=public_id, place=places[0]), dict[str, str]())
    return pages.done(page_of(target), f"已到「{to.label}」", undo=undo)
