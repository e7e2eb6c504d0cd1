"""Pages of leads: list, board, one lead, its forms. Each parses, calls one service or query, and renders."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, get_flashed_messages, render_template, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import requires
from app.core.index.searching import SEARCHES, SUGGESTIONS
from app.core.records import listed
from app.core.records.history import TAKE_BACK
from app.core.records.path import BY_CORRECTORS, Move, MoveKind
from app.core.records.timeline import About, timeline
from app.core.storage.db import db, end_writing
from app.core.storage.subjects import Lines, SubjectKind, subject_of
from app.core.values import money
from app.core.values.clock import in_beijing, today
from app.core.values.errors import RuleBroken
from app.core.values.registries import OUTCOMES, Naming, Related, RelatedRow, Sought, beside
from app.core.web import pages
from app.core.web.budgets import asks, costs
from app.core.web.idempotency import once
from app.promotion.leads import policy, projection, queries, rules, services, showing
from app.promotion.leads.enums import LeadSource, LeadStage
from app.promotion.leads.forms import EditLeadForm, NewLeadForm
from app.promotion.leads.happenings import sentence_of
from app.promotion.leads.listing import LEADS
from app.promotion.leads.metrics import UNDER_WAY
from app.promotion.leads.models import Agreement, Lead
from app.promotion.steps.queries import next_step, next_steps, open_about
from app.register.accounts import queries as accounts
from app.register.accounts.enums import Permission, UnitKind
from app.register.accounts.models import Person, Unit
from app.register.enterprises.picking import company_of, offer_for, take_choice
from app.register.enterprises.queries import read_enterprise
from app.register.reference.queries import industry_names, read_industry

bp = Blueprint("leads", __name__)
P = Permission
Answer = str | Response | tuple[str, int]


def page_of(lead: Lead, tab: str | None = None, anchor: str | None = None) -> str:
    return url_for("leads.detail", public_id=lead.public_id, tab=tab, _anchor=anchor)


# --- What is asked for in the URL ----------------------------------------------------------------


def _industry_code(text: str, name: str) -> str:
    if not text:
        return ""
    found = read_industry(text)
    if found is None:
        raise RuleBroken({name: f"没有找到行业「{text}」，请写国标行业代码或全称，例如 C38"})
    return found.code


def plain_units() -> list[Unit]:
    return [unit for unit in accounts.list_units() if unit.kind is not UnitKind.RESIDENT_TEAM]


# --- List and board ------------------------------------------------------------------------------


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


# --- Registration --------------------------------------------------------------------------------


def _new_form() -> NewLeadForm:
    form = NewLeadForm()
    owners = accounts.people_to_choose(signing_in=P.LEADS_WRITE)
    form.offer(owners, accounts.people_to_choose(may=P.LEADS_READ))
    return form


@bp.get("/leads/new")
@requires(P.LEADS_WRITE)
def new() -> Answer:
    """The form; `?enterprise=` (public id) fills in the company."""
    form = _new_form()
    company = read_enterprise(pages.read_text("enterprise", 120))
    if company:
        form.enterprise.data, form.enterprise_id.data = company.name, company.public_id
    form.registered_on.data = today()
    me = db.session.get(Person, require_actor().person_id)
    form.owner.data = me.public_id if me else ""
    return _new_page(form)


def _new_page(
    form: NewLeadForm, duplicates: Sequence[dict[str, str]] = (), hidden: bool = False, status: int = 200
) -> Answer:
    # What was shown is confirmed by sending the form again; a hidden ordinary lead is one closed sentence.
    return render_template(
        "leads/new.html",
        form=form.ready(),
        duplicates=duplicates,
        hidden=hidden,
        offer=offer_for(form),
    ), status


def _duplicate(lead: Lead) -> dict[str, str]:
    return {
        "name": f"{lead.name} {lead.number}",
        "why": f"同一企业，{lead.stage.label}",
        "owner": f"{lead.owner.name}在跟",
        "last_contact": f"最近联系 {lead.last_contact_on}" if lead.last_contact_on else "",
        "url": page_of(lead),
    }


@bp.post("/leads/new")
@requires(P.LEADS_WRITE)
@once
def create() -> Answer:
    form = _new_form()
    found: list[Lead | queries.Clashes] = []
    if take_choice(form):
        return _new_page(form, status=422)
    if not pages.took(form, lambda: found.append(_registered(form))):
        return _new_page(form, status=422)
    made = found[0]
    if isinstance(made, queries.Clashes):
        duplicates = [_duplicate(lead) for lead in made.visible]
        end_writing()
        return _new_page(form, duplicates, hidden=made.hidden, status=422)
    return pages.done(page_of(made), f"已登记，编号 {made.number}")


def _registered(form: NewLeadForm) -> Lead | queries.Clashes:
    """The new lead, or the ones of the same company that its author must be told of first."""
    data = _registration(form)
    met = queries.clashes(data.enterprise_id, require_actor())
    if met.to_be_said and not form.not_duplicate.data:
        return met
    return services.create_lead(data)


def _registration(form: NewLeadForm) -> services.NewLead:
    company = company_of(form)
    actor, people = require_actor(), people_by_public_id()
    owner = people[form.owner.data]
    if owner.id != actor.person_id and not actor.may(P.LEADS_ASSIGN):
        raise RuleBroken({"owner": "只能登记给自己；要交给别人，登记后请招商局分派"})
    return services.NewLead(
        name=form.name.data,
        enterprise_id=company.id,
        source=LeadSource(form.source.data),
        owner_id=owner.id,
        registered_on=form.registered_on.data,
        introducer=form.introducer.data or "",
        amount=form.amount_text.reading,
        content=form.content.data or "",
        confidential=form.confidential.data,
        member_ids=named_members(form.members.data, people),
        next_what=form.next_what.data or "",
        next_on=form.next_on.data,
        **shared_numbers(form),
    )


def shared_numbers(form: NewLeadForm | EditLeadForm) -> dict[str, Any]:
    """Fields that need reading, the same at registration and in an edit."""
    return {
        "industry_code": _industry_code(form.industry_code.data or "", "industry_code") or None,
        "fixed_amount": form.fixed_amount.reading.yuan,
        "land_mu": form.land_mu.data,
        "jobs_planned": form.jobs_planned.data,
    }


def named_members(chosen: Sequence[str] | None, people: Mapping[str, Person]) -> tuple[int, ...]:
    """Inner ids of the people named on a lead; raises RuleBroken for one who is not (or no longer) here."""
    unknown = [public_id for public_id in chosen or () if public_id not in people]
    if unknown:
        raise RuleBroken({"members": "点名的人里有人不在名单里，请重新选"})
    return tuple(people[public_id].id for public_id in chosen or ())


def people_by_public_id(*already: Person) -> dict[str, Person]:
    """People still here, and those who stood there before they left."""
    return {person.public_id: person for person in [*accounts.list_people(), *already]}


# --- One lead ------------------------------------------------------------------------------------

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


def gate_panel(
    now: queries.LeadNow, to: LeadStage, stages: queries.Stages, may_change: bool
) -> dict[str, Any]:
    """还差什么: what a stage asks for, what of it is there, and where to see to the rest."""
    lead, facts = now.lead, now.facts(stages.criteria.get(to, ()))
    lacking = rules.missing_for(to, stages.criteria, facts)
    met = rules.met_for(to, stages.criteria, facts)
    on_contract = may_change and any(item.criterion in showing.OF_CONTRACT for item in lacking)
    contract = now.contracts.nearest if on_contract else None
    is_asked = contract is not None and policy.is_asked(require_actor(), contract)
    return showing.gate(lead, to, lacking, met, stages, may_change, contract, is_asked=is_asked)


def outcome_of(lead: Lead, actor: Actor) -> RelatedRow | None:
    """What the lead became, as far as this person may see it; a signing alone makes something of one."""
    if lead.stage is not LeadStage.SIGNED:
        return None
    return next((found for answer in OUTCOMES.values() if (found := answer(lead.id, actor))), None)


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


# --- For the pages of others ---------------------------------------------------------------------


def related_to(enterprise_id: int, actor: Actor) -> Related | None:
    """The leads of a company that this person may see, for the side of its page."""
    if not actor.may(P.LEADS_READ):
        return None
    stages = queries.stages_on()
    found = queries.leads_of(enterprise_id, actor)
    rows = [_related_row(lead, stages) for lead in found]
    return beside("线索与项目", rows, lambda: url_for("leads.index", q=found[0].enterprise.name, state="all"))


def as_lines(public_ids: Collection[str], actor: Actor) -> Lines:
    """Leads on the pages of what hangs on them."""
    if not actor.may(P.LEADS_READ):
        return {}
    found = queries.seen_of(public_ids, actor)
    return {lead.public_id: RelatedRow(lead.name, page_of(lead)) for lead in found}


KIND = SubjectKind(
    "线索",
    as_lines,
    P.LEADS_READ,
    queries.get_lead,
    policy.may_change,
    opens=queries.opens_lead,
    why_fixed=services.why_fixed,
)


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The leads whose words name somebody, for the page on which they are erased."""
    if not actor.may(P.LEADS_READ):
        return []
    words = "线索：内容、研判、上会、台账、协议或附件的名称"
    return [
        Naming("lead", lead.public_id, RelatedRow(f"{lead.name} {lead.number}", page_of(lead), words))
        for lead in queries.naming(sought, actor)
    ]


def _related_row(lead: Lead, stages: queries.Stages) -> RelatedRow:
    on = showing.light(lead, stages)
    amount = money.in_words(lead.amount) if lead.amount else "金额未定"
    words = f"{stages.label(lead.stage)}　{amount}　{lead.owner.name}"
    return RelatedRow(lead.name, page_of(lead), words, on.kind, on.words if on.kind else "")
