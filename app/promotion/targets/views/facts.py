"""What people enter of a target for its score, and what they lift."""

from flask import render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.web import pages
from app.core.web.idempotency import once
from app.promotion.targets import policy, queries, rules, services
from app.promotion.targets.enums import FactKind
from app.promotion.targets.forms import LiftFactForm, NewFactForm
from app.promotion.targets.models import TargetEnterprise, TargetFact
from app.promotion.targets.views.blueprint import Answer, bp, page_of
from app.promotion.targets.views.changing import for_change, form_page
from app.register.accounts.enums import Permission as P

_SCORE = "score"  # where the score stands on the page of a target


def _new_page(target: TargetEnterprise, form: NewFactForm, status: int = 200) -> Answer:
    return render_template("targets/fact.html", target=target, form=form.ready()), status


@bp.get("/targets/<public_id>/facts/new")
@requires(P.TARGETS_WRITE)
def new_fact(public_id: str) -> Answer:
    """记目标企业的依据或否决."""
    target, kind = for_change(public_id), pages.read_member("kind", "哪一类", FactKind)
    form = NewFactForm(formdata=None, kind=kind.value if kind else "")
    return _new_page(target, form)


@bp.post("/targets/<public_id>/facts/new")
@requires(P.TARGETS_WRITE)
@once
def create_fact(public_id: str) -> Answer:
    """记目标企业的依据或否决：保存."""
    target, form = for_change(public_id), NewFactForm()

    def act() -> None:
        kind, day = FactKind(form.kind.data), form.told_on.data
        services.enter_fact(target, services.FactData(kind, form.what.data, form.source.data, day))

    if not pages.took(form, act):
        return _new_page(target, form, 422)
    return pages.done(page_of(target, anchor=_SCORE), "已记上，评分按它重算")


def _to_lift(public_id: str) -> TargetFact:
    row = queries.get_fact(public_id, require_actor())
    for_change(row.target.public_id)
    if not policy.may_lift(require_actor(), row):
        raise NotAllowed(services.NOT_THEIR_VETO if rules.is_veto(row.kind) else "")
    if row.lifted_on is not None:
        raise RuleBroken(services.LIFTED)
    return row


def _lift_page(row: TargetFact, form: LiftFactForm, status: int = 200) -> Answer:
    intro = f"{row.kind.label}：{row.what}（{row.source}，{row.told_on}）。取消以后不再计，仍看得到"
    title, verb = (
        (f"解除一票否决：{row.kind.label}", "解除") if rules.is_veto(row.kind) else ("取消依据", "取消这一条")
    )
    return form_page(row.target, form, title, status, intro=intro, verb=verb, leave="返回")


@bp.get("/targets/facts/<public_id>/lift")
@requires(P.TARGETS_WRITE)
def lift_fact(public_id: str) -> Answer:
    """取消目标企业的依据或否决."""
    row = _to_lift(public_id)
    return _lift_page(row, LiftFactForm(formdata=None, version=row.version))


@bp.post("/targets/facts/<public_id>/lift")
@requires(P.TARGETS_WRITE)
def save_lift(public_id: str) -> Answer:
    """取消目标企业的依据或否决：保存."""
    row, form = _to_lift(public_id), LiftFactForm()
    if not pages.took(form, lambda: services.lift_fact(row, form.seen, form.lifted_why.data)):
        return _lift_page(row, form, 422)
    return pages.done(page_of(row.target, anchor=_SCORE), "已取消，评分按其余的重算")
