"""Pages of projects: list, one project, its moves and corrections."""

from collections.abc import Callable, Collection
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.records.history import TAKE_BACK, spans, standing
from app.core.records.ledger import Ledger
from app.core.records.path import BY_CORRECTORS, MoveKind
from app.core.records.timeline import About, timeline
from app.core.storage.subjects import Lines, SubjectKind, subject_of
from app.core.values import money
from app.core.values.clock import in_beijing, today
from app.core.values.errors import NotAllowed, NotFound, RuleBroken
from app.core.values.registries import Naming, Related, RelatedRow, Sought, beside
from app.core.web import pages
from app.core.web.forms import BaseForm
from app.delivery.projects import policy, queries, rules, services, showing
from app.delivery.projects.enums import ProjectStage
from app.delivery.projects.forms import CorrectForm, EditForm, MoveForm
from app.delivery.projects.happenings import sentence_of
from app.delivery.projects.models import Project, ProjectEntry
from app.promotion.leads.models import Lead
from app.promotion.leads.queries import may_see_lead
from app.promotion.steps.queries import next_step, open_about
from app.register.accounts.enums import Permission
from app.register.accounts.queries import names_of
from app.register.reference.queries import industry_names

bp = Blueprint("projects", __name__)
P = Permission
Answer = str | Response | tuple[str, int]


def page_of(project: Project, tab: str | None = None, anchor: str | None = None) -> str:
    return url_for("projects.detail", public_id=project.public_id, tab=tab, _anchor=anchor)


# --- List ----------------------------------------------------------------------------------------


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
    ledger = Ledger(reversed(entries))
    may_correct = policy.may_correct(actor, project)
    lead = _seen_lead(project, actor)
    own, of_lead = open_about(subject_of(project)), open_about(subject_of(lead)) if lead else []
    goes_on = rules.next_stage(project.stage) is not None and not project.is_archived
    first = next_step(own) if goes_on else None
    return render_template(
        "projects/detail.html",
        project=project,
        bar=_bar(project, ledger),
        panel=showing.next_panel(project),
        facts=showing.facts(project, _industry(project), lead),
        goes_on=goes_on,
        next_step=first,
        steps=[step for step in [*own, *of_lead] if step is not first],
        moves=rules.allowed_moves(project.stage, may_correct=may_correct),
        may={"change": policy.may_change(actor, project), "correct": may_correct},
        own=_own_last_deed(project, ledger),
        tab=tab,
        tabs=[
            {"label": label, "url": page_of(project, key, "records"), "active": key == tab}
            for key, label in _TABS.items()
        ],
        past=timeline(_about(project), actor, pages.read_page_number()) if tab == "timeline" else None,
        ledger=showing.ledger(entries, _owners(entries), may_correct) if tab == "ledger" else [],
    )


def _owners(entries: list[ProjectEntry]) -> dict[int, str]:
    return names_of(entry.owner_id for entry in entries)


def _own_last_deed(project: Project, ledger: Ledger[ProjectEntry]) -> dict[str, Any] | None:
    """What the one who looks has just entered in the ledger and may still take back."""
    found = services.LEDGER.last_deed(project, ledger)
    if found is None:
        return None
    last, place = found
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


def _bar(project: Project, ledger: Ledger[ProjectEntry]) -> dict[str, Any]:
    counted = ledger.entries()
    stands = standing(counted)
    return showing.stage_bar(project, rules.stage_of(stands.came_from if stands else None), spans(counted))


# --- Forms on one project ------------------------------------------------------------------------


def for_change(public_id: str, allowed: Callable[[Actor, Project], bool] = policy.may_change) -> Project:
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
    if refusal and rules.kind_of_move(project.stage, to) in BY_CORRECTORS:
        raise NotAllowed(refusal)
    if refusal:
        raise RuleBroken({"to": refusal})


def _move_page(project: Project, to: ProjectStage, form: MoveForm, status: int = 200) -> Answer:
    """The form of a move; what cannot be any more keeps the words of a step forward."""
    kind = rules.kind_of_move(project.stage, to) or MoveKind.FORWARD
    ends, shown = kind is MoveKind.END, kind in rules.WITH_EVIDENCE and to in rules.EVIDENCE
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
    project, to = for_change(public_id), _stage_named(request.args.get("to"))
    _check_offered(project, to)
    form = MoveForm(formdata=None, to=to.value, effective_on=today(), version=project.version)
    return _move_page(project, to, form)


