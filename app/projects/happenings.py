"""What the project ledger tells on a timeline, as sentences, within the scope of whoever reads.

A room beside `queries`: it reads, and puts ledger rows into words.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.auth import Actor
from app.core.db import db
from app.core.history import EntryKind
from app.core.money import in_words
from app.core.timeline import About, Happening
from app.projects.enums import ProjectStage
from app.projects.models import Project, ProjectEntry
from app.projects.queries import people_in, visible
from app.projects.rules import SIGNING

LATEST = 200


def sentence_of(entry: ProjectEntry, owners: Mapping[int, str], others: Mapping[int, ProjectEntry]) -> str:
    """A ledger row in words; `owners` maps person ids to names, `others` holds the rows that it may void."""
    if entry.kind is EntryKind.ASSIGN:
        return f"由 {owners.get(entry.owner_id or 0, '未知')} 负责"
    if entry.kind is EntryKind.AMOUNT:
        return f"合同金额 {in_words(entry.amount)}" if entry.amount else "合同金额未定"
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


def _asked(about: About, actor: Actor) -> list[ProjectEntry]:
    query = (
        select(ProjectEntry)
        .join(Project, ProjectEntry.project_id == Project.id)
        .where(visible(actor))
        .options(joinedload(ProjectEntry.project), joinedload(ProjectEntry.actor))
        .order_by(ProjectEntry.id.desc())
        .limit(LATEST)
    )
    if about.project_id is not None:
        query = query.where(Project.id == about.project_id)
    elif about.lead_id is not None:
        query = query.where(Project.lead_id == about.lead_id)
    elif about.enterprise_id is not None:
        query = query.where(Project.enterprise_id == about.enterprise_id)
    else:
        return []
    return list(db.session.scalars(query))


def happenings(about: About, actor: Actor) -> Iterable[Happening]:
    """Timeline source: the signing, later moves and assignments, corrections of moves."""
    entries = _asked(about, actor)
    if not entries:
        return []
    voided = [entry.voids for entry in entries if entry.voids is not None]
    query = select(ProjectEntry).where(ProjectEntry.id.in_(voided))
    others = {row.id: row for row in db.session.scalars(query)} if voided else {}
    owners = people_in([*entries, *others.values()])
    return [
        _happening(entry, sentence_of(entry, owners, others), about)
        for entry in entries
        if _is_told(entry, others)
    ]


def _is_told(entry: ProjectEntry, others: Mapping[int, ProjectEntry]) -> bool:
    """The first holder and the amount say nothing that the signing does not, nor does their correction."""
    about = others.get(entry.voids or 0, entry)
    return about.kind is EntryKind.MOVE or about.reason != SIGNING


_ICONS = {EntryKind.ASSIGN: "user", EntryKind.AMOUNT: "coin", EntryKind.CORRECT: "history"}


def _happening(entry: ProjectEntry, sentence: str, about: About) -> Happening:
    project = entry.project
    words = [
        f"{project.number}　{in_words(project.amount)}" if entry.reason == SIGNING else entry.reason,
        f"依据：{entry.evidence}" if entry.evidence else "",
    ]
    on_own_page = about.project_id is not None
    return Happening(
        day=entry.effective_on,
        at=entry.recorded_at,
        icon=_ICONS.get(entry.kind, "building-factory"),
        title=sentence if on_own_page or about.lead_id is not None else f"{project.name}：{sentence}",
        who=entry.actor.name if entry.actor else "",
        body="　".join(filter(None, words)),
        page=None if on_own_page else ("projects.detail", project.public_id),
    )
