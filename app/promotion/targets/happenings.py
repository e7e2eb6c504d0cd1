"""What the ledger of targets tells on a timeline, as sentences, within the scope of whoever reads.

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
from app.promotion.targets.enums import TargetStage
from app.promotion.targets.models import TargetEnterprise, TargetEntry
from app.promotion.targets.policy import visible
from app.register.accounts.queries import names_of


def sentence_of(entry: TargetEntry, owners: Mapping[int, str], others: Mapping[int, TargetEntry]) -> str:
    """A ledger row in words; `owners` maps person ids to names, `others` holds the rows that it may void."""
    if entry.kind is EntryKind.ASSIGN:
        owner = owners.get(entry.owner_id or 0)
        return f"由 {owner} 负责" if owner else "由单位负责，先不定人"
    if entry.kind is EntryKind.CORRECT:
        voided = others.get(entry.voids or 0)
        return f"更正：{sentence_of(voided, owners, {}) if voided else '一行台账'}，不算数"
    if entry.stage is None or entry.stage_from is None:
        return "列为目标企业"
    if entry.stage is TargetStage.DROPPED:
        return f"从「{entry.stage_from.label}」放弃"
    return f"从「{entry.stage_from.label}」到「{entry.stage.label}」"


def _told(about: About, actor: Actor) -> Select[TargetEntry] | None:
    """The rows of the ledger that are told: the first holder says nothing that the first row does not."""
    voided = aliased(TargetEntry)
    query = (
        select(TargetEntry)
        .join(TargetEnterprise, TargetEntry.target_id == TargetEnterprise.id)
        .outerjoin(voided, voided.id == TargetEntry.voids)
        .where(
            visible(actor),
            or_(TargetEntry.kind != EntryKind.ASSIGN, TargetEntry.cause != Cause.REGISTRATION),
        )
        .options(
            joinedload(TargetEntry.target).joinedload(TargetEnterprise.enterprise),
            joinedload(TargetEntry.actor),
        )
    )
    target, company = about.of("target"), about.of("enterprise")
    if target is not None:
        return query.where(TargetEnterprise.public_id == target.id)
    if company is None:
        return None
    return query.where(
        and_(TargetEnterprise.enterprise_id == inner_id(company), TargetEnterprise.archived_at.is_(None))
    )


def happenings(about: About, actor: Actor) -> Known:
    """Timeline source: that a company was taken up, its moves, holders and corrections."""
    query = _told(about, actor)
    if query is None:
        return NOTHING
    known = {entry.id: entry for entry in db.session.scalars(query)}
    marks = [(entry.effective_on, entry.recorded_at, key) for key, entry in known.items()]
    return Known(marks, lambda keys: _tell([known[key] for key in keys], about) if keys else {})


def _tell(entries: list[TargetEntry], about: About) -> dict[int, Happening]:
    voided = [entry.voids for entry in entries if entry.voids is not None]
    corrected = select(TargetEntry).where(TargetEntry.id.in_(voided))
    others = {row.id: row for row in db.session.scalars(corrected)} if voided else {}
    owners = names_of(row.owner_id for row in [*entries, *others.values()])
    return {entry.id: _happening(entry, sentence_of(entry, owners, others), about) for entry in entries}


_ICONS = {EntryKind.ASSIGN: "user", EntryKind.CORRECT: "history"}


def _happening(entry: TargetEntry, sentence: str, about: About) -> Happening:
    on_own_page = about.page == "target"
    is_first = entry.stage_from is None and entry.kind is EntryKind.MOVE
    return Happening(
        day=entry.effective_on,
        at=entry.recorded_at,
        icon=_ICONS.get(entry.kind, "target"),
        title=sentence if on_own_page or is_first else f"目标企业：{sentence}",
        who=entry.actor.name if entry.actor else "",
        body="" if is_first else entry.reason,
        page=None if on_own_page else ("targets.detail", entry.target.public_id),
    )
