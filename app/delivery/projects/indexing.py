"""Project -> search document, with the access tokens of its scope; which changes re-index it."""

from datetime import date

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import contains_eager, joinedload

from app.core.access.auth import Actor
from app.core.index.searching import Document, Shown, Source, join_index
from app.core.records.typed import contains
from app.core.storage.db import db
from app.core.values import money
from app.core.values.clock import in_beijing
from app.core.values.labels import label_of
from app.delivery.projects.models import Project
from app.delivery.projects.policy import PROJECT_ACCESS, visible
from app.promotion.leads.indexing import follow_lead
from app.register.accounts.enums import Permission
from app.register.accounts.indexing import Holders
from app.register.enterprises.indexing import follow_company
from app.register.enterprises.models import Enterprise
from app.register.enterprises.naming import about_company
from app.register.placements.indexing import follow_chains

KIND = "project"


def document_of(project: Project, holders: Holders) -> Document:
    """What is searched of a project: its name, its company under every name, its numbers."""
    enterprise = project.enterprise
    return Document(
        kind=KIND,
        id=project.public_id,
        title=project.name,
        about=enterprise.all_names,
        keys=tuple(filter(None, (project.number, project.project_code))),
        access=PROJECT_ACCESS.tokens(project),
        region=enterprise.region_code or "",
        industry=project.industry_code or enterprise.industry_code or "",
        stage=project.stage.value,
        units=holders.units(project.unit_id),
        teams=holders.units(project.team_id),
        owners=holders.people(project.owner_id),
        amount=project.amount,
        day=_last_activity(project).toordinal(),
    )


def _last_activity(project: Project) -> date:
    return in_beijing(project.updated_at).date()


def _live() -> Select[Project]:
    return select(Project).join(Project.enterprise).where(Project.is_kept())


_COMPANY = contains_eager(Project.enterprise).selectinload(Enterprise.other_names)


def _documents(asked: Select[Project]) -> list[Document]:
    projects = db.session.scalars(asked.options(_COMPANY, *PROJECT_ACCESS.loads())).all()
    holders = Holders.of(projects, (row.owner_id for row in projects))
    return [document_of(project, holders) for project in projects]


def _shown(visible: Select[Project], _actor: Actor) -> list[Shown]:
    return [
        Shown(
            public_id=project.public_id,
            title=project.name,
            note=f"{project.enterprise.name}　{money.in_words(project.amount)}",
            fields=_fields(project),
            status=project.stage.label,
            who=project.owner.name,
            when=f"签约 {project.signed_on.isoformat()}" if project.signed_on else "",
            active_on=_last_activity(project),
        )
        for project in db.session.scalars(visible.options(_COMPANY, joinedload(Project.owner)))
    ]


def _fields(project: Project) -> tuple[tuple[str, str], ...]:
    return (
        (label_of(Project.number), project.number),
        (label_of(Project.project_code), project.project_code or ""),
        *project.enterprise.labelled_names,
    )


def _holds(text: str) -> ColumnElement[bool]:
    return about_company(
        text, Project.enterprise_id, lambda term: contains(term, Project.name, Project.number), spoken=False
    )


SOURCE = Source(
    kind=KIND,
    label="项目",
    place=40,
    icon="building-factory",
    endpoint="projects.detail",
    right=Permission.PROJECTS_READ,
    key=Project.id,
    public_id=Project.public_id,
    live=_live,
    documents=_documents,
    seen=visible,
    shown=_shown,
    holds=_holds,
)


def register() -> None:
    """Joins projects to the index."""
    join_index(SOURCE)
    follow_company(SOURCE, Project.enterprise_id)
    follow_chains(KIND, SOURCE.public_id, Project.enterprise_id)
    follow_lead(SOURCE, Project.lead_id)
