"""The page of one project."""

from typing import Any

from flask import render_template, url_for

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import requires
from app.core.records.history import TAKE_BACK, spans, standing
from app.core.records.ledger import Ledger
from app.core.records.timeline import About, timeline
from app.core.storage.subjects import subject_of
from app.core.values.clock import in_beijing
from app.core.web import pages
from app.delivery.projects import policy, queries, rules, services, showing
from app.delivery.projects.happenings import sentence_of
from app.delivery.projects.models import Project, ProjectEntry
from app.delivery.projects.views.blueprint import bp, page_of
from app.promotion.leads.models import Lead
from app.promotion.leads.queries import may_see_lead
from app.promotion.steps.queries import next_step, open_about
from app.register.accounts.enums import Permission as P
from app.register.accounts.queries import names_of
from app.register.reference.queries import industry_names

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
        ledger=showing.ledger(entries, owners_of(entries), may_correct) if tab == "ledger" else [],
    )


def owners_of(entries: list[ProjectEntry]) -> dict[int, str]:
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
