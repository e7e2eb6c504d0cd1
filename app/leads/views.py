"""Pages of leads: list, board, one lead, its forms. Each parses, calls one service or query, and renders."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, flash, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app.accounts import queries as accounts
from app.accounts.enums import Permission, UnitKind
from app.accounts.models import Person, Unit
from app.core import money, pages
from app.core.auth import Actor, require_actor
from app.core.clock import today
from app.core.db import db
from app.core.errors import NotAllowed, NotFound, RuleBroken
from app.core.forms import BaseForm, VersionedForm
from app.core.history import effective, spans
from app.core.idempotency import once
from app.core.permissions import requires
from app.core.registries import Related, RelatedRow
from app.core.timeline import About, timeline
from app.enterprises.models import Enterprise
from app.enterprises.queries import read_enterprise
from app.leads import policy, projection, queries, rules, services, showing
from app.leads.enums import AgreementKind, LeadSource, LeadStage, LossReason, ReviewVerdict
from app.leads.forms import (
    AccessForm,
    AgreementForm,
    ArchiveForm,
    AssessmentForm,
    AssignForm,
    ConclusionForm,
    CorrectForm,
    EditLeadForm,
    FirstTalkForm,
    MoveForm,
    NewLeadForm,
    NextStepForm,
    ReviewForm,
    SummaryForm,
)
from app.leads.models import Agreement, Lead
from app.reference.queries import industry_names, read_industry
from app.steps.queries import next_step, open_steps

bp = Blueprint("leads", __name__)
P = Permission
Answer = str | Response | tuple[str, int]
SORT_LABELS = {"updated": "最近更新", "amount": "金额", "since": "阶段时间", "number": "编号"}


def _page_of(lead: Lead, tab: str | None = None, anchor: str | None = None) -> str:
    return url_for("leads.detail", public_id=lead.public_id, tab=tab, _anchor=anchor)


# --- What is asked for in the URL ----------------------------------------------------------------


def _amount(name: str, label: str) -> int | None:
    asked = pages.read_text(name, 30)
    reading = money.read_amount(asked)
    if asked and reading.yuan is None:
        raise RuleBroken({name: f"{label}要写成数字，单位万元，例如 5000；也可以写 1.2亿"})
    return reading.yuan


def _industry_code(text: str, name: str) -> str:
    if not text:
        return ""
    found = read_industry(text)
    if found is None:
        raise RuleBroken({name: f"没有找到行业「{text}」，请写国标行业代码或全称，例如 C38"})
    return found.code


def _unit(name: str) -> Unit | None:
    asked = pages.read_text(name, 16)
    return accounts.get_unit(asked) if asked else None


def _stages_asked() -> frozenset[LeadStage]:
    asked = [LeadStage.parse(code) for code in request.args.getlist("stage") if code]
    if None in asked:
        raise RuleBroken({"stage": "没有这个阶段，请从列表里选"})
    return frozenset(stage for stage in asked if stage)


class _Asked:
    """The state of a list, read from the URL: the filters, and each as a chip that can be taken off."""

    def __init__(self) -> None:
        unit, team = _unit("unit"), _unit("team")
        owner_id = pages.read_text("owner", 16)
        self.owner = accounts.get_person(owner_id) if owner_id else None
        source = LeadSource.parse(request.args.get("source"))
        stages = _stages_asked()
        industry = _industry_code(pages.read_text("industry"), "industry")
        view = request.args.get("view", "all")
        self.filters = queries.LeadFilters(
            text=pages.read_text("q"),
            stages=stages,
            source=source,
            unit_ids=accounts.unit_ids_below(unit.id) if unit else None,
            team_id=team.id if team else None,
            owner_id=self.owner.id if self.owner else None,
            least=_amount("least", "金额下限"),
            most=_amount("most", "金额上限"),
            industry_prefix=industry,
            confidential=request.args.get("confidential") == "1",
            archived=request.args.get("archived") == "1",
            view=view if view in queries.VIEWS else "all",
        )
        self.labels = [
            ("q", "名称", self.filters.text),
            ("stage", "阶段", "、".join(stage.label for stage in LeadStage if stage in stages)),
            ("source", "来源", source.label if source else ""),
            ("unit", "单位", unit.name if unit else ""),
            ("team", "驻点组", team.name if team else ""),
            ("owner", "负责人", self.owner.name if self.owner else ""),
            (
                "least",
                "金额不低于",
                money.in_words(self.filters.least) if self.filters.least is not None else "",
            ),
            (
                "most",
                "金额不高于",
                money.in_words(self.filters.most) if self.filters.most is not None else "",
            ),
            ("industry", "行业", industry),
            ("confidential", "密级", "只看保密" if self.filters.confidential else ""),
            ("archived", "归档", "只看已归档" if self.filters.archived else ""),
        ]

    def chips(self) -> list[dict[str, str]]:
        return [
            {"label": label, "value": value, "remove_url": pages.url_with(**{name: None}, page=None)}
            for name, label, value in self.labels
            if value
        ]


def _choices() -> dict[str, Any]:
    """What the filters of list and board offer."""
    return {
        "stages": [(stage.value, label) for stage, label in queries.stage_labels().items()],
        "sources": LeadSource.choices(),
        "units": [(unit.public_id, unit.name) for unit in _plain_units()],
        "teams": [(unit.public_id, unit.name) for unit in accounts.list_units(UnitKind.RESIDENT_TEAM)],
        "people": _people_choices(accounts.list_people()),
    }


def _plain_units() -> list[Unit]:
    return [unit for unit in accounts.list_units() if unit.kind is not UnitKind.RESIDENT_TEAM]


def _people_choices(people: list[Person]) -> list[tuple[str, str]]:
    return [(person.public_id, f"{person.name}（{person.unit.name}）") for person in people]


# --- List and board ------------------------------------------------------------------------------


@bp.get("/leads")
@requires(P.LEADS_READ)
def index() -> str:
    actor, asked = require_actor(), _Asked()
    sort = pages.read_sort(queries.SORTS, "-updated")
    page = queries.list_leads(
        asked.filters, actor, sort=sort.key, descending=sort.descending, number=pages.read_page_number()
    )
    stages = queries.stages_on()
    steps = queries.next_steps([lead.id for lead in page.rows])
    industries = industry_names([lead.industry_code for lead in page.rows])
    return render_template(
        "leads/index.html",
        page=page,
        rows=[showing.row(lead, stages, steps.get(lead.id), industries) for lead in page.rows],
        total=queries.total_of(asked.filters, actor),
        tabs=_tabs(asked.filters, actor),
        chips=asked.chips(),
        sort=sort,
        segments=_segments("leads.index"),
        **_choices(),
    )


def _tabs(filters: queries.LeadFilters, actor: Actor) -> list[dict[str, Any]]:
    counts = queries.count_views(filters, actor)
    return [
        {
            "label": label,
            "url": pages.url_with(view=None if key == "all" else key, page=None),
            "count": counts[key],
            "active": filters.view == key,
            "alert": key == "overdue" and counts[key] > 0,
        }
        for key, label in queries.VIEWS.items()
    ]


def _segments(active: str) -> list[dict[str, Any]]:
    kept = {name: values for name, values in request.args.lists() if name not in {"page", "sort", "stage"}}
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
def board() -> str:
    actor, asked, stages = require_actor(), _Asked(), queries.stages_on()
    columns = queries.board(asked.filters, actor, stages)
    steps = queries.next_steps([lead.id for column in columns for lead in column.leads])
    shown = [
        showing.board_column(column, stages, steps, actor.may(P.LEADS_WRITE), _list_of(column.stage))
        for column in columns
    ]
    return render_template(
        "leads/board.html",
        columns=shown,
        count=sum(column.count for column in columns),
        amount=sum(column.amount for column in columns),
        tabs=_tabs(asked.filters, actor),
        chips=asked.chips(),
        segments=_segments("leads.board"),
        **_choices(),
    )


def _list_of(stage: LeadStage) -> str:
    kept = {name: values for name, values in request.args.lists() if name not in {"page", "stage"}}
    return url_for("leads.index", **kept, stage=stage.value)


@bp.get("/leads/options")
@requires(P.LEADS_READ)
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
    form.offer(_people_choices(accounts.list_people()))
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


def _new_page(form: NewLeadForm, met: queries.Clashes | None = None, status: int = 200) -> Answer:
    # What was shown is confirmed by sending the form again; a hidden ordinary lead is one closed sentence.
    duplicates = [_duplicate(lead) for lead in met.visible] if met else []
    page = render_template(
        "leads/new.html", form=form.ready(), duplicates=duplicates, hidden=bool(met and met.hidden)
    )
    return page, status


def _duplicate(lead: Lead) -> dict[str, str]:
    return {
        "name": f"{lead.name} {lead.number}",
        "why": f"同一企业，{lead.stage.label}",
        "owner": f"{lead.owner.name}在跟",
        "last_contact": f"最近联系 {lead.last_contact_on}" if lead.last_contact_on else "",
        "url": _page_of(lead),
    }


@bp.post("/leads/new")
@requires(P.LEADS_WRITE)
@once
def create() -> Answer:
    form, actor = _new_form(), require_actor()
    if not form.validate():
        return _new_page(form, status=422)
    try:
        data = _registration(form)
        met = queries.clashes(data.enterprise_id, actor)
        if met.to_be_said and not form.not_duplicate.data:
            db.session.rollback()
            return _new_page(form, met, 422)
        lead = services.create_lead(data)
    except RuleBroken as broken:
        db.session.rollback()
        form.refuse(broken)
        return _new_page(form, status=422)
    return pages.done(_page_of(lead), f"已登记，编号 {lead.number}")


def _registration(form: NewLeadForm) -> services.NewLead:
    company = _company(form)
    actor, people = require_actor(), _by_public_id()
    owner = people[form.owner.data]
    if owner.id != actor.person_id and not actor.may(P.LEADS_ASSIGN):
        raise RuleBroken({"owner": "只能登记给自己；要交给别人，登记后请招商局分派"})
    return services.NewLead(
        name=form.name.data,
        enterprise_id=company.id,
        source=LeadSource(form.source.data),  # type: ignore[call-arg]
        owner_id=owner.id,
        registered_on=form.registered_on.data,
        introducer=form.introducer.data or "",
        amount=form.amount_text.reading,
        content=form.content.data or "",
        confidential=form.confidential.data,
        member_ids=tuple(people[public_id].id for public_id in form.members.data or ()),
        next_what=form.next_what.data or "",
        next_on=form.next_on.data,
        **_shared_numbers(form),
    )


def _shared_numbers(form: NewLeadForm | EditLeadForm) -> dict[str, Any]:
    """Fields that need reading, the same at registration and in an edit."""
    fixed = form.fixed_amount.reading
    if fixed.raw and fixed.yuan is None:
        raise RuleBroken({"fixed_amount": "固定资产投资要写成数字，例如 5.1亿；没有定可以不填"})
    return {
        "industry_code": _industry_code(form.industry_code.data or "", "industry_code") or None,
        "fixed_amount": fixed.yuan,
        "land_mu": form.land_mu.data,
        "jobs_planned": form.jobs_planned.data,
    }


def _company(form: NewLeadForm) -> Enterprise:
    """The chosen company; what was typed counts when it no longer is what was chosen."""
    typed = form.enterprise.data
    chosen = read_enterprise(form.enterprise_id.data) if form.enterprise_id.data else None
    found = chosen if chosen and chosen.name == typed else read_enterprise(typed)
    if found is None:
        raise RuleBroken({"enterprise": "库里没有这家企业，请从提示里选，或先登记企业"})
    return found


def _by_public_id() -> dict[str, Person]:
    return {person.public_id: person for person in accounts.list_people()}


# --- One lead ------------------------------------------------------------------------------------

_TABS = {"timeline": "动态", "agreements": "协议与审查", "ledger": "阶段台账"}


@bp.get("/leads/<public_id>")
@requires(P.LEADS_READ)
def detail(public_id: str) -> str:
    actor = require_actor()
    lead = queries.get_lead(public_id)
    stages = queries.stages_on()
    tab = request.args.get("tab", "timeline")
    tab = tab if tab in _TABS else "timeline"
    steps = open_steps(actor, lead_id=lead.id)
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
            {"label": label, "url": _page_of(lead, key, "records"), "active": key == tab}
            for key, label in _TABS.items()
        ],
        may=_rights(actor, lead),
        **_standing(lead, stages, actor),
        **_TAB_READERS[tab](lead, actor, stages),
    )


def _rights(actor: Actor, lead: Lead) -> dict[str, bool]:
    return {
        "change": policy.may_change(actor, lead),
        "assign": policy.may_assign(actor, lead),
        "name": policy.may_name(actor, lead),
        "correct": policy.may_correct(actor, lead),
        "archive": policy.may_archive(actor, lead),
    }


def _standing(lead: Lead, stages: queries.Stages, actor: Actor) -> dict[str, Any]:
    """The stage bar, the gate of the next stage, and where else the lead may go."""
    counted = effective(projection.entries_of([lead.id])[lead.id])
    came_from = rules.stage_of(projection.standing_of(lead).came_from)
    to = rules.next_stage(lead.stage, came_from)
    panel, missing = None, 0
    if to is not None and lead.stage is not LeadStage.ON_HOLD:
        facts = queries.gate_facts(lead)
        lacking = rules.missing_for(to, stages.criteria, facts)
        met = rules.met_for(to, stages.criteria, facts)
        missing = len(lacking)
        panel = showing.gate(lead, to, lacking, met, stages, policy.may_change(actor, lead))
    moves = rules.allowed_moves(lead.stage, came_from, may_correct=policy.may_correct(actor, lead))
    return {
        "bar": showing.stage_bar(lead, came_from, spans(counted), stages, missing),
        "panel": panel,
        "resume_to": to if lead.stage is LeadStage.ON_HOLD else None,
        "moves": [move for move in moves if move.kind in rules.BY_CORRECTORS],
    }


def _timeline_tab(lead: Lead, actor: Actor, _stages: queries.Stages) -> dict[str, Any]:
    in_words = current_app.jinja_env.filters["day"]
    return {"months": showing.months(timeline(About(lead_id=lead.id), actor), in_words)}


def _agreements_tab(lead: Lead, _actor: Actor, _stages: queries.Stages) -> dict[str, Any]:
    found = queries.agreements_of(lead)
    return {"agreements": found, "files": queries.files_by_agreement(found)}


def _ledger_tab(lead: Lead, actor: Actor, stages: queries.Stages) -> dict[str, Any]:
    entries = queries.entries_of(lead)
    names = {person.id: person.name for person in queries.people_in(entries)}
    return {"ledger": showing.ledger(entries, stages, names, policy.may_correct(actor, lead))}


_TAB_READERS: dict[str, Callable[[Lead, Actor, queries.Stages], dict[str, Any]]] = {
    "timeline": _timeline_tab,
    "agreements": _agreements_tab,
    "ledger": _ledger_tab,
}


# --- Forms on one lead ---------------------------------------------------------------------------


def _form_page(lead: Lead, form: BaseForm, title: str, status: int = 200, **words: Any) -> Answer:
    page = render_template("leads/form.html", lead=lead, form=form, title=title, **words)
    return page, status


def _for_change(public_id: str, allowed: Callable[[Actor, Lead], bool] = policy.may_change) -> Lead:
    """The lead, if it may be seen, is not archived, and this may be done to it."""
    lead = queries.get_lead(public_id)
    if lead.is_archived:
        raise RuleBroken(services.ARCHIVED)
    if not allowed(require_actor(), lead):
        raise NotAllowed()
    return lead


def _took(form: BaseForm, act: Callable[[], object]) -> bool:
    """Whether what was typed was taken; if not, the form says why and nothing is left half-written."""
    if not form.validate():
        return False
    try:
        act()
    except RuleBroken as broken:
        db.session.rollback()
        form.refuse(broken)
        return False
    return True


def _versioned(form: VersionedForm, lead: Lead) -> None:
    form.version.data = lead.version


@bp.get("/leads/<public_id>/edit")
@requires(P.LEADS_WRITE)
def edit(public_id: str) -> Answer:
    lead = _for_change(public_id)
    form = EditLeadForm(formdata=None, obj=lead)
    form.source.data = lead.source.value
    if not lead.amount_text and lead.amount:
        form.amount_text.data = money.in_words(lead.amount).replace(" ", "")
    if lead.fixed_amount is not None:
        form.fixed_amount.data = money.in_words(lead.fixed_amount).replace(" ", "")
    name = industry_names([lead.industry_code]).get(lead.industry_code or "")
    form.industry_code.data = f"{name} {lead.industry_code}" if name else ""
    return _edit_page(lead, form)


def _edit_page(lead: Lead, form: EditLeadForm, status: int = 200) -> Answer:
    return render_template("leads/edit.html", lead=lead, form=form), status


@bp.post("/leads/<public_id>/edit")
@requires(P.LEADS_WRITE)
def update(public_id: str) -> Answer:
    lead = _for_change(public_id)
    form = EditLeadForm()

    def act() -> None:
        values = {
            "name": form.name.data,
            "source": LeadSource(form.source.data),  # type: ignore[call-arg]
            "introducer": form.introducer.data or "",
            "content": form.content.data or "",
            **_shared_numbers(form),
        }
        services.update_lead(lead, form.version.data, values, form.amount_text.reading)

    if not _took(form, act):
        return _edit_page(lead, form, 422)
    return pages.done(_page_of(lead), "已保存")


# part of the URL -> form, title, columns it fills
_PARTS: dict[str, tuple[type[VersionedForm], str, tuple[str, ...]]] = {
    "assessment": (AssessmentForm, "研判意见", ("assessment",)),
    "first-talk": (FirstTalkForm, "首谈登记", ("first_negotiator_id", "first_talk_on")),
    "summary": (SummaryForm, "项目概要", ("summary",)),
    "conclusion": (ConclusionForm, "会议结论", ("conclusion", "conclusion_on", "conclusion_number")),
}


def _part_form(part: str, lead: Lead | None) -> tuple[VersionedForm, str, tuple[str, ...]]:
    if part not in _PARTS:
        raise NotFound()
    kind, title, columns = _PARTS[part]
    form = kind(formdata=None, obj=lead) if lead else kind()
    if isinstance(form, FirstTalkForm):
        form.offer(_people_choices(accounts.list_people()))
        if lead:
            form.first_negotiator_id.data = lead.first_negotiator.public_id if lead.first_negotiator else ""
    return form, title, columns


@bp.get("/leads/<public_id>/fill/<part>")
@requires(P.LEADS_WRITE)
def fill(public_id: str, part: str) -> Answer:
    """What gates ask for: 研判意见, 首谈, 项目概要, 会议结论."""
    lead = _for_change(public_id)
    form, title, _columns = _part_form(part, lead)
    return _form_page(lead, form, title)


@bp.post("/leads/<public_id>/fill/<part>")
@requires(P.LEADS_WRITE)
def save_part(public_id: str, part: str) -> Answer:
    lead = _for_change(public_id)
    form, title, columns = _part_form(part, None)

    def act() -> None:
        values = {column: form[column].data for column in columns}
        if "first_negotiator_id" in values:
            values["first_negotiator_id"] = accounts.get_person(values["first_negotiator_id"]).id
        services.update_lead(lead, form.version.data, {k: "" if v is None else v for k, v in values.items()})

    if not _took(form, act):
        return _form_page(lead, form, title, 422)
    return pages.done(_page_of(lead), "已保存")


# --- Moves ---------------------------------------------------------------------------------------


def _target(lead: Lead, code: str | None) -> LeadStage:
    to = LeadStage.parse(code)
    if to is None:
        raise RuleBroken("没有说明要到哪个阶段，请从线索页面上的按钮进入")
    came_from = rules.stage_of(projection.standing_of(lead).came_from)
    may_correct = policy.may_correct(require_actor(), lead)
    label = queries.stages_on().label(to)
    refusal = rules.why_not_move(lead.stage, came_from, to, may_correct=may_correct, label=label)
    if refusal:
        raise RuleBroken(refusal)
    return to


def _move_words(lead: Lead, to: LeadStage) -> tuple[str, dict[str, Any]]:
    label = queries.stages_on().label(to)
    if to is LeadStage.LOST:
        return f"流失：{lead.name}", {"hide": ("evidence",), "verb": "记为流失", "kind": "danger"}
    if to is LeadStage.ON_HOLD:
        return f"暂缓：{lead.name}", {"hide": ("evidence", "reason_code"), "verb": "暂缓"}
    return f"{lead.name} 到「{label}」", {"hide": ("reason_code",), "verb": f"移到「{label}」"}


@bp.get("/leads/<public_id>/move")
@requires(P.LEADS_WRITE)
def move(public_id: str) -> Answer:
    """`?to=`: the form for any move: forward, back, on hold, lost."""
    lead = _for_change(public_id)
    to = _target(lead, request.args.get("to"))
    form = MoveForm(formdata=None, to=to.value, effective_on=today(), version=lead.version)
    title, words = _move_words(lead, to)
    return _form_page(lead, form, title, **words)


@bp.post("/leads/<public_id>/move")
@requires(P.LEADS_WRITE)
def save_move(public_id: str) -> Answer:
    lead = _for_change(public_id)
    form = MoveForm()
    lead.must_be_at(form.version.data)
    to = _target(lead, form.to.data)

    def act() -> None:
        services.advance_stage(
            lead,
            to,
            form.effective_on.data,
            form.reason.data or "",
            form.evidence.data or "",
            reason_code=LossReason.parse(form.reason_code.data),
            version=form.version.data,
        )

    title, words = _move_words(lead, to)
    if not _took(form, act):
        return _form_page(lead, form, title, 422, **words)
    return pages.done(_page_of(lead), f"已到「{queries.stages_on().label(to)}」")


@bp.post("/leads/<public_id>/shift")
@requires(P.LEADS_WRITE)
def shift(public_id: str) -> Answer:
    """A card of the board moved with one press, as of today; what is missing opens on the lead's page."""
    lead = _for_change(public_id)
    version = request.form.get("version", "")
    lead.must_be_at(int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None)
    to = _target(lead, request.form.get("stage"))
    label, name = queries.stages_on().label(to), lead.name
    try:
        services.advance_stage(lead, to, today(), version=lead.version)
    except RuleBroken as broken:
        db.session.rollback()
        flash(f"「{name}」没有移到「{label}」，{'；'.join(broken.problems.values())}", "warning")
        return pages.done(_page_of(lead, anchor="gate"))
    return pages.done(_back_to_board(), f"「{name}」已移到「{label}」")


