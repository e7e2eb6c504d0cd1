"""Project -> search document, with the access tokens of its scope; which changes re-index it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.accounts.enums import Permission
from app.core import money
from app.core.auth import Actor
from app.core.db import db
from app.core.outbox import Itself, Linked, watch
from app.core.searching import SOURCES, Document, Shown, Source
from app.enterprises.models import Enterprise, EnterpriseName
from app.leads.models import Lead, LeadMember
from app.projects.models import Project
from app.projects.policy import COLUMNS, facts, scope

KIND = "project"


def document_of(project: Project) -> Document:
    """What is searched of a project: its name, its company under every name, its numbers."""
    enterprise = project.enterprise
    return Document(
        kind=KIND,
        id=project.public_id,
        title=project.name,
        names=(enterprise.name, *(other.name for other in enterprise.other_names)),
        keys=tuple(filter(None, (project.number, project.project_code))),
        access=facts(project).tokens(),
        region=enterprise.region_code or "",
        industry=project.industry_code or enterprise.industry_code or "",
        stage=project.stage.value,
        amount=project.amount,
        day=project.updated_at.date().toordinal(),
    )


def build(public_ids: Sequence[str]) -> list[Document]:
    query = (
        select(Project)
        .where(Project.public_id.in_(public_ids), Project.archived_at.is_(None))
        .options(
            joinedload(Project.enterprise).selectinload(Enterprise.other_names),
            joinedload(Project.lead).selectinload(Lead.members),
        )
    )
    return [document_of(project) for project in db.session.scalars(query)]


def show(public_ids: Sequence[str], actor: Actor) -> Mapping[str, Shown]:
    query = (
        select(Project)
        .where(
            Project.public_id.in_(public_ids),
            Project.archived_at.is_(None),
            scope(actor).where(COLUMNS),
        )
        .options(joinedload(Project.enterprise), joinedload(Project.owner))
    )
    return {
        project.public_id: Shown(
            public_id=project.public_id,
            title=project.name,
            note=f"{project.enterprise.name}　{money.in_words(project.amount)}",
            status=project.stage.label,
            who=project.owner.name,
            when=f"签约 {project.signed_on.isoformat()}" if project.signed_on else "",
        )
        for project in db.session.scalars(query)
    }


def find(text: str, actor: Actor, limit: int) -> Sequence[str]:
    """By a piece of its name, number or company, while the index is unavailable."""
    query = (
        select(Project.public_id)
        .join(Enterprise, Enterprise.id == Project.enterprise_id)
        .where(
            Project.archived_at.is_(None),
            scope(actor).where(COLUMNS),
            or_(
                Project.name.contains(text, autoescape=True),
                Project.number == text.upper(),
                Enterprise.name.contains(text, autoescape=True),
            ),
        )
        .order_by(Project.id.desc())
        .limit(limit)
    )
    return db.session.scalars(query).all()


def register() -> None:
    """Joins projects to the index."""
    SOURCES.add(
        KIND,
        Source(
            kind=KIND,
            label="项目",
            icon="building-factory",
            endpoint="projects.detail",
            right=Permission.PROJECTS_READ,
            key=Project.id,
            public_id=Project.public_id,
            build=build,
            show=show,
            find=find,
        ),
    )
    watch(Project, Itself(KIND))
    company, lead = Project.enterprise_id, Project.lead_id
    watch(Enterprise, Linked(KIND, Project.public_id, on=company, holds=Enterprise.id))
    watch(EnterpriseName, Linked(KIND, Project.public_id, on=company, holds=EnterpriseName.enterprise_id))
    # Who may see a project depends on who is named on its lead.
    watch(Lead, Linked(KIND, Project.public_id, on=lead, holds=Lead.id))
    watch(LeadMember, Linked(KIND, Project.public_id, on=lead, holds=LeadMember.lead_id))