@bp.post("/projects/<public_id>/move")
@requires(P.PROJECTS_WRITE)
def save_move(public_id: str) -> Answer:
    project, form = for_change(public_id), MoveForm()
    to, places = _stage_named(form.to.data), list[int]()

    def act() -> None:
        place = services.advance_project(
            project,
            to,
            form.effective_on.data,
            form.reason.data or "",
            form.evidence.data or "",
            version=form.seen,
        )
        places.append(place)

    if not pages.took(form, act):
        return _move_page(project, to, form, 422)
    undo = (url_for("projects.take_back", public_id=public_id, place=places[0]), dict[str, Any]())
    return pages.done(page_of(project), f"已到「{to.label}」", undo=undo)


@bp.post("/projects/<public_id>/ledger/<int:place>/take-back")
@requires(P.PROJECTS_WRITE)
def take_back(public_id: str, place: int) -> Answer:
    """撤销: the move that the one who acts has just entered never counted."""
    project = for_change(public_id)
    services.take_back(project, _entry_at(project, place).id)
    return pages.done(page_of(project), "已撤销，台账里仍看得到")


def _entry_at(project: Project, place: int) -> ProjectEntry:
    entries = queries.entries_of(project)
    if not 1 <= place <= len(entries):
        raise NotFound()
    return entries[len(entries) - place]


def _correct_page(project: Project, place: int, form: CorrectForm, status: int = 200) -> Answer:
    entries = queries.entries_of(project)
    rows = showing.ledger(entries, _owners(entries), may_correct=True)
    row = next((row for row in rows if row["place"] == place), None)
    if row is None:
        raise NotFound()
    intro = f"第 {place} 行：{row['words']}，{row['effective_on']}。更正以后不再计数，台账里仍能看到"
    return _form_page(project, form, "更正阶段台账", status, intro=intro, verb="更正")


@bp.get("/projects/<public_id>/ledger/<int:place>/correct")
@requires(P.LEADS_CORRECT)
def correct(public_id: str, place: int) -> Answer:
    project = for_change(public_id, policy.may_correct)
    return _correct_page(project, place, CorrectForm(formdata=None, version=project.version))


@bp.post("/projects/<public_id>/ledger/<int:place>/correct")
@requires(P.LEADS_CORRECT)
def save_correction(public_id: str, place: int) -> Answer:
    project, form = for_change(public_id, policy.may_correct), CorrectForm()
    entry_id = _entry_at(project, place).id

    def act() -> None:
        services.correct_entry(project, entry_id, form.reason.data, version=form.seen)

    if not pages.took(form, act):
        return _correct_page(project, place, form, 422)
    return pages.done(page_of(project, "ledger"), "已更正")


@bp.get("/projects/<public_id>/edit")
@requires(P.PROJECTS_WRITE)
def edit(public_id: str) -> Answer:
    project = for_change(public_id)
    return _form_page(project, _opened(project), f"改项目：{project.name}")


def _opened(project: Project) -> EditForm:
    return EditForm(formdata=None, obj=project)


@bp.post("/projects/<public_id>/edit")
@requires(P.PROJECTS_WRITE)
def update(public_id: str) -> Answer:
    project, form = for_change(public_id), EditForm()

    def act() -> None:
        values = {"name": form.name.data, "project_code": form.project_code.data or ""}
        services.update_project(project, form.seen, values)

    if not saved(form, act, lambda: _opened(project)):
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


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The projects whose words name somebody, for the page on which they are erased."""
    if not actor.may(P.PROJECTS_READ):
        return []
    return [
        Naming(
            "project",
            project.public_id,
            RelatedRow(f"{project.name} {project.number}", page_of(project), "签约项目：名称或台账"),
        )
        for project in queries.naming(sought, actor)
    ]


def as_lines(public_ids: Collection[str], actor: Actor) -> Lines:
    """Projects on the pages of what hangs on them."""
    if not actor.may(P.PROJECTS_READ):
        return {}
    found = queries.seen_of(public_ids, actor)
    return {project.public_id: RelatedRow(project.name, page_of(project)) for project in found}


KIND = SubjectKind(
    "项目",
    as_lines,
    P.PROJECTS_READ,
    queries.get_project,
    policy.may_change,
    opens=queries.opens_project,
    why_fixed=services.why_steps_fixed,
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
