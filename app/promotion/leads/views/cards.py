"""A card of the board moved with one press; one's own last ledger row taken back."""

from typing import Any

from flask import flash, redirect, request, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.storage.db import end_writing
from app.core.values.errors import NotAllowed, NotFound, RuleBroken
from app.core.web import pages
from app.core.web.forms import VersionedForm
from app.promotion.leads import marks, policy, queries, services
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead
from app.promotion.leads.views.blueprint import Answer, bp, page_of
from app.promotion.leads.views.board import REFUSED
from app.promotion.leads.views.changing import for_change, undo_of
from app.promotion.leads.views.moves import outcome_link, stage_named
from app.register.accounts.enums import Permission as P


@bp.post("/leads/<public_id>/shift")
@requires(P.LEADS_WRITE)
def shift(public_id: str) -> Answer:
    """A card of the board moved with one press, as of today or of the day its paper says; a refusal leaves
    the reader on the board, with the reason beside the card.
    """
    lead, form = for_change(public_id, get=queries.get_to_change), VersionedForm()
    to = stage_named(request.form.get("stage"))
    label, name = queries.stages_on().label(to), lead.name
    proposal = marks.proposed_day(queries.LeadNow(lead), to)
    try:
        place = services.advance_stage(lead, to, proposal.day, version=form.seen)
    except RuleBroken as broken:
        return _refused(public_id, to, broken.problems)
    except NotAllowed as refused:
        return _refused(public_id, to, {"": refused.message})
    told = f"「{name}」已移到「{label}」" + (f"，{proposal.words}" if proposal.words else "")
    return pages.done(_back_to_board(), told, link=outcome_link(lead), undo=undo_of(lead, place))


def _refused(public_id: str, to: LeadStage, problems: dict[str, str]) -> Answer:
    end_writing()
    told: Any = {"lead": public_id, "to": to.value, "problems": problems}
    flash(told, REFUSED)
    return redirect(f"{_back_to_board()}#card-{public_id}", 303)


def _back_to_board() -> str:
    """The board as it was, filters included, when the request came from there."""
    came_from = request.referrer or ""
    board_url = url_for("leads.board")
    if came_from.startswith(request.host_url + board_url[1:]):
        return came_from[len(request.host_url) - 1 :]
    return board_url


@bp.post("/leads/<public_id>/ledger/<int:place>/take-back")
@requires(P.LEADS_WRITE)
def take_back(public_id: str, place: int) -> Answer:
    """撤销: the row that the one who acts has just entered never counted."""
    lead = queries.lead_of_own_deed(public_id)
    pages.refusal_leads_to(page_of(lead))
    entries = queries.entries_of(lead)
    if not 1 <= place <= len(entries):
        raise NotFound
    services.take_back(lead, entries[len(entries) - place].id)
    return pages.done(_where_it_was(lead), "已撤销，台账里仍看得到")


def _where_it_was(lead: Lead) -> str:
    """The board for who moved a card there; else the lead, or the list for who no longer sees the lead."""
    if (request.referrer or "").startswith(request.host_url + url_for("leads.board")[1:]):
        return _back_to_board()
    may_see = policy.may_see(require_actor(), lead)
    return page_of(lead) if may_see else url_for("leads.index")
