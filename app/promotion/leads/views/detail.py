"""The page of one lead: its tabs, its stage bar, who may do what."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import render_template, url_for

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import requires
from app.core.records.history import TAKE_BACK
from app.core.records.path import BY_CORRECTORS, Move, MoveKind
from app.core.records.timeline import About, timeline
from app.core.storage.subjects import subject_of
from app.core.values.clock import in_beijing
from app.core.web import pages
from app.promotion.leads import policy, projection, queries, rules, services, showing
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.happenings import sentence_of
from app.promotion.leads.models import Agreement, Lead
from app.promotion.leads.views.blueprint import bp, page_of
from app.promotion.leads.views.gates import gate_panel, outcome_of
from app.promotion.steps.queries import next_step, open_about
from app.register.accounts import queries as accounts
from app.register.accounts.enums import Permission as P
from app.register.reference.queries import industry_names

_TABS = {"timeline": "动态", "agreements": "协议与审查", "ledger": "阶段台账"}


@bp.get("/leads/<public_id>")
@requires(P.LEADS_READ)
def detail(public_id: str) -> str:
    actor = require_actor()
    now = queries.LeadNow(queries.get_lead(public_id))
    lead, stages = now.lead, queries.stages_on()
    tab = pages.read_choice("tab", "记录", _TABS.items()) or "timeline"
    steps = open_about(subject_of(lead))
    return render_template(
        "leads/detail.html",
        lead=lead,
        steps=steps,
        next_step=next_step(steps),
        stages=stages,
        facts=showing.side_facts(
            lead, industry_names([lead.industry_code]).get(lead.industry_code or "", "")
        ),
        members=queries.members_of(lead),
        tab=tab,
        tabs=[
            {"label": label, "url": page_of(lead, key, "records"), "active": key == tab}
            for key, label in _TABS.items()
        ],
        may=_rights(actor, lead),
        own=own_last_deed(now, stages),
        outcome=outcome_of(lead, actor),
        counts_instead=queries.counts_instead(lead, actor),
        **_standing(now, stages, actor),
        **_TAB_READERS[tab](now, actor, stages),
    )


def own_last_deed(now: queries.LeadNow, stages: queries.Stages) -> dict[str, Any] | None:
    """What the one who looks has just entered in the ledger and may still take back."""
    found = services.LEDGER.last_deed(now.lead, now.ledger)
    if found is None:
        return None
    last, place = found
    names = accounts.names_of([last.owner_id])
    return {
        "words": sentence_of(last, stages, names, {}),
        "until": f"{in_beijing(last.recorded_at + TAKE_BACK):%H:%M}",
        "url": url_for("leads.take_back", public_id=now.lead.public_id, place=place),
    }


def _rights(actor: Actor, lead: Lead) -> dict[str, bool]:
    return {
        "change": policy.may_change(actor, lead),
        "assign": policy.may_assign(actor, lead),
        "name": policy.may_name(actor, lead),
        "correct": policy.may_correct(actor, lead),
        "archive": policy.may_archive(actor, lead),
        "void": policy.may_void(actor, lead) and not lead.is_archived,
    }


def _standing(now: queries.LeadNow, stages: queries.Stages, actor: Actor) -> dict[str, Any]:
    """The stage bar, the gate of the next stage, and where else the lead may go."""
    lead, counted = now.lead, now.ledger.entries()
    came_from = rules.stage_of(projection.standing_of(lead, now.ledger).came_from)
    to = rules.next_stage(lead.stage, came_from)
    panel = None
    if to is not None and lead.stage is not LeadStage.ON_HOLD:
        panel = gate_panel(now, to, stages, policy.may_change(actor, lead))
    missing = len(panel["missing"]) if panel else 0
    moves = rules.allowed_moves(lead.stage, came_from, may_correct=policy.may_correct(actor, lead))
    return {
        "bar": showing.stage_bar(lead, came_from, counted, stages, missing),
        "panel": panel,
        "resume_to": to if lead.stage is LeadStage.ON_HOLD else None,
        "moves": [move for move in moves if move.kind in BY_CORRECTORS],
        "hold_at": _first(moves, MoveKind.HOLD),
        "end_at": _first(moves, MoveKind.END),
        "is_over": lead.stage in rules.ENDS,
    }


def _first(moves: Sequence[Move[LeadStage]], kind: MoveKind) -> LeadStage | None:
    return next((move.to for move in moves if move.kind is kind), None)


def _timeline_tab(now: queries.LeadNow, actor: Actor, _stages: queries.Stages) -> dict[str, Any]:
    return {"past": timeline(About((subject_of(now.lead),)), actor, pages.read_page_number())}


def _agreements_tab(now: queries.LeadNow, actor: Actor, _stages: queries.Stages) -> dict[str, Any]:
    found = queries.agreements_of(now.lead)
    return {
        "agreements": [(agreement, _rights_on(actor, agreement)) for agreement in found],
        "files": queries.files_by_agreement(found),
        "papers": queries.files_by_agreement(found, queries.REVIEW_KIND),
        "review_facts": showing.review,
    }


def _rights_on(actor: Actor, agreement: Agreement) -> dict[str, bool]:
    review = agreement.review
    return {
        "change": policy.may_change_agreement(actor, agreement),
        "conclude": policy.is_asked(actor, agreement),
        "enter_paper": policy.may_enter_paper(actor, agreement) and not (review and review.is_own),
    }


def _ledger_tab(now: queries.LeadNow, actor: Actor, stages: queries.Stages) -> dict[str, Any]:
    lead, entries = now.lead, queries.entries_of(now.lead)
    names = accounts.names_of(entry.owner_id for entry in entries)
    return {"ledger": showing.ledger(entries, stages, names, policy.may_correct(actor, lead))}


_TAB_READERS: dict[str, Callable[[queries.LeadNow, Actor, queries.Stages], dict[str, Any]]] = {
    "timeline": _timeline_tab,
    "agreements": _agreements_tab,
    "ledger": _ledger_tab,
}
