"""Rows of the ledger, taken back by who has entered them or corrected."""

from app.core.access.permissions import requires
from app.core.values.errors import NotFound
from app.core.web import pages
from app.delivery.projects import policy, queries, services, showing
from app.delivery.projects.forms import CorrectProjectForm
from app.delivery.projects.models import Project, ProjectEntry
from app.delivery.projects.views.blueprint import Answer, bp, page_of
from app.delivery.projects.views.changing import for_change, form_page
from app.delivery.projects.views.detail import owners_of
from app.register.accounts.enums import Permission as P


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
        raise NotFound
    return entries[len(entries) - place]


def _correct_page(project: Project, place: int, form: CorrectProjectForm, status: int = 200) -> Answer:
    entries = queries.entries_of(project)
    rows = showing.ledger(entries, owners_of(entries), may_correct=True)
    row = next((row for row in rows if row["place"] == place), None)
    if row is None:
        raise NotFound
    intro = f"第 {place} 行：{row['words']}，{row['effective_on']}。更正以后不再计数，台账里仍能看到"
    return form_page(project, form, "更正阶段台账", status, intro=intro, verb="更正")


@bp.get("/projects/<public_id>/ledger/<int:place>/correct")
@requires(P.LEADS_CORRECT)
def correct(public_id: str, place: int) -> Answer:
    project = for_change(public_id, policy.may_correct)
    return _correct_page(project, place, CorrectProjectForm(formdata=None, version=project.version))


@bp.post("/projects/<public_id>/ledger/<int:place>/correct")
@requires(P.LEADS_CORRECT)
def save_correction(public_id: str, place: int) -> Answer:
    project, form = for_change(public_id, policy.may_correct), CorrectProjectForm()
    entry_id = _entry_at(project, place).id

    def act() -> None:
        services.correct_entry(project, entry_id, form.reason.data, version=form.seen)

    if not pages.took(form, act):
        return _correct_page(project, place, form, 422)
    return pages.done(page_of(project, "ledger"), "已更正")