def _back_to_board() -> str:
    """The board as it was, filters included, when the request came from there."""
    came_from = request.referrer or ""
    board_url = url_for("leads.board")
    if came_from.startswith(request.host_url + board_url[1:]):
        return came_from[len(request.host_url) - 1 :]
    return board_url


# --- Holding and access --------------------------------------------------------------------------


@bp.get("/leads/<public_id>/assign")
@requires(P.LEADS_ASSIGN)
def assign(public_id: str) -> Answer:
    lead = _for_change(public_id, policy.may_assign)
    form = _assign_form(formdata=None, effective_on=today(), version=lead.version, owner=lead.owner.public_id)
    return _form_page(lead, form, f"分派：{lead.name}", verb="分派")


def _assign_form(**values: Any) -> AssignForm:
    form = AssignForm(**values)
    teams = [(team.public_id, team.name) for team in accounts.list_units(UnitKind.RESIDENT_TEAM)]
    units = [(unit.public_id, unit.name) for unit in _plain_units()]
    form.offer(_people_choices(accounts.list_people()), units, teams)
    return form


@bp.post("/leads/<public_id>/assign")
@requires(P.LEADS_ASSIGN)
def save_assign(public_id: str) -> Answer:
    lead = _for_change(public_id, policy.may_assign)
    form = _assign_form()

    def act() -> None:
        unit_id = accounts.get_unit(form.unit.data).id if form.unit.data else None
        team_id = accounts.get_unit(form.team.data).id if form.team.data else None
        owner = accounts.get_person(form.owner.data)
        services.assign_lead(
            lead,
            owner_id=owner.id,
            unit_id=unit_id or (owner.unit_id if team_id else None),
            team_id=team_id,
            effective_on=form.effective_on.data,
            reason=form.reason.data or "",
            version=form.version.data,
        )

    if not _took(form, act):
        return _form_page(lead, form, f"分派：{lead.name}", 422, verb="分派")
    return pages.done(_after_loss_of_sight(lead), "已分派")


