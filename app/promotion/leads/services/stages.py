"""The one way to another stage."""

from datetime import date

from app.core.access.auth import require_actor
from app.core.records.history import Cause, EntryKind, Standing
from app.core.records.keeping import checked_move
from app.core.records.path import MoveKind
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.promotion.leads import marks, policy, projection, queries, rules
from app.promotion.leads.enums import LeadStage, LossReason
from app.promotion.leads.models import Lead
from app.promotion.leads.services.ledger import LEDGER, refuse_if
from app.promotion.leads.services.next_steps import drop_steps


def advance_stage(
    lead: Lead,
    to: LeadStage,
    effective_on: date,
    reason: str = "",
    evidence: str = "",
    *,
    reason_code: LossReason | None = None,
    version: int | None = None,
) -> int:
    """The one way in which a lead changes its stage, whoever asks: forward, jump, back, hold, resume, lose.
    Answers the place of the new row in the ledger.

    Raises RuleBroken ({field or criterion: sentence}) when the move, its date, its reason or the gate of the
    stage says no, NotAllowed for a jump or a step back without the right to correct.
    """
    LEDGER.decide_move(lead, version, to, may_go_on=lambda: _may_still_move(lead, to))
    stages, known = queries.stages_on(effective_on), queries.LeadNow(lead)
    standing = projection.standing_of(lead, known.ledger)
    may_correct, came_from = policy.may_correct(require_actor(), lead), rules.stage_of(standing.came_from)
    kind = checked_move(
        rules.STAGES, lead.stage, to, came_from, may_correct=may_correct, label=stages.label(to)
    )
    _check_words(kind, effective_on, reason, reason_code, lead.registered_on, standing)
    if kind in rules.GATED:
        _check_gate(known, to, effective_on, stages)
    if kind is MoveKind.END:
        drop_steps(lead)
    if to is LeadStage.SIGNED:
        _hold_to_contract(known, effective_on)
    lost = {"reason_code": reason_code} if kind is MoveKind.END else {}
    return LEDGER.move(lead, known.ledger, to, effective_on, reason=reason, evidence=evidence, **lost)


def _check_gate(known: queries.LeadNow, to: LeadStage, day: date, stages: queries.Stages) -> None:
    missing = queries.missing(known, to, stages)
    if missing:
        raise RuleBroken({item.criterion: f"{item.title}：{item.reason}" for item in missing})
    refuse_if("effective_on", marks.why_not_enter(known, to, day, stages))


def _hold_to_contract(known: queries.LeadNow, day: date) -> None:
    """From the signing on every figure counts what the contract says, no longer what was planned."""
    lead, contract = known.lead, known.contracts.signed
    if contract is None or contract.amount in (None, lead.amount):
        return
    amount, cause = {"amount": contract.amount, "amount_text": contract.amount_text}, Cause.CONTRACT
    LEDGER.record(lead, known.ledger, EntryKind.AMOUNT, day, cause=cause, reason=cause.label, **amount)
    lead.amount_text, lead.amount_doubtful = contract.amount_text, False


def _may_still_move(lead: Lead, to: LeadStage) -> bool:
    came_from = rules.stage_of(projection.standing_of(lead).came_from)
    may_correct = policy.may_correct(require_actor(), lead)
    return rules.why_not_move(lead.stage, to, came_from, may_correct=may_correct) is None


def _check_words(
    kind: MoveKind,
    day: date,
    reason: str,
    reason_code: LossReason | None,
    registered_on: date,
    standing: Standing,
) -> None:
    problems: dict[str, str] = {}
    late = rules.why_not_on(day, today=today(), registered_on=registered_on, moved_on=standing.moved_on)
    if late:
        problems["effective_on"] = late
    if kind in rules.WITH_REASON and not reason:
        problems["reason"] = f"{kind.label}要写明原因"
    if kind is MoveKind.END:
        problems |= rules.why_not_lose(reason_code, reason)
    if problems:
        raise RuleBroken(problems)
