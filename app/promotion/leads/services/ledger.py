"""How the ledger of leads is kept, corrected and repeated on the lead."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.core.access.auth import require_actor
from app.core.records.history import Cause, EntryKind
from app.core.records.keeping import Keeping
from app.core.records.ledger import Ledger
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.enums import LabelledEnum
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.values.labels import label_of
from app.core.values.money import AmountReading, read_amount
from app.core.values.registries import AFTER_ACCESS, AFTER_MOVE, STANDS_ON_SIGNING, Moved, Reseen
from app.promotion.leads import order, policy, projection, queries, rules
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead, LeadEntry, LeadMember
from app.promotion.leads.services.next_steps import LOST, take_up_steps
from app.promotion.steps.services import follow

UNREAD = AmountReading("", None)
ARCHIVED = "这条线索已归档，只能查看；要改请先恢复"


def settle_lead(lead: Lead, ledger: Ledger[LeadEntry]) -> None:
    """Brings the lead and its projections in line with the ledger and tells whoever listens."""
    stage, holding = lead.stage, (lead.unit_id, lead.team_id, lead.owner_id)
    standing = projection.settle(lead, ledger)
    _tell_why(lead, ledger)
    projection.rewrite(lead, ledger)
    if (lead.unit_id, lead.team_id, lead.owner_id) != holding:
        let_follow(lead, handed=(holding[2], lead.owner_id))
    if lead.stage is not stage:
        AFTER_MOVE.run(Moved("lead", lead, stage, lead.stage, standing.since))


def _tell_why(lead: Lead, ledger: Ledger[LeadEntry]) -> None:
    """Why a lead is on hold or lost is what the move that brought it there said, also when a later move was
    voided.
    """
    move = ledger.last(EntryKind.MOVE) if lead.stage in {LeadStage.LOST, LeadStage.ON_HOLD} else None
    words = move.reason[:200] if move else ""
    is_lost = lead.stage is LeadStage.LOST
    lead.loss_reason, lead.loss_note = (move.reason_code if move else None, words) if is_lost else (None, "")
    lead.hold_reason = "" if is_lost else words


def let_follow(lead: Lead, handed: tuple[int, int] | None = None) -> None:
    """What hangs on a lead is seen by the people who see the lead."""
    db.session.expire(lead, ["owner", "unit", "team"])
    follow(subject_of(lead), lead, handed)
    AFTER_ACCESS.run(Reseen("lead", lead))


def refuse_if(field_name: str, sentence: str | None) -> None:
    if sentence:
        raise RuleBroken({field_name: sentence})


def check_day(lead: Lead, day: date) -> None:
    refuse_if("effective_on", rules.why_not_since(day, today=today(), registered_on=lead.registered_on))


class _LeadLedger(Keeping[Lead, LeadEntry]):
    """How the ledger of leads is kept. The registration cannot be voided, and the amount that a signing took
    from the contract goes with the signing.
    """

    row, of, read = LeadEntry, "lead_id", staticmethod(queries.ledger_of)
    may_change, may_correct = staticmethod(policy.may_change), staticmethod(policy.may_correct)
    called, parts = "线索", {"before": label_of(LeadMember.person_id)}
    archived = ARCHIVED
    no_right = "撤销要有推进线索的权限，归档的线索要先恢复"
    example = "点错了，会还没有开"

    def stage_label(self, stage: LabelledEnum) -> str:
        return queries.stages_on().label(LeadStage(stage))

    def columns(self, on: date) -> Mapping[str, Any]:
        return {"stage_set_id": queries.stage_set_id_on(on)}

    def settle(self, record: Lead, ledger: Ledger[LeadEntry]) -> None:
        settle_lead(record, ledger)

    def why_fixed(self, ledger: Ledger[LeadEntry], row: LeadEntry) -> str | None:
        if row.kind is EntryKind.AMOUNT or queries.registration_of(ledger.rows).get(row.kind) is not row:
            return None
        return "登记时的第一行不能更正；登记日期错了请改登记日期，线索登记错了请归档"

    def why_kept(self, ledger: Ledger[LeadEntry], row: LeadEntry) -> str | None:
        is_first = row in queries.registration_of(ledger.rows).values()
        return "登记时的第一行不能撤销；登记错了请归档" if is_first else None

    def stands_on(self, record: Lead, row: LeadEntry) -> str | None:
        if row.stage is not LeadStage.SIGNED:
            return None
        return next((why for answer in STANDS_ON_SIGNING.values() if (why := answer(record.id))), None)

    def written_with(self, ledger: Ledger[LeadEntry], row: LeadEntry) -> list[LeadEntry]:
        if row.kind is not EntryKind.MOVE or row.stage is not LeadStage.SIGNED:
            return []
        return [
            other
            for other in ledger.counted()
            if other.cause is Cause.CONTRACT and other.effective_on == row.effective_on
        ]

    def void(
        self, record: Lead, ledger: Ledger[LeadEntry], row: LeadEntry, cause: Cause, reason: str
    ) -> None:
        amount = record.amount
        super().void(record, ledger, row, cause, reason)
        if record.amount != amount:
            written = ledger.last(EntryKind.AMOUNT)
            record.amount_text = (written.amount_text if written else None) or ""
            record.amount_doubtful = read_amount(record.amount_text).needs_review
        if row.stage is LeadStage.LOST:
            take_up_steps(record, LOST)
        db.session.flush()


LEDGER = _LeadLedger()
begin, correct_entry, take_back = LEDGER.begin, LEDGER.correct_entry, LEDGER.take_back


def correct_registration(lead: Lead, day: date, reason: str, *, version: int | None = None) -> None:
    """Gives the registration another day: its rows are entered anew on that day, and those before are void.

    Who held the lead from the registration on, and for how much, stays as it was said then. What was known
    earlier can still be told.
    """
    LEDGER.decide(
        lead,
        version,
        str(day),
        label=label_of(Lead.registered_on),
        stands=lambda changed: f"{lead.registered_on}，线索{changed}",
    )
    if not policy.may_correct(require_actor(), lead):
        raise NotAllowed("更正登记日期要由招商局负责人办理")
    if not reason:
        raise RuleBroken({"reason": "写明为什么更正，例如：9月已经接洽，11月才录入"})
    ledger = queries.ledger_of(lead)
    before, next_on = lead.registered_on, queries.next_after_registration(ledger.rows)
    refuse_if(
        "registered_on",
        order.why_not_a_day("登记日期", day, today())
        or rules.why_not_registered_on(day, registered_on=before, next_on=next_on),
    )
    lead.registered_on = day
    _register_anew(lead, ledger, f"登记日期由 {before} 改为 {day}：{reason}")
    settle_lead(lead, ledger)


def _register_anew(lead: Lead, ledger: Ledger[LeadEntry], reason: str) -> None:
    on, rows = lead.registered_on, queries.registration_of(ledger.rows)
    for kind, row in rows.items():
        holder = {"unit_id": row.unit_id, "team_id": row.team_id, "owner_id": row.owner_id}
        amount = {"amount": row.amount, "amount_text": row.amount_text}
        told = {"stage": row.stage, "reason": row.reason}
        LEDGER.record(lead, ledger, kind, on, cause=row.cause, **told, **amount, **holder)
    for kind, row in rows.items():
        why = reason[:300] if kind is EntryKind.MOVE else Cause.REDATED.label
        void = {"voids": row.id, "reason": why}
        LEDGER.record(lead, ledger, EntryKind.CORRECT, row.effective_on, cause=Cause.REDATED, **void)
        audit.record("lead.correct", subject_of(lead), why, entry=row.id)
