"""What the project ledger tells on a timeline, as sentences, within the scope of whoever reads.

A room beside `queries`: it reads, and puts ledger rows into words.
"""

from collections.abc import Mapping

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.core.access.auth import Actor
from app.core.records.history import Cause, EntryKind
from app.core.records.timeline import NOTHING, About, Happening, Known
from app.core.storage.db import db
from app.core.storage.subjects import inner_id
from app.core.values.labels import label_of
from app.core.values.money import in_words
from app.delivery.projects.enums import ProjectStage
from app.delivery.projects.models import Project, ProjectEntry
from app.delivery.projects.policy import visible
from app.register.accounts.queries import names_of


def sentence_of(entry: ProjectEntry, owners: Mapping[int, str], others: Mapping[int, ProjectEntry]) -> str:
    """A ledger row in words; `owners` maps person ids to names, `others` holds the rows that it may void."""
    if entry.kind is EntryKind.ASSIGN:
        return f"由 {owners.get(entry.owner_id or 0, '未知')} 负责"
    if entry.kind is EntryKind.AMOUNT:
        label = label_of(Project.amount)
        return f"{label} {in_words(entry.amount)}" if entry.amount else f"{label}未定"
    if entry.kind is EntryKind.CORRECT:
        voided = others.get(entry.voids or 0)
        return f"更正：{sentence_of(voided, owners, {}) if voided else '一行台账'}，不算数"
    return _move(entry)


def _move(entry: ProjectEntry) -> str:
    if entry.stage is None or entry.stage_from is None:
        return "签约，项目建档"
    if entry.stage is ProjectStage.TERMINATED:
        return f"从「{entry.stage_from.label}」终止"
    return f"从「{entry.stage_from.label}」到「{entry.stage.label}」"


def _told(about: About, actor: Actor) -> Select[ProjectEntry] | None:
    """The rows of the ledger that are told: the first holder and the amount say nothing that the signing does
    not, nor does their correction.
    """
    voided = aliased(ProjectEntry)
    own = and_(
        voided.id.is_(None), or_(ProjectEntry.kind == EntryKind.MOVE, ProjectEntry.cause != Cause.SIGNING)
    )
    query = (
        select(ProjectEntry)
        .join(Project, ProjectEntry.project_id == Project.id)
        .outerjoin(voided, voided.id == ProjectEntry.voids)
        .where(visible(actor), or_(own, voided.kind == EntryKind.MOVE, voided.cause != Cause.SIGNING))
        .options(joinedload(ProjectEntry.project), joinedload(ProjectEntry.actor))
    )
    project, lead, company = (about.of(kind) for kind in ("project", "lead", "enterprise"))
    if project is not None:
        return query.where(Project.public_id == project.id)
    if lead is not None:
        return query.where(Project.lead_id == inner_id(lead))
    return query.where(Project.enterprise_id == inner_id(company)) if company is not None else None


def happenings(about: About, actor: Actor) -> Known:
    """Timeline source: the signing, later moves and assignments, corrections of moves."""
    query = _told(about, actor)
    if query is None:
        return NOTHING
    known = {entry.id: entry for entry in db.session.scalars(query)}
    marks = [(entry.effective_on, entry.recorded_at, key) for key, entry in known.items()]
    return Known(marks, lambda keys: _tell([known[key] for key in keys], about) if keys else {})


def _tell(entries: list[ProjectEntry], about: About) -> dict[int, Happening]:
    voided = [entry.voids for entry in entries if entry.voids is not None]
    corrected = select(ProjectEntry).where(ProjectEntry.id.in_(voided))
    others = {row.id: row for row in db.session.scalars(corrected)} if voided else {}
    owners = names_of(row.owner_id for row in [*entries, *others.values()])
    return {entry.id: _happening(entry, sentence_of(entry, owners, others), about) for entry in entries}


_ICONS = {EntryKind.ASSIGN: "user", EntryKind.AMOUNT: "coin", EntryKind.CORRECT: "history"}


def _happening(entry: ProjectEntry, sentence: str, about: About) -> Happening:
    project = entry.project
    words = [
        f"{project.number}　{in_words(project.amount)}" if entry.cause is Cause.SIGNING else entry.reason,
        f"{label_of(ProjectEntry.evidence)}：{entry.evidence}" if entry.evidence else "",
    ]
    on_own_page = about.page == "project"
    return Happening(
        day=entry.effective_on,
        at=entry.recorded_at,
        icon=_ICONS.get(entry.kind, "building-factory"),
        title=sentence if on_own_page or about.of("lead") is not None else f"{project.name}：{sentence}",
        who=entry.actor.name if entry.actor else "",
        body="　".join(filter(None, words)),
        page=None if on_own_page else ("projects.detail", project.public_id),
    )
