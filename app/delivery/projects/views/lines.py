"""Projects on the pages of others."""

from collections.abc import Collection

from flask import url_for

from app.core.access.auth import Actor
from app.core.records.kinds import subject_kind
from app.core.values import money
from app.core.values.registries import Naming, Related, RelatedRow, Sought, beside
from app.delivery.projects import policy, queries
from app.delivery.projects.models import Project
from app.delivery.projects.views.blueprint import page_of
from app.register.accounts.enums import Permission as P


def related_to(enterprise_id: int, actor: Actor) -> Related | None:
    """The projects of a company that this person may see, for the side of its page."""
    if not actor.may(P.PROJECTS_READ):
        return None
    found = queries.projects_of([enterprise_id], actor)
    rows = [_related_row(project) for project in found]
    return beside(
        "签约项目", rows, lambda: url_for("projects.index", q=found[0].enterprise.name, state="all")
    )


def of_companies(enterprise_ids: Collection[int], actor: Actor) -> Related | None:
    """The same of several companies together."""
    if not actor.may(P.PROJECTS_READ):
        return None
    found = queries.projects_of(enterprise_ids, actor)
    return beside(
        "签约项目", [_related_row(each) for each in found], lambda: url_for("projects.index", state="all")
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


KIND = subject_kind(
    policy.PROJECT_ACCESS,
    endpoint="projects.detail",
    reads=P.PROJECTS_READ,
    found=queries.get_project,
    may_change=policy.may_change,
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