def _after_loss_of_sight(lead: Lead) -> str:
    """The lead's page, or the list when this person no longer may see the lead."""
    return _page_of(lead) if policy.may_see(require_actor(), lead) else url_for("leads.index")


@bp.get("/leads/<public_id>/access")
@requires(P.LEADS_WRITE)
def access(public_id: str) -> Answer:
    """Confidentiality and the people named on the lead."""
    lead = _for_change(public_id, policy.may_name)
    form = AccessForm(
        formdata=None,
        confidential=lead.confidential,
        members=[person.public_id for person in queries.members_of(lead)],
        version=lead.version,
    )
    form.offer(_people_choices(accounts.list_people()))
    return _form_page(lead, form, f"谁能看到：{lead.name}")


@bp.post("/leads/<public_id>/access")
@requires(P.LEADS_WRITE)
def save_access(public_id: str) -> Answer:
    lead = _for_change(public_id, policy.may_name)
    form = AccessForm()
    form.offer(_people_choices(accounts.list_people()))

    def act() -> None:
        people = _by_public_id()
        services.set_confidential(
            lead,
            form.confidential.data,
            [people[public_id].id for public_id in form.members.data or ()],
            version=_required(form.version.data),
        )

    if not _took(form, act):
        return _form_page(lead, form, f"谁能看到：{lead.name}", 422)
    return pages.done(_after_loss_of_sight(lead), "已保存")


