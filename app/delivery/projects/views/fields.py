"""The fields that are a project's own."""

from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.web import pages
from app.delivery.projects import services
from app.delivery.projects.forms import EditProjectForm
from app.delivery.projects.models import Project
from app.delivery.projects.views.blueprint import Answer, bp, page_of
from app.delivery.projects.views.changing import for_change, form_page
from app.register.accounts.enums import Permission as P


@bp.get("/projects/<public_id>/edit")
@requires(P.PROJECTS_WRITE)
def edit(public_id: str) -> Answer:
    project = for_change(public_id)
    return form_page(project, _opened(project), f"改项目：{project.name}")


def _opened(project: Project) -> EditProjectForm:
    return EditProjectForm(formdata=None, obj=project)


@bp.post("/projects/<public_id>/edit")
@requires(P.PROJECTS_WRITE)
def update(public_id: str) -> Answer:
    project, form = for_change(public_id), EditProjectForm()

    def act() -> None:
        values = {"name": form.name.data, "project_code": form.project_code.data or ""}
        services.update_project(project, form.seen, values)

    if not saved(form, act, lambda: _opened(project)):
        return form_page(project, form, f"改项目：{project.name}", 422)
    return pages.done(page_of(project), "已保存")
