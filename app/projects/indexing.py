"""Project -> search document, with the access tokens of its scope; which changes re-index it."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.accounts.enums import Permission
from app.accounts.indexing import Holders
from app.core import money
from app.core.auth import Actor
from app.core.clock import in_beijing
from app.core.db import db
from app.core.outbox import Itself, Linked, watch
from app.core.registries import WORKS_WITH_TOKENS
from app.core.searching import SOURCES, Document, Shown, Source
from app.enterprises.contact_indexing import KIND as CONTACT
from app.enterprises.models import Contact, Enterprise, EnterpriseName
from app.leads.models import Lead, LeadMember
from app.leads.policy import SEEN_BY
from app.projects.models import Project
from app.projects.policy import COLUMNS, facts, scope

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
        access=facts(project).tokens(),
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


def build(public_ids: Sequence[str]) -> list[Document]:
    query = (
        select(Project)
        .where(Project.public_id.in_(public_ids), Project.is_kept())
        .options(
            joinedload(Project.enterprise).selectinload(Enterprise.other_names),
            joinedload(Project.lead).selectinload(Lead.members),
        )
    )
    projects = db.session.scalars(query).all()
    holders = Holders(
        (unit for row in projects for unit in (row.unit_id, row.team_id)), (row.owner_id for row in projects)
    )
    return [document_of(project, holders) for project in projects]


def show(public_ids: Sequence[str], actor: Actor) -> Mapping[str, Shown]:
    query = (
        select(Project)
        .where(
            Project.public_id.in_(public_ids),
            Project.is_kept(),
            scope(actor).where(COLUMNS),
        )
        .options(
            joinedload(Project.enterprise).selectinload(Enterprise.other_names), joinedload(Project.owner)
        )
    )
    return {
        project.public_id: Shown(
            public_id=project.public_id,
            title=project.name,
            note=f"{project.enterprise.name}　{money.in_words(project.amount)}",
            fields=_fields(project),
            status=project.stage.label,
            who=project.owner.name,
            when=f"签约 {project.signed_on.isoformat()}" if project.signed_on else "",
            active_on=_last_activity(project),
        )
        for project in db.session.scalars(query)
    }


def _fields(project: Project) -> tuple[tuple[str, str], ...]:
    return (
        ("编号", project.number),
        ("项目代码", project.project_code or ""),
        *project.enterprise.labelled_names,
    )


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


def tokens_by_enterprise(enterprise_ids: list[int]) -> dict[int, set[str]]:
    """Whoever sees a live project of a company works with it: `queries.works_with` as search tokens."""
    query = (
        select(Project)
        .where(Project.enterprise_id.in_(enterprise_ids), Project.archived_at.is_(None))
        .options(joinedload(Project.lead).selectinload(Lead.members))
    )
    found: dict[int, set[str]] = {}
    for project in db.session.scalars(query):
        found.setdefault(project.enterprise_id, set()).update(facts(project).tokens())
    return found


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
    watch(Lead, Linked(KIND, Project.public_id, on=lead, holds=Lead.id), only=SEEN_BY)
    watch(LeadMember, Linked(KIND, Project.public_id, on=lead, holds=LeadMember.lead_id))
    WORKS_WITH_TOKENS.add("projects", tokens_by_enterprise)
    # Who may find a contact by the end of the number depends on who sees the projects of the company.
    of_project = Project.enterprise_id
    watch(Project, Linked(CONTACT, Contact.public_id, on=Contact.enterprise_id, holds=of_project))