def _required(version: int | None) -> int:
    """A form without its version is as stale as one with an old one."""
    return -1 if version is None else version


@bp.get("/leads/<public_id>/correct/<int:entry_id>")
@requires(P.LEADS_CORRECT)
def correct(public_id: str, entry_id: int) -> Answer:
    lead = _for_change(public_id, policy.may_correct)
    form = CorrectForm(formdata=None, version=lead.version)
    return _correct_page(lead, entry_id, form)


def _correct_page(lead: Lead, entry_id: int, form: CorrectForm, status: int = 200) -> Answer:
    entries = queries.entries_of(lead)
    names = {person.id: person.name for person in queries.people_in(entries)}
    shown = showing.ledger(entries, queries.stages_on(), names, True)
    row = next((row for row in shown if row["id"] == entry_id), None)
    if row is None:
        raise NotFound()
    intro = f"{row['effective_on']}　{row['words']}。更正以后这一行不再算数，但仍留在台账里"
    return _form_page(lead, form, "更正阶段台账", status, intro=intro, verb="更正")


@bp.post("/leads/<public_id>/correct/<int:entry_id>")
@requires(P.LEADS_CORRECT)
def save_correction(public_id: str, entry_id: int) -> Answer:
    lead = _for_change(public_id, policy.may_correct)
    form = CorrectForm()
    if not _took(
        form,
        lambda: services.correct_entry(
            lead, entry_id, form.reason.data, version=_required(form.version.data)
        ),
    ):
        return _correct_page(lead, entry_id, form, 422)
    return pages.done(_page_of(lead, "ledger", "records"), "已更正")


