"""The board, and the switch between list, board and funnel."""

from dataclasses import replace
from typing import Any

from flask import get_flashed_messages, render_template, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.index.searching import SEARCHES, SUGGESTIONS
from app.core.records import listed
from app.core.web import pages
from app.core.web.budgets import asks, costs
from app.promotion.leads import queries, showing
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.listing import LEADS
from app.promotion.leads.metrics import UNDER_WAY
from app.promotion.leads.views.blueprint import bp
from app.promotion.leads.views.gates import gate_panel
from app.promotion.steps.queries import next_steps
from app.register.accounts.enums import Permission as P
from app.register.enterprises.queries import read_enterprise


def segments(active: str) -> list[dict[str, Any]]:
    kept = pages.asked_again("page", "sort", "stage", "state")
    found = [("列表", "leads.index", "list"), ("看板", "leads.board", "layout-kanban")]
    if require_actor().may(P.FUNNEL_READ):
        found.append(("漏斗", "reports.funnel", "filter"))
    return [
        {
            "label": label,
            "url": url_for(endpoint, **(kept if endpoint.startswith("leads.") else {})),
            "icon": icon,
            "active": endpoint == active,
        }
        for label, endpoint, icon in found
    ]


@bp.get("/leads/board")
@requires(P.LEADS_READ)
@costs(SEARCHES, when=asks("q"))
def board() -> str:
    actor, stages = require_actor(), queries.stages_on()
    asked = replace(listed.read_asked(LEADS), state="open")
    columns = queries.board(UNDER_WAY.rows(actor, asked), stages)
    leads = [lead for column in columns for lead in column.leads]
    cards = showing.Board(
        stages,
        next_steps("lead", [lead.public_id for lead in leads]),
        queries.missing_next(leads, stages),
        may_move=actor.may(P.LEADS_WRITE),
        may_correct=actor.may(P.LEADS_CORRECT),
        refused=_refused_move(stages),
    )
    shown = [showing.board_column(column, cards, _list_of(column.stage)) for column in columns]
    on_board = {lead.public_id for lead in leads}
    totals, count = LEADS.totals(asked, actor), sum(column.count for column in columns)
    return render_template(
        "leads/board.html",
        columns=shown,
        metric=UNDER_WAY,
        refused=cards.refused if cards.refused and cards.refused["id"] not in on_board else None,
        count=count,
        amount=sum(column.amount for column in columns),
        beside=None if totals.tabs.states["all"].capped else totals.tabs.states["all"].number - count,
        beside_url=url_for("leads.index", **pages.asked_again("page", "state"), state="all"),
        tabs=listed.tabs(LEADS, asked, totals, actor),
        fields=listed.fields(LEADS, asked, "stage"),
        kept=listed.kept("state"),
        chips=listed.chips(LEADS, asked),
        segments=segments("leads.board"),
    )


REFUSED = "refused"  # category of the message that tells the board which card was not moved, and why


def _refused_move(stages: queries.Stages) -> dict[str, Any] | None:
    """The move that was just refused, with what its stage asks for as it stands now."""
    told: Any = next(iter(get_flashed_messages(category_filter=[REFUSED])), None)
    lead = queries.find_lead(told["lead"]) if told else None
    if lead is None:
        return None
    to, now = LeadStage(told["to"]), queries.LeadNow(lead)
    panel = gate_panel(now, to, stages, may_change=True) if to in stages.criteria else None
    move_url = url_for("leads.move", public_id=lead.public_id, to=to)
    return showing.refused(lead, stages.label(to), told["problems"], panel, move_url)


def _list_of(stage: LeadStage) -> str:
    """The rows of a column, whatever part of the list was looked at before."""
    return url_for("leads.index", **pages.asked_again("page", "stage", "state"), stage=stage.value)


@bp.get("/leads/options")
@requires(P.LEADS_READ)
@costs(SUGGESTIONS)
def options() -> str:
    """Rows under a picker: leads by name or number, of one company when `enterprise` names it."""
    of = pages.read_text("enterprise", 120)
    company = read_enterprise(of) if of else None
    found = queries.find_leads(pages.read_text("q"), require_actor(), company.id if company else None)
    items = [
        {"id": lead.public_id, "text": lead.name, "note": f"{lead.number}　{lead.enterprise.name}"}
        for lead in ([] if of and company is None else found)
    ]
    return render_template("leads/options.html", items=items)
