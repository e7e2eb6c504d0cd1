"""A project goes to another stage, by the form of a move."""

from typing import Any

from flask import request, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.keeping import checked_move
from app.core.records.path import MoveKind
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.core.web import pages
from app.delivery.projects import policy, rules, services
from app.delivery.projects.enums import ProjectStage
from app.delivery.projects.forms import MoveProjectForm
from app.delivery.projects.models import Project
from app.delivery.projects.views.blueprint import Answer, bp, page_of
from app.delivery.projects.views.changing import for_change, form_page
from app.register.accounts.enums import Permission as P


def _stage_named(code: str | None) -> ProjectStage:
    to = ProjectStage.parse(code)
    if to is None:
        raise RuleBroken({"to": "没有说明要到哪个阶段，请从项目页面上的按钮进入"})
    return to


def _check_offered(project: Project, to: ProjectStage) -> None:
    may_correct = policy.may_correct(require_actor(), project)
    checked_move(rules.STAGES, project.stage, to, may_correct=may_correct)


def _move_page(project: Project, to: ProjectStage, form: MoveProjectForm, status: int = 200) -> Answer:
    """The form of a move; what cannot be any more keeps the words of a step forward."""
    kind = rules.kind_of_move(project.stage, to) or MoveKind.FORWARD
    ends, shown = kind is MoveKind.END, kind in rules.WITH_EVIDENCE and to in rules.EVIDENCE
    form.evidence.flags.required = kind in rules.WITH_EVIDENCE
    form.reason.flags.required = kind in rules.WITH_REASON
    return form_page(
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
    form = MoveProjectForm(formdata=None, to=to.value, effective_on=today(), version=project.version)
    return _move_page(project, to, form)


@bp.post("/projects/<public_id>/move")
@requires(P.PROJECTS_WRITE)
def save_move(public_id: str) -> Answer:
    project, form = for_change(public_id), MoveProjectForm()
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