@bp.get("/leads/<public_id>/archive")
@requires(P.LEADS_WRITE)
def archive(public_id: str) -> Answer:
    lead = _for_change(public_id, policy.may_archive)
    form = ArchiveForm(formdata=None, version=lead.version)
    intro = "归档后列表和看板里不再显示，可以随时恢复；已经计入漏斗的数字不变"
    return _form_page(lead, form, f"归档：{lead.name}", intro=intro, verb="归档")


@bp.post("/leads/<public_id>/archive")
@requires(P.LEADS_WRITE)
def save_archive(public_id: str) -> Answer:
    lead = _for_change(public_id, policy.may_archive)
    form = ArchiveForm()
    if not _took(
        form, lambda: services.archive_lead(lead, form.reason.data, version=_required(form.version.data))
    ):
        return _form_page(lead, form, f"归档：{lead.name}", 422, verb="归档")
    return pages.done(_page_of(lead), "已归档")


@bp.post("/leads/<public_id>/restore")
@requires(P.LEADS_WRITE)
def restore(public_id: str) -> Answer:
    lead = queries.get_lead(public_id)
    services.restore_lead(lead)
    return pages.done(_page_of(lead), "已恢复")


# --- Next step -----------------------------------------------------------------------------------


def _step_form(lead: Lead, **values: Any) -> NextStepForm:
    form = NextStepForm(**values)
    form.offer(_people_choices(accounts.list_people()))
    return form


