"""The form of a move to another stage."""

from typing import Any

from flask import request

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.keeping import checked_move
from app.core.records.path import MoveKind
from app.core.values.errors import RuleBroken
from app.core.web import pages
from app.promotion.leads import marks, policy, projection, queries, rules, services
from app.promotion.leads.enums import Criterion, LeadStage, LossReason
from app.promotion.leads.forms import MoveLeadForm
from app.promotion.leads.models import Lead
from app.promotion.leads.views.blueprint import Answer, bp, page_of
from app.promotion.leads.views.changing import for_change, form_page, undo_of
from app.promotion.leads.views.gates import gate_panel, outcome_of
from app.register.accounts.enums import Permission as P


def stage_named(code: str | None) -> LeadStage:
    to = LeadStage.parse(code)
    if to is None:
        raise RuleBroken("没有说明要到哪个阶段，请从线索页面上的按钮进入")
    return to


def _came_from(now: queries.LeadNow) -> LeadStage | None:
    return rules.stage_of(projection.standing_of(now.lead, now.ledger).came_from)


def _check_offered(now: queries.LeadNow, to: LeadStage) -> None:
    lead, label = now.lead, queries.stages_on().label(to)
    may_correct = policy.may_correct(require_actor(), lead)
    checked_move(rules.STAGES, lead.stage, to, _came_from(now), may_correct=may_correct, label=label)


def _move_page(now: queries.LeadNow, to: LeadStage, form: MoveLeadForm, status: int = 200) -> Answer:
    """The form of a move, under what the stage still asks for."""
    lead = now.lead
    kind = rules.kind_of_move(lead.stage, to, _came_from(now))
    stages = queries.stages_on(form.effective_on.data)
    form.reason.flags.required = kind in rules.WITH_REASON
    form.reason_code.flags.required = kind is MoveKind.END
    panel = gate_panel(now, to, stages, may_change=True) if kind in rules.GATED else None
    title, words = _move_words(lead, to, stages.label(to))
    hints = {"effective_on": marks.proposed_day(now, to).words}
    return form_page(lead, form, title, status, panel=panel, hints=hints, **words)


def _move_words(lead: Lead, to: LeadStage, label: str) -> tuple[str, dict[str, Any]]:
    """Title, button and fields of the form for this kind of move."""
    if to is LeadStage.LOST:
        return f"流失：{lead.name}", {"hide": ("evidence",), "verb": "记为流失", "kind": "danger"}
    if to is LeadStage.ON_HOLD:
        return f"暂缓：{lead.name}", {"hide": ("evidence", "reason_code"), "verb": "暂缓"}
    return f"{lead.name} 到「{label}」", {"hide": ("reason_code",), "verb": f"移到「{label}」"}


@bp.get("/leads/<public_id>/move")
@requires(P.LEADS_WRITE)
def move(public_id: str) -> Answer:
    """`?to=`: the form for any move: forward, back, on hold, lost."""
    now, to = queries.LeadNow(for_change(public_id)), stage_named(request.args.get("to"))
    _check_offered(now, to)
    day = marks.proposed_day(now, to).day
    form = MoveLeadForm(formdata=None, to=to.value, effective_on=day, version=now.lead.version)
    return _move_page(now, to, form)


@bp.post("/leads/<public_id>/move")
@requires(P.LEADS_WRITE)
def save_move(public_id: str) -> Answer:
    lead, form = for_change(public_id, get=queries.get_to_change), MoveLeadForm()
    to, places = stage_named(form.to.data), list[int]()

    def act() -> None:
        try:
            place = services.advance_stage(
                lead,
                to,
                form.effective_on.data,
                form.reason.data or "",
                form.evidence.data or "",
                reason_code=LossReason.parse(form.reason_code.data),
                version=form.seen,
            )
        except RuleBroken as broken:
            raise RuleBroken(_beside_the_panel(broken)) from None
        places.append(place)

    if not pages.took(form, act):
        return _move_page(queries.LeadNow(lead), to, form, 422)
    told = f"已到「{queries.stages_on().label(to)}」"
    return pages.done(page_of(lead), told, link=outcome_link(lead), undo=undo_of(lead, *places))


def _beside_the_panel(broken: RuleBroken) -> dict[str, str]:
    """The problems of a move; what the gate lacks is one line, since its panel lists each with a remedy."""
    lacking = [name for name in broken.problems if Criterion.parse(name)]
    if not lacking:
        return broken.problems
    return {"": f"还差 {len(lacking)} 项，逐项列在下面，点右边的按钮去补；补齐后再回到这里"}


def outcome_link(lead: Lead) -> tuple[str, str] | None:
    found = outcome_of(lead, require_actor())
    return ("打开项目", found.url) if found else None
