"""What the lead ledger tells on a timeline, as sentences, within the scope of whoever reads.

A room beside `queries`: it reads, and puts ledger rows into words.
"""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.core.access.auth import Actor
from app.core.records.history import Cause, EntryKind
from app.core.records.timeline import NOTHING, About, Happening, Known
from app.core.storage.db import db
from app.core.storage.subjects import inner_id
from app.core.values.clock import in_beijing
from app.core.values.labels import label_of
from app.core.values.money import in_words
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead, LeadEntry
from app.promotion.leads.policy import visible
from app.promotion.leads.queries import Stages, stages_on
from app.register.accounts.queries import names_of


def _told(about: About, actor: Actor) -> Select[date, datetime, int] | None:
    """The rows of the ledger that are told. The first owner and the first amount say nothing that 登记线索
    does not; that a lead was registered twice voids every row of it, and is told once, with the registration.
    """
    voided = aliased(LeadEntry)
    says_something = or_(
        LeadEntry.cause.not_in({Cause.REGISTRATION, Cause.REDATED}),
        LeadEntry.kind == EntryKind.MOVE,
        voided.kind == EntryKind.MOVE,
    )
    is_no_echo = or_(
        LeadEntry.cause != Cause.REGISTERED_TWICE,
        and_(voided.kind == EntryKind.MOVE, voided.stage_from.is_(None)),
    )
    query = (
        select(LeadEntry.effective_on, LeadEntry.recorded_at, LeadEntry.id)
        .join(Lead, LeadEntry.lead_id == Lead.id)
        .outerjoin(voided, voided.id == LeadEntry.voids)
        .where(visible(actor), says_something, is_no_echo)
    )
    lead, company = about.of("lead"), about.of("enterprise")
    if lead is not None:
        return query.where(Lead.public_id == lead.id)
    return query.where(Lead.enterprise_id == inner_id(company)) if company is not None else None


def _entries(keys: list[int]) -> list[LeadEntry]:
    query = select(LeadEntry).where(LeadEntry.id.in_(keys))
    return list(db.session.scalars(query.options(joinedload(LeadEntry.lead), joinedload(LeadEntry.actor))))


def _voided(entries: list[LeadEntry]) -> dict[int, LeadEntry]:
    """The rows that corrections among these void."""
    ids = [entry.voids for entry in entries if entry.voids is not None]
    if not ids:
        return {}
    return {row.id: row for row in db.session.scalars(select(LeadEntry).where(LeadEntry.id.in_(ids)))}


def sentence_of(
    entry: LeadEntry, stages: Stages, owners: dict[int, str], others: Mapping[int, LeadEntry]
) -> str:
    """A ledger row in words; `owners` maps person ids to names, `others` holds the rows that it may void."""
    if entry.kind is EntryKind.ASSIGN:
        return f"交给 {owners.get(entry.owner_id or 0, '未知')} 负责"
    if entry.kind is EntryKind.AMOUNT:
        label = label_of(Lead.amount)
        return f"{label} {in_words(entry.amount)}" if entry.amount else f"{label}未定"
    if entry.kind is EntryKind.CORRECT:
        voided = others.get(entry.voids or 0)
        what = sentence_of(voided, stages, owners, {}) if voided else "一行台账"
        return f"更正：「{what}」不算数".replace("「从「", "从「").replace("」」", "」")
    return _move(entry, stages)


def _move(entry: LeadEntry, stages: Stages) -> str:
    if entry.stage_from is None:
        return "登记线索"
    if entry.stage is LeadStage.LOST:
        reason = f"，{entry.reason_code.label}" if entry.reason_code else ""
        return f"从「{stages.label(entry.stage_from)}」流失{reason}"
    return f"从「{stages.label(entry.stage_from)}」到「{stages.label(entry.stage)}」"


def happenings(about: About, actor: Actor) -> Known:
    """Timeline source: moves, assignments, amounts and corrections of a lead or of a company's leads."""
    query = _told(about, actor)
    if query is None:
        return NOTHING
    marks = [(row.effective_on, row.recorded_at, row.id) for row in db.session.execute(query)]
    return Known(marks, lambda keys: _tell(keys, about) if keys else {})


def _tell(keys: list[int], about: About) -> dict[int, Happening]:
    entries = _entries(keys)
    others = _voided(entries)
    stages, owners = stages_on(), names_of(row.owner_id for row in [*entries, *others.values()])
    return {
        entry.id: _happening(entry, sentence_of(entry, stages, owners, others), about) for entry in entries
    }


_ICONS = {EntryKind.ASSIGN: "user", EntryKind.AMOUNT: "coin", EntryKind.CORRECT: "history"}


def _happening(entry: LeadEntry, sentence: str, about: About) -> Happening:
    words = [entry.reason, f"{label_of(LeadEntry.evidence)}：{entry.evidence}" if entry.evidence else ""]
    entered_on = in_beijing(entry.recorded_at).date()
    if entered_on != entry.effective_on:
        words.append(f"{entered_on} 录入")
    title = sentence if about.of("lead") is not None else f"{entry.lead.name}：{sentence}"
    return Happening(
        day=entry.effective_on,
        at=entry.recorded_at,
        icon=_ICONS.get(entry.kind, "arrow-right"),
        title=title,
        who=entry.actor.name if entry.actor else "",
        body="　".join(filter(None, words)),
    )