@bp.get("/leads/<public_id>/next-step")
@requires(P.LEADS_WRITE)
def new_step(public_id: str) -> Answer:
    lead = _for_change(public_id)
    form = _step_form(lead, formdata=None, owner=lead.owner.public_id)
    return _form_page(lead, form.ready(), f"下一步：{lead.name}")


@bp.post("/leads/<public_id>/next-step")
@requires(P.LEADS_WRITE)
@once
def save_step(public_id: str) -> Answer:
    lead = _for_change(public_id)
    form = _step_form(lead)

    def act() -> None:
        owner = accounts.get_person(form.owner.data)
        services.set_next_step(lead, form.what.data, form.due_on.data, owner.id)

    if not _took(form, act):
        return _form_page(lead, form, f"下一步：{lead.name}", 422)
    return pages.done(_page_of(lead), "已保存")


# --- Agreements ----------------------------------------------------------------------------------


def _agreement_form(**values: Any) -> AgreementForm:
    form = AgreementForm(**values)
    form.offer(_people_choices(accounts.list_people()))
    return form


def _agreement_data(form: AgreementForm) -> services.AgreementData:
    return services.AgreementData(
        kind=AgreementKind(form.kind.data),  # type: ignore[call-arg]
        title=form.title.data,
        drafter_id=accounts.get_person(form.drafter.data).id,
        signed_on=form.signed_on.data,
        amount=form.amount.reading,
    )


