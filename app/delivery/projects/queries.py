"""Reads of projects: one, those of a page, the ledger. All in scope."""

import json
from collections.abc import Callable, Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.access.auth import Actor, require_actor
from app.core.records.ledger import Ledger, reader
from app.core.records.typed import contains, contains_any
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db, entered_before_today
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.values.registries import BESIDE, Sought
from app.delivery.projects import policy
from app.delivery.projects.enums import ProjectStage
from app.delivery.projects.models import Project, ProjectEntry
from app.delivery.projects.policy import visible
from app.promotion.leads.models import Lead
from app.register.enterprises.naming import about_company
from app.register.enterprises.policy import Work
from app.register.enterprises.queries import Dealings, dealings

_WITH_PEOPLE = (
    joinedload(Project.enterprise),
    joinedload(Project.unit),
    joinedload(Project.team),
    joinedload(Project.owner),
)


def get_project(public_id: str, actor: Actor | None = None) -> Project:
    """The project, if this person (the one who acts, unless told) may see it; NotFound otherwise."""
    query = (
        select(Project)
        .where(Project.public_id == public_id, visible(actor or require_actor()))
        .options(*_WITH_PEOPLE, joinedload(Project.lead).selectinload(Lead.members))
    )
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def project_of_lead(lead_id: int) -> Project | None:
    """The project that the signing of a lead made, archived or not; without regard to who asks."""
    query = select(Project).where(Project.lead_id == lead_id).order_by(Project.id).limit(1)
    return db.session.scalar(query)


def projects_of(enterprise_ids: Collection[int], actor: Actor) -> list[Project]:
    """The live projects of some companies that this person may see, newest first; one more than a page shows
    beside a company.
    """
    query = (
        select(Project)
        .where(Project.enterprise_id.in_(enterprise_ids), Project.archived_at.is_(None), visible(actor))
        .options(joinedload(Project.owner))
        .order_by(Project.id.desc())
        .limit(BESIDE + 1)
    )
    return list(db.session.scalars(query))


def naming(sought: Sought, actor: Actor) -> list[Project]:
    """The projects of a company whose words, or those of their ledger, name somebody and that this person may
    see; newest first.
    """
    entered = exists().where(
        ProjectEntry.project_id == Project.id,
        contains_any(sought.words, ProjectEntry.reason, ProjectEntry.evidence),
    )
    query = select(Project).where(
        Project.enterprise_id == sought.enterprise_id,
        or_(
            contains_any(sought.words, Project.name, Project.archive_reason),
            entered,
            Project.public_id.in_(sought.known_of("project")),
        ),
        policy.visible(actor),
    )
    return list(db.session.scalars(query.order_by(Project.id.desc()).limit(BESIDE)))


# --- The ledger ----------------------------------------------------------------------------------


def entries_of(project: Project) -> list[ProjectEntry]:
    """The ledger rows of a project, newest first."""
    query = (
        select(ProjectEntry)
        .where(ProjectEntry.project_id == project.id)
        .options(joinedload(ProjectEntry.actor))
        .order_by(ProjectEntry.id.desc())
    )
    return list(db.session.scalars(query))


ledger_of: Callable[[Project], Ledger[ProjectEntry]] = reader(ProjectEntry.project_id)


def was_changed(project: Project, fields: Iterable[str]) -> bool:
    """Whether somebody has written one of these fields since the project was made: they stand in no ledger
    of its own.
    """
    query = select(AuditEvent.details).where(
        AuditEvent.subject_kind == Project.__tablename__,
        AuditEvent.subject_id == project.public_id,
        AuditEvent.action == f"{Project.__tablename__}.update",
    )
    return any(not json.loads(details).keys().isdisjoint(fields) for details in db.session.scalars(query))


def by_text(text: str) -> ColumnElement[bool]:
    """What the text box of the list asks."""
    own = (Project.name, Project.number, Project.project_code)
    return about_company(text, Project.enterprise_id, lambda term: contains(term, *own))


def load(ids: list[int]) -> Sequence[Project]:
    """The rows of one page of a list."""
    return list(
        db.session.scalars(
            select(Project)
            .where(Project.id.in_(ids))
            .options(*_WITH_PEOPLE, selectinload(Project.next_steps))
        )
    )


def is_work() -> ColumnElement[bool]:
    """A live project that was not made today; on its first day its lead answers."""
    return and_(Project.archived_at.is_(None), entered_before_today(Project.created_at))


WORK = Work(
    policy.PROJECT_ACCESS,
    Project.enterprise_id,
    is_work,
    and_(Project.archived_at.is_(None), Project.stage != ProjectStage.TERMINATED),
)


def led_by(enterprise_ids: Collection[int], actor: Actor) -> Dealings:
    """Whose projects these companies have, as far as this person sees, and when such a project last moved."""
    return dealings("负责项目", Project.enterprise_id, Project.owner_id, Project.stage_since).where(
        Project.enterprise_id.in_(enterprise_ids), Project.archived_at.is_(None), visible(actor)
    )
