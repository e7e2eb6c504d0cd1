"""Pages of projects: list, one project, its moves and corrections."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts import queries as accounts
from app.accounts.enums import Permission
from app.core import money, pages, sheets
from app.core.auth import Actor, require_actor
from app.core.budgets import asks, costs
from app.core.clock import in_beijing, today
from app.core.errors import NotAllowed, NotFound, RuleBroken
from app.core.forms import BaseForm
from app.core.history import TAKE_BACK, last_entered, spans, standing
from app.core.permissions import called_views, requires
from app.core.registries import Related, RelatedRow, beside
from app.core.searching import SEARCHES
from app.core.subjects import subject_of
from app.core.timeline import About, timeline
from app.leads.models import Lead
from app.leads.queries import may_see_lead
from app.projects import policy, queries, rules, services, showing
from app.projects.enums import ProjectStage
from app.projects.forms import CorrectForm, EditForm, MoveForm
from app.projects.happenings import sentence_of
from app.projects.models import Project, ProjectEntry
from app.reference.queries import industry_names
from app.steps.queries import open_steps

bp = Blueprint("projects", __name__)
P = Permission
Answer = str | Response | tuple[str, int]


def page_of(project: Project, tab: str | None = None, anchor: str | None = None) -> str:
    return url_for("projects.detail", public_id=project.public_id, tab=tab, _anchor=anchor)


# --- List ----------------------------------------------------------------------------------------


class _Asked:
    """The state of the list, read from the URL: the filters, and each as a chip that can be taken off."""

    def __init__(self) -> None:
        unit, team, owner = (pages.read_text(name, 16) for name in ("unit", "team", "owner"))
        self.unit = accounts.get_unit(unit) if unit else None
        self.team = accounts.get_unit(team) if team else None
        self.owner = accounts.get_person(owner) if owner else None
        self.people = accounts.people_to_narrow_by(self.owner)
        stages = pages.read_members("stage", "阶段", ProjectStage)
        archived = pages.read_flag("archived", "只看已归档")
        self.filters = queries.ProjectFilters(
            state=pages.read_state(queries.STATES, narrowed=bool(stages) or archived),
            view=pages.read_choice("view", "视图", queries.VIEWS.items()) or "all",
            text=pages.read_text("q"),
            stages=stages,
            unit_ids=accounts.unit_ids_below(self.unit.id) if self.unit else None,
            team_id=self.team.id if self.team else None,
            owner_id=self.owner.id if self.owner else None,
            signed_from=pages.read_date("from", "签约起始日期"),
            signed_to=pages.read_date("to", "签约截止日期"),
            archived=archived,
        )

    def chips(self) -> list[dict[str, str]]:
        asked = self.filters
        labels = [
            ("q", "名称", asked.text),
            ("stage", "阶段", "、".join(stage.label for stage in ProjectStage if stage in asked.stages)),
            ("unit", "单位", self.unit.name if self.unit else ""),
            ("team", "驻点组", self.team.name if self.team else ""),
            ("owner", "负责人", dict(self.people)[self.owner.public_id] if self.owner else ""),
            ("from", "签约不早于", str(asked.signed_from or "")),
            ("to", "签约不晚于", str(asked.signed_to or "")),
            ("archived", "归档", "只看已归档" if asked.archived else ""),
        ]
        return [
            {"label": label, "value": value, "remove_url": pages.url_with(**{name: None}, page=None)}
            for name, label, value in labels
            if value
        ]


@bp.get("/projects")
@requires(P.PROJECTS_READ)
@costs(SEARCHES, when=asks("q"))
def index() -> str:
    actor, asked = require_actor(), _Asked()
    sort = pages.read_sort(queries.SORTS, "-signed")
    tabs = queries.tabs_of(asked.filters, actor)
    page = queries.list_projects(
        asked.filters,
        actor,
        sort=sort.key,
        descending=sort.descending,
        number=pages.read_page_number(),
        found=tabs.shown,
    )
    return render_template(
        "projects/index.html",
        page=page,
        rows=[(project, showing.in_stage(project)) for project in page.rows],
        total=queries.total_of(asked.filters, actor),
        states=_states(asked.filters, tabs),
        tabs=_tabs(asked.filters, tabs),
        counted=_counted(asked.filters),
        chips=asked.chips(),
        sort=sort,
        stages=ProjectStage.choices(),
        units=accounts.units_to_narrow_by(),
        teams=accounts.teams_to_narrow_by(),
        people=asked.people,
    )


_HEADINGS = (
    *sheets.headings("项目", "编号!", "企业", "阶段!", "在本阶段!"),
    sheets.Heading("合同金额", "亿元", num=True),
    *sheets.headings("签约日期!", "单位!", "负责人!"),
)


@bp.get("/projects/print")
@requires(P.PROJECTS_READ)
@costs(sheets.PRINTS)
def printed() -> str:
    """Every row of the list, on paper."""
    actor, asked = require_actor(), _Asked()
    sort = pages.read_sort(queries.SORTS, "-signed")
    page = queries.list_projects(
        asked.filters, actor, sort=sort.key, descending=sort.descending, size=sheets.MOST
    )
    _count, amount = queries.total_of(asked.filters, actor)
    total = f"合计 {money.in_yi(amount)} 亿元，招商口径"
    sheet = sheets.Sheet("签约项目", "project", "projects.index", _HEADINGS, _counted(asked.filters), total)
    return sheets.printed(sheet, page, showing.printed, asked.chips())


def _tabs(filters: queries.ProjectFilters, tabs: pages.Tabs) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": pages.url_with(view=None if key == "all" else key, page=None),
            "count": tabs.views[key],
            "active": filters.view == key,
        }
        for key, label in called_views(queries.VIEWS, require_actor()).items()
    ]


def _states(filters: queries.ProjectFilters, tabs: pages.Tabs) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": pages.url_with(state=key, page=None),
            "count": tabs.states[key],
            "active": filters.state == key,
        }
        for key, label in queries.STATES.items()
    ]


def _counted(filters: queries.ProjectFilters) -> str:
    """What the sum counts: 推进中，我的; of chosen stages the conditions above it say the rest."""
    state = "所选" if filters.state == "all" and filters.stages else queries.STATES[filters.state]
    view = called_views(queries.VIEWS, require_actor())[filters.view]
    return state if filters.view == "all" else f"{state}，{view}"


# --- One project ---------------------------------------------------------------------------------

_TABS = {"timeline": "动态", "ledger": "阶段台账"}


def _seen_lead(project: Project, actor: Actor) -> Lead | None:
    """The lead it came from, unless it is hidden from this reader."""
    if project.lead_id is None or not may_see_lead(actor, project.lead_id):
        return None
    return project.lead


@bp.get("/projects/<public_id>")
@requires(P.PROJECTS_READ)
def detail(public_id: str) -> str:
    actor, project = require_actor(), queries.get_project(public_id)
    tab = pages.read_choice("tab", "记录", _TABS.items()) or "timeline"
    entries = queries.entries_of(project)
    may_correct = policy.may_correct(actor, project)
    lead = _seen_lead(project, actor)
    return render_template(
        "projects/detail.html",
        project=project,
        bar=_bar(project, entries),
        panel=showing.next_panel(project),
        facts=showing.facts(project, _industry(project), lead),
        steps=open_steps(actor, lead_id=lead.id) if lead else [],
        moves=rules.allowed_moves(project.stage, may_correct=may_correct),
        may={"change": policy.may_change(actor, project), "correct": may_correct},
        own=_own_last_deed(project, entries),
        tab=tab,
        tabs=[
            {"label": label, "url": page_of(project, key, "records"), "active": key == tab}
            for key, label in _TABS.items()
        ],
        past=timeline(_about(project), actor, pages.read_page_number()) if tab == "timeline" else None,
        ledger=showing.ledger(entries, queries.people_in(entries), may_correct) if tab == "ledger" else [],
    )


def _own_last_deed(project: Project, entries: list[ProjectEntry]) -> dict[str, Any] | None:
    """What the one who looks has just entered in the ledger and may still take back."""
    last = last_entered(entries)
    if last is None or services.why_not_take_back(project, last, entries):
        return None
    place = len(entries) - entries.index(last)
    return {
        "words": sentence_of(last, {}, {}),
        "until": f"{in_beijing(last.recorded_at + TAKE_BACK):%H:%M}",
        "url": url_for("projects.take_back", public_id=project.public_id, place=place),
    }


def _about(project: Project) -> About:
    """The whole way: also what happened to the lead before the contract."""
    return About((subject_of(project), subject_of(project.lead or project.enterprise)))


def _industry(project: Project) -> str:
    return industry_names([project.industry_code]).get(project.industry_code or "", "")


def _bar(project: Project, entries: list[ProjectEntry]) -> dict[str, Any]:
    counted = queries.counted(entries)
    stands = standing(counted)
    return showing.stage_bar(project, rules.stage_of(stands.came_from if stands else None), spans(counted))


# --- Forms on one project ------------------------------------------------------------------------


def _for_change(public_id: str, allowed: Callable[[Actor, Project], bool] = policy.may_change) -> Project:
    """The project, if it may be seen, is not archived, and this may be done to it."""
    project = queries.get_project(public_id)
    pages.refusal_leads_to(page_of(project))
    if project.is_archived:
        raise RuleBroken(services.ARCHIVED)
    if not allowed(require_actor(), project):
        raise NotAllowed()
    return project


def _form_page(project: Project, form: BaseForm, title: str, status: int = 200, **words: Any) -> Answer:
    return render_template("projects/form.html", project=project, form=form, title=title, **words), status


def _stage_named(code: str | None) -> ProjectStage:
    to = ProjectStage.parse(code)
    if to is None:
        raise RuleBroken({"to": "没有说明要到哪个阶段，请从项目页面上的按钮进入"})
    return to


def _check_offered(project: Project, to: ProjectStage) -> None:
    """Raises NotAllowed for a move that others may make, RuleBroken for one that nobody can."""
    may_correct = policy.may_correct(require_actor(), project)
    refusal = rules.why_not_move(project.stage, to, may_correct=may_correct)
    if refusal and rules.kind_of_move(project.stage, to) in rules.BY_CORRECTORS:
        raise NotAllowed(refusal)
    if refusal:
        raise RuleBroken({"to": refusal})


def _move_page(project: Project, to: ProjectStage, form: MoveForm, status: int = 200) -> Answer:
    """The form of a move; what cannot be any more keeps the words of a step forward."""
    kind = rules.kind_of_move(project.stage, to) or rules.MoveKind.FORWARD
    ends, shown = kind is rules.MoveKind.TERMINATE, kind in rules.WITH_EVIDENCE and to in rules.EVIDENCE
    form.evidence.flags.required = kind in rules.WITH_EVIDENCE
    form.reason.flags.required = kind in rules.WITH_REASON
    return _form_page(
        project,
        form,
        "终止项目" if ends else f"{kind.label}到「{to.label}」",
        status,
        verb="终止" if ends else kind.label,
        hide=() if shown else ("evidence",),
        hints={"evidence": f"写{rules.EVIDENCE[to]}"} if shown else {},
        intro="终止以后不能再变动；合同金额仍计入签约" if ends else "",
    )


@bp.get("/projects/<public_id>/move")
@requires(P.PROJECTS_WRITE)
def move(public_id: str) -> Answer:
    """`?to=`: the form for any move: forward, jump, back, termination."""
    project, to = _for_change(public_id), _stage_named(request.args.get("to"))
    _check_offered(project, to)
    form = MoveForm(formdata=None, to=to.value, effective_on=today(), version=project.version)
    return _move_page(project, to, form)


@bp.post("/projects/<public_id>/move")
@requires(P.PROJECTS_WRITE)
def save_move(public_id: str) -> Answer:
    project, form = _for_change(public_id), MoveForm()
    to = _stage_named(form.to.data)

    def act() -> None:
        services.advance_project(
            project,
            to,
            form.effective_on.data,
            form.reason.data or "",
            form.evidence.data or "",
            version=form.seen,
        )

    if not pages.took(form, act):
        return _move_page(project, to, form, 422)
    place = len(queries.entries_of(project))
    undo = (url_for("projects.take_back", public_id=public_id, place=place), dict[str, Any]())
    return pages.done(page_of(project), f"已到「{to.label}」", undo=undo)


@bp.post("/projects/<public_id>/ledger/<int:place>/take-back")
@requires(P.PROJECTS_WRITE)
def take_back(public_id: str, place: int) -> Answer:
    """撤销: the move that the one who acts has just entered never counted."""
    project = _for_change(public_id)
    services.take_back(project, _entry_at(project, place).id)
    return pages.done(page_of(project), "已撤销，台账里仍看得到")


def _entry_at(project: Project, place: int) -> ProjectEntry:
    entries = queries.entries_of(project)
    if not 1 <= place <= len(entries):
        raise NotFound()
    return entries[len(entries) - place]


def _correct_page(project: Project, place: int, form: CorrectForm, status: int = 200) -> Answer:
    entries = queries.entries_of(project)
    rows = showing.ledger(entries, queries.people_in(entries), may_correct=True)
    row = next((row for row in rows if row["place"] == place), None)
    if row is None:
        raise NotFound()
    intro = f"第 {place} 行：{row['words']}，{row['effective_on']}。更正以后不再计数，台账里仍能看到"
    return _form_page(project, form, "更正阶段台账", status, intro=intro, verb="更正")


@bp.get("/projects/<public_id>/ledger/<int:place>/correct")
@requires(P.LEADS_CORRECT)
def correct(public_id: str, place: int) -> Answer:
    project = _for_change(public_id, policy.may_correct)
    return _correct_page(project, place, CorrectForm(formdata=None, version=project.version))


@bp.post("/projects/<public_id>/ledger/<int:place>/correct")
@requires(P.LEADS_CORRECT)
def save_correction(public_id: str, place: int) -> Answer:
    project, form = _for_change(public_id, policy.may_correct), CorrectForm()
    entry_id = _entry_at(project, place).id

    def act() -> None:
        services.correct_entry(project, entry_id, form.reason.data, version=form.seen)

    if not pages.took(form, act):
        return _correct_page(project, place, form, 422)
    return pages.done(page_of(project, "ledger"), "已更正")


@bp.get("/projects/<public_id>/edit")
@requires(P.PROJECTS_WRITE)
def edit(public_id: str) -> Answer:
    project = _for_change(public_id)
    return _form_page(project, EditForm(formdata=None, obj=project), f"改项目：{project.name}")


@bp.post("/projects/<public_id>/edit")
@requires(P.PROJECTS_WRITE)
def update(public_id: str) -> Answer:
    project, form = _for_change(public_id), EditForm()

    def act() -> None:
        values = {"name": form.name.data, "project_code": form.project_code.data or ""}
        services.update_project(project, form.seen, values)

    if not pages.took(form, act):
        return _form_page(project, form, f"改项目：{project.name}", 422)
    return pages.done(page_of(project), "已保存")


# --- For the pages of others ---------------------------------------------------------------------


def related_to(enterprise_id: int, actor: Actor) -> Related | None:
    """The projects of a company that this person may see, for the side of its page."""
    if not actor.may(P.PROJECTS_READ):
        return None
    found = queries.projects_of(enterprise_id, actor)
    rows = [_related_row(project) for project in found]
    return beside(
        "签约项目", rows, lambda: url_for("projects.index", q=found[0].enterprise.name, state="all")
    )


def outcome_of_lead(lead_id: int, actor: Actor) -> RelatedRow | None:
    """The project that the signing of a lead made, for the lead's page."""
    project = queries.project_of_lead(lead_id)
    if project is None or project.is_archived or not actor.may(P.PROJECTS_READ):
        return None
    if not policy.may_see(actor, project):
        return None
    return RelatedRow(f"{project.name} {project.number}", page_of(project), "项目已建档")


def _related_row(project: Project) -> RelatedRow:
    amount = money.in_words(project.amount) if project.amount else "金额未定"
    return RelatedRow(
        project.name, page_of(project), f"{project.stage.label}　{amount}　{project.owner.name}"
    )