def _upload(form: AgreementForm) -> FileStorage | None:
    upload = form.file.data
    return upload if isinstance(upload, FileStorage) and upload.filename else None


@bp.get("/leads/<public_id>/agreements/new")
@requires(P.LEADS_WRITE)
def new_agreement(public_id: str) -> Answer:
    lead = _for_change(public_id)
    me = db.session.get(Person, require_actor().person_id)
    form = _agreement_form(formdata=None, drafter=me.public_id if me else "", title=f"{lead.name}投资协议")
    return _form_page(lead, form.ready(), "登记协议", upload=True)


@bp.post("/leads/<public_id>/agreements/new")
@requires(P.LEADS_WRITE)
@once
def save_agreement(public_id: str) -> Answer:
    lead = _for_change(public_id)
    form = _agreement_form()
    if not _took(form, lambda: services.add_agreement(lead, _agreement_data(form), _upload(form))):
        return _form_page(lead, form, "登记协议", 422, upload=True)
    return pages.done(_page_of(lead, "agreements", "records"), "已登记协议")


def _agreement(agreement_id: str) -> Agreement:
    """An agreement whose lead may be seen and changed."""
    agreement = queries.get_agreement(agreement_id)
    _for_change(agreement.lead.public_id)
    return agreement


@bp.get("/agreements/<public_id>/edit")
@requires(P.LEADS_WRITE)
def edit_agreement(public_id: str) -> Answer:
    agreement = _agreement(public_id)
    form = _agreement_form(
        formdata=None,
        kind=agreement.kind.value,
        title=agreement.title,
        drafter=agreement.drafter.public_id,
        signed_on=agreement.signed_on,
        amount=agreement.amount_text,
        version=agreement.version,
    )
    return _form_page(agreement.lead, form, f"改协议：{agreement.title}", upload=True)


@bp.post("/agreements/<public_id>/edit")
@requires(P.LEADS_WRITE)
def update_agreement(public_id: str) -> Answer:
    agreement = _agreement(public_id)
    form = _agreement_form()
    if not _took(
        form,
        lambda: services.update_agreement(agreement, form.version.data, _agreement_data(form), _upload(form)),
    ):
        return _form_page(agreement.lead, form, f"改协议：{agreement.title}", 422, upload=True)
    return pages.done(_page_of(agreement.lead, "agreements", "records"), "已保存")


def _review_form(**values: Any) -> ReviewForm:
    form = ReviewForm(**values)
    form.offer(_people_choices(accounts.list_people()))
    return form


@bp.get("/agreements/<public_id>/review")
@requires(P.LEADS_WRITE)
def review(public_id: str) -> Answer:
    agreement = _agreement(public_id)
    found = agreement.review
    form = _review_form(formdata=None)
    if found:
        form.number.data, form.reviewed_on.data = found.number, found.reviewed_on
        form.verdict.data, form.opinion.data = found.verdict.value, found.opinion
        form.reviewer.data = found.reviewer.public_id
    return _review_page(agreement, form)


def _review_page(agreement: Agreement, form: ReviewForm, status: int = 200) -> Answer:
    intro = f"{agreement.title}，起草人 {agreement.drafter.name}，审查人不能是他"
    return _form_page(agreement.lead, form, "公平竞争审查", status, intro=intro)


@bp.post("/agreements/<public_id>/review")
@requires(P.LEADS_WRITE)
def save_review(public_id: str) -> Answer:
    agreement = _agreement(public_id)
    form = _review_form()

    def act() -> None:
        services.record_review(
            agreement,
            number=form.number.data,
            reviewed_on=form.reviewed_on.data,
            verdict=ReviewVerdict(form.verdict.data),  # type: ignore[call-arg]
            reviewer_id=accounts.get_person(form.reviewer.data).id,
            opinion=form.opinion.data or "",
        )

    if not _took(form, act):
        return _review_page(agreement, form, 422)
    return pages.done(_page_of(agreement.lead, "agreements", "records"), "已登记审查结论")


# --- For the pages of others ---------------------------------------------------------------------


def related_to(enterprise_id: int, actor: Actor) -> Related | None:
    """The leads of a company that this person may see, for the side of its page."""
    if not actor.may(P.LEADS_READ):
        return None
    stages = queries.stages_on()
    found = queries.leads_of(enterprise_id, actor)
    rows = tuple(_related_row(lead, stages) for lead in found)
    return Related("线索与项目", rows) if rows else None


def _related_row(lead: Lead, stages: queries.Stages) -> RelatedRow:
    on = showing.light(lead, stages)
    amount = money.in_words(lead.amount) if lead.amount else "金额未定"
    words = f"{stages.label(lead.stage)}　{amount}　{lead.owner.name}"
    return RelatedRow(lead.name, _page_of(lead), words, on.kind, on.words if on.kind else "")
