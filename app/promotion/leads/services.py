"""Writes of leads: every change of stage, holding and amount is a ledger row. Checks rules, never commits."""

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update

from app.core.access.auth import SYSTEM, acting_as, require_actor
from app.core.records.history import Cause, EntryKind, Standing
from app.core.records.keeping import Keeping, checked_move
from app.core.records.ledger import Ledger
from app.core.records.path import MoveKind
from app.core.records.versions import claim, claim_whole
from app.core.storage import audit, outbox
from app.core.storage.changes import BULK_ALLOWED
from app.core.storage.db import db
from app.core.storage.numbers import draw
from app.core.storage.subjects import subject_of
from app.core.values.clock import now, today
from app.core.values.errors import NotAllowed, NotFound, RuleBroken
from app.core.values.labels import label_of
from app.core.values.money import Reading, read_amount
from app.core.values.registries import (
    AFTER_ACCESS,
    AFTER_JOIN,
    AFTER_MOVE,
    STANDS_ON_SIGNING,
    Held,
    Joined,
    Moved,
    Reseen,
    Shelved,
)
from app.promotion.leads import marks, order, policy, projection, queries, rules
from app.promotion.leads.enums import LeadSource, LeadStage, LossReason, StepsThen
from app.promotion.leads.models import Lead, LeadEntry, LeadMember
from app.promotion.leads.order import Fact
from app.promotion.steps.enums import StepKind
from app.promotion.steps.models import Step
from app.promotion.steps.queries import all_open_about, dropped_about
from app.promotion.steps.services import CompanyAlone, close_step, drop_work, follow, open_step, reopen_step
from app.register.accounts.models import Person
from app.register.accounts.queries import team_on, why_no_work
from app.register.enterprises.models import Enterprise
from app.register.enterprises.services import must_be_live

UNREAD = Reading("", None)
# What a ledger row says beside its kind and day.
_TOLD = (
    *("stage_from", "stage", "unit_id", "team_id", "owner_id", "amount", "amount_text"),
    *("cause", "reason", "reason_code", "evidence"),
)
LOST = "线索流失，不再办"  # outcome of the steps that a loss drops
ARCHIVED = "这条线索已归档，只能查看；要改请先恢复"
SIGNED_AMOUNT = "已签约，金额以合同为准；合同金额登记错了，请招商局更正签约这一行，改好协议再签"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLead:
    """What it takes to register a lead. Unit and team are the owner's of that day unless given."""

    name: str
    enterprise_id: int
    source: LeadSource
    owner_id: int
    registered_on: date = field(default_factory=today)
    introducer: str = ""
    industry_code: str | None = None
    amount: Reading = UNREAD
    fixed_amount: int | None = None  # 元
    land_mu: Decimal | None = None
    jobs_planned: int | None = None
    content: str = ""
    unit_id: int | None = None
    team_id: int | None = None
    confidential: bool = False
    member_ids: tuple[int, ...] = ()
    next_what: str = ""
    next_on: date | None = None
    next_owner_id: int | None = None


# --- Registration --------------------------------------------------------------------------------


def create_lead(data: NewLead) -> Lead:
    """Registers a lead with its first ledger rows: move, assign and amount, all of its registration date.

    Whether other leads of the company were shown to the author is the view's affair (`queries.clashes`);
    that the bureau hears of a confidential one is seen to here, whoever registers.
    """
    actor = require_actor()
    enterprise = db.session.get(Enterprise, data.enterprise_id)
    owner = db.session.get(Person, data.owner_id)
    if enterprise is None or owner is None:
        raise NotFound()
    must_be_live(enterprise)
    refuse_if("owner", why_no_work(owner))
    _check_registration(data)
    _check_part(data.amount.yuan, data.fixed_amount)
    met = queries.clashes(enterprise.id, actor)
    team_id = data.team_id if data.unit_id else team_on(owner.id, data.registered_on)
    lead = Lead(
        number=draw("XS", data.registered_on.year),
        name=data.name,
        enterprise_id=enterprise.id,
        stage=LeadStage.LEAD,
        stage_since=data.registered_on,
        registered_on=data.registered_on,
        source=data.source,
        introducer=data.introducer,
        industry_code=data.industry_code,
        amount_text=data.amount.raw,
        amount=data.amount.yuan or 0,
        amount_doubtful=data.amount.needs_review,
        fixed_amount=data.fixed_amount,
        land_mu=data.land_mu,
        jobs_planned=data.jobs_planned,
        content=data.content,
        unit_id=data.unit_id or owner.unit_id,
        team_id=team_id,
        owner_id=owner.id,
        author_id=actor.person_id or owner.id,
        confidential=data.confidential,
    )
    lead.members = [LeadMember(person_id=person_id) for person_id in dict.fromkeys(data.member_ids)]
    db.session.add(lead)
    db.session.flush()
    ledger = Ledger[LeadEntry](())
    _first_entries(lead, ledger)
    projection.rewrite(lead, ledger)
    _first_step(lead, data)
    _tell_bureau(lead, met.confidential)
    AFTER_MOVE.run(Moved("lead", lead, None, lead.stage, lead.registered_on))
    return lead


def _check_registration(data: NewLead) -> None:
    problems = {}
    refusal = order.why_not_a_day("登记日期", data.registered_on, today())
    if refusal:
        problems["registered_on"] = refusal
    if data.next_what and data.next_on is None:
        problems["next_on"] = "写了下一步，请选日期"
    if data.next_on is not None and data.next_on < data.registered_on:
        problems["next_on"] = f"{data.next_on} 早于登记日期 {data.registered_on}，写那天以后的一天"
    if data.next_on is not None and not data.next_what:
        problems["next_what"] = "选了日期，请写下一步做什么"
    if problems:
        raise RuleBroken(problems)


def _first_entries(lead: Lead, ledger: Ledger[LeadEntry]) -> None:
    on, cause = lead.registered_on, Cause.REGISTRATION
    LEDGER.record(lead, ledger, EntryKind.MOVE, on, cause=cause, stage=LeadStage.LEAD)
    holder = {"unit_id": lead.unit_id, "team_id": lead.team_id, "owner_id": lead.owner_id}
    LEDGER.record(lead, ledger, EntryKind.ASSIGN, on, cause=cause, reason=cause.label, **holder)
    amount = {"amount": lead.amount, "amount_text": lead.amount_text}
    LEDGER.record(lead, ledger, EntryKind.AMOUNT, on, cause=cause, reason=cause.label, **amount)


def _first_step(lead: Lead, data: NewLead) -> None:
    if data.next_on is None:
        return
    set_next_step(lead, data.next_what, data.next_on, data.next_owner_id or lead.owner_id)


def set_next_step(lead: Lead, what: str, due_on: date, owner_id: int) -> Step:
    """Opens the next step of a lead, seen by those who see the lead."""
    return open_step(subject_of(lead), lead, kind=StepKind.NEXT, what=what, due_on=due_on, owner_id=owner_id)


def _tell_bureau(lead: Lead, confidential: Iterable[Lead]) -> None:
    """A new lead met confidential ones: its author reads nothing, the bureau gets a step of its own.

    The step hangs on the company, not on the confidential lead, and the system opens it, so that neither
    the author nor anyone else who may see the company's ordinary steps is among the people named on it.
    """
    met = list(confidential)
    if not met:
        return
    audit.record(
        "lead.confidential_clash",
        subject_of(lead),
        "同一企业已有保密线索",
        met=[other.public_id for other in met],
    )
    head = queries.bureau_head(require_actor().person_id)
    if head is None:
        return
    with acting_as(SYSTEM):
        open_step(
            subject_of(lead.enterprise),
            CompanyAlone(lead.enterprise_id, confidential=True),
            kind=StepKind.NEXT,
            what=f"新登记的 {lead.number} 与一条保密线索是同一企业，请核对并协调",
            due_on=today(),
            owner_id=head.id,
        )


def tell_of_archiving(shelved: Shelved) -> None:
    """Companies were archived by somebody who may not know of a confidential lead on them, and must not learn
    of it by a refusal: whoever holds such a lead gets a step of their own, and the lead goes on.
    """
    query = select(Lead).where(
        Lead.enterprise_id.in_(shelved.enterprise_ids), Lead.archived_at.is_(None), Lead.confidential
    )
    for lead in db.session.scalars(query.order_by(Lead.id)).all():
        holder = next((one for one in (lead.owner, lead.author) if why_no_work(one) is None), None)
        if holder is None or holder.id == require_actor().person_id:
            continue
        why = f"「{lead.enterprise.name}」已归档（{shelved.reason}）"
        with acting_as(SYSTEM):
            what = f"{why}，线索照常可以跟进；要用企业资料，请恢复这家企业"
            set_next_step(lead, what, today(), holder.id)


# --- The ledger ----------------------------------------------------------------------------------


def _settle(lead: Lead, ledger: Ledger[LeadEntry]) -> None:
    """Brings the lead and its projections in line with the ledger and tells whoever listens."""
    stage, holding = lead.stage, (lead.unit_id, lead.team_id, lead.owner_id)
    standing = projection.settle(lead, ledger)
    _tell_why(lead, ledger)
    projection.rewrite(lead, ledger)
    if (lead.unit_id, lead.team_id, lead.owner_id) != holding:
        _follow(lead, handed=(holding[2], lead.owner_id))
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


def _follow(lead: Lead, handed: tuple[int, int] | None = None) -> None:
    """What hangs on a lead is seen by the people who see the lead."""
    db.session.expire(lead, ["owner", "unit", "team"])
    follow(subject_of(lead), lead, handed)
    AFTER_ACCESS.run(Reseen("lead", lead))


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
    LEDGER.decide(
        lead,
        version,
        lambda: f"到「{queries.stages_on().label(to)}」",
        label=label_of(Lead.stage),
        stands=lambda changed: _stage_stands(lead, changed),
        may_go_on=lambda: _may_still_move(lead, to),
    )
    stages, known = queries.stages_on(effective_on), queries.LeadNow(lead)
    standing = projection.standing_of(lead, known.ledger)
    may_correct, came_from = policy.may_correct(require_actor(), lead), rules.stage_of(standing.came_from)
    label = stages.label(to)
    kind = checked_move(rules.STAGES, lead.stage, to, came_from, may_correct=may_correct, label=label)
    _check_words(kind, effective_on, reason, reason_code, lead.registered_on, standing)
    if kind in rules.GATED:
        _check_gate(known, to, effective_on, stages)
    if kind is MoveKind.END:
        _drop_steps(lead)
    if to is LeadStage.SIGNED:
        _hold_to_contract(known, effective_on)
    LEDGER.record(
        lead,
        known.ledger,
        EntryKind.MOVE,
        effective_on,
        cause=Cause.BY_HAND,
        stage_from=lead.stage,
        stage=to,
        reason=reason,
        evidence=evidence,
        reason_code=reason_code if kind is MoveKind.END else None,
    )
    _settle(lead, known.ledger)
    return len(known.ledger)


def _check_gate(known: queries.LeadNow, to: LeadStage, day: date, stages: queries.Stages) -> None:
    missing = queries.missing(known, to, stages)
    if missing:
        raise RuleBroken({item.criterion: f"{item.title}：{item.reason}" for item in missing})
    refuse_if("effective_on", marks.why_not_enter(known, to, day, stages))


def refuse_if(field_name: str, sentence: str | None) -> None:
    if sentence:
        raise RuleBroken({field_name: sentence})


def _hold_to_contract(known: queries.LeadNow, day: date) -> None:
    """From the signing on every figure counts what the contract says, no longer what was planned."""
    lead, contract = known.lead, known.contracts.signed
    if contract is None or contract.amount in (None, lead.amount):
        return
    amount, cause = {"amount": contract.amount, "amount_text": contract.amount_text}, Cause.CONTRACT
    LEDGER.record(lead, known.ledger, EntryKind.AMOUNT, day, cause=cause, reason=cause.label, **amount)
    lead.amount_text, lead.amount_doubtful = contract.amount_text, False


def _stage_stands(lead: Lead, changed: str) -> str:
    return f"{queries.stages_on().label(lead.stage)}（{lead.stage_since} 起），{changed}"


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


def _drop_steps(lead: Lead) -> None:
    """A lost lead has no next step and no review; what was promised to the company stays."""
    drop_work(subject_of(lead), LOST)


def _take_up_steps(lead: Lead) -> None:
    """The loss never was: what it dropped is to be done again."""
    for step in dropped_about(subject_of(lead), LOST):
        review = queries.review_of_step(step.id)
        if review is None or review.waits:
            reopen_step(step)


def assign_lead(
    lead: Lead,
    *,
    owner_id: int,
    effective_on: date,
    unit_id: int | None = None,
    team_id: int | None = None,
    reason: str = "",
    cause: Cause = Cause.BY_HAND,
    version: int | None = None,
) -> int:
    """Gives a lead to somebody who can sign in; without `unit_id`, unit and team are those of the new owner
    on that day. Whoever has it already may keep it, as what was handed over earlier does.

    The date may lie before later assignments: the ledger then says who held it in between. Answers the place
    of the new row in the ledger.
    """
    owner = db.session.get(Person, owner_id)
    if owner is None:
        raise RuleBroken({"owner": "没有找到这个人，请从名单里选"})
    if owner.id != lead.owner_id:
        refuse_if("owner", why_no_work(owner))
    if unit_id is None:
        unit_id, team_id = owner.unit_id, team_on(owner.id, effective_on)
    begin(lead, version)
    _check_day(lead, effective_on)
    ledger = queries.ledger_of(lead)
    LEDGER.record(
        lead,
        ledger,
        EntryKind.ASSIGN,
        effective_on,
        cause=cause,
        unit_id=unit_id,
        team_id=team_id,
        owner_id=owner.id,
        reason=reason,
    )
    _settle(lead, ledger)
    return len(ledger)


def give_leads_of_person(person_id: int, to_id: int, on: date, reason: str) -> None:
    """Somebody leaves: all leads in their name are assigned to another one, and with the signed ones their
    projects. What was done stays with who did it.
    """
    for lead in queries.held_by_person(person_id):
        assign_lead(lead, owner_id=to_id, effective_on=on, reason=reason, cause=Cause.HANDED_OVER)


def give_leads_of_unit(unit_id: int, to_id: int, on: date, reason: str) -> None:
    """A unit or a team is no more: its leads go to another one, with the owners that they have."""
    for lead in queries.held_by_unit(unit_id):
        assign_lead(
            lead,
            owner_id=lead.owner_id,
            effective_on=on,
            unit_id=to_id if lead.unit_id == unit_id else lead.unit_id,
            team_id=to_id if lead.team_id == unit_id else lead.team_id,
            reason=reason,
            cause=Cause.HANDED_OVER,
        )


HELD_LEADS = Held(
    "条在跟或已签约的线索",
    lambda person_id: len(queries.held_by_person(person_id)),
    give_leads_of_person,
    lambda unit_id: len(queries.held_by_unit(unit_id)),
    give_leads_of_unit,
)


def _check_day(lead: Lead, day: date) -> None:
    refuse_if("effective_on", rules.why_not_since(day, today=today(), registered_on=lead.registered_on))


def change_amount(
    lead: Lead, amount: Reading, effective_on: date, *, reason: str = "", version: int | None = None
) -> None:
    """Another planned amount from a date on; without a figure (面议) it counts as 0 and keeps its words. The
    ledger says what was written where a figure alone would say less.
    """
    begin(lead, version)
    if lead.stage is LeadStage.SIGNED:
        raise RuleBroken({"amount_text": SIGNED_AMOUNT})
    _check_day(lead, effective_on)
    if amount.raw and amount.definite is None:
        reason = "，".join(filter(None, (reason, f"原写 {amount.raw}")))
    written = {"amount": amount.yuan or 0, "amount_text": amount.raw}
    ledger = queries.ledger_of(lead)
    LEDGER.record(lead, ledger, EntryKind.AMOUNT, effective_on, cause=Cause.BY_HAND, reason=reason, **written)
    lead.amount_text, lead.amount_doubtful = amount.raw, amount.needs_review
    _settle(lead, ledger)


class _Ledger(Keeping[Lead, LeadEntry]):
    """How the ledger of leads is kept. The registration cannot be voided, and the amount that a signing took
    from the contract goes with the signing.
    """

    row, of, read = LeadEntry, "lead_id", staticmethod(queries.ledger_of)
    may_change, may_correct = staticmethod(policy.may_change), staticmethod(policy.may_correct)
    called, parts = "线索", {"before": label_of(LeadMember.person_id)}
    archived = ARCHIVED
    no_right = "撤销要有推进线索的权限，归档的线索要先恢复"
    example = "点错了，会还没有开"

    def columns(self, on: date) -> Mapping[str, Any]:
        return {"stage_set_id": queries.stage_set_id_on(on)}

    def settle(self, record: Lead, ledger: Ledger[LeadEntry]) -> None:
        _settle(record, ledger)

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
            _take_up_steps(record)
        db.session.flush()


LEDGER = _Ledger()
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
    _settle(lead, ledger)


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


# --- Fields --------------------------------------------------------------------------------------

_PROJECTED = {"source", "industry_code"}  # repeated on the projections
_DATED = {fact.value: fact for fact in (Fact.FIRST_TALK, Fact.CONCLUSION)}


def update_lead(
    lead: Lead, version: int | None, values: Mapping[str, Any], amount: Reading | None = None
) -> None:
    """Changes fields of a lead, by their columns; another amount becomes a ledger row of today. Raises Stale
    when somebody else saved since `version`.
    """
    wanted = dict(values)
    if amount is not None:
        wanted["amount_text"] = amount.raw
    begin(lead, version or 0)
    _check_dates(lead, wanted)
    planned = lead.amount if amount is None else amount.yuan
    _check_part(planned, wanted.get("fixed_amount", lead.fixed_amount))
    if amount is not None and (amount.raw != lead.amount_text or (amount.yuan and not lead.amount)):
        _change_amount_today(lead, amount)
    changed = {name for name, value in wanted.items() if getattr(lead, name) != value}
    for name in changed:
        setattr(lead, name, wanted[name])
    if changed & _PROJECTED:
        projection.rewrite(lead)
    db.session.flush()


def _check_part(planned: int | None, fixed: int | None) -> None:
    if planned and fixed and fixed > planned:
        raise RuleBroken({"fixed_amount": "固定资产投资是计划总投资的一部分，不能比它大，请核对金额和单位"})


def _change_amount_today(lead: Lead, amount: Reading) -> None:
    if (amount.yuan or 0) != lead.amount:
        change_amount(lead, amount, today())
    else:
        lead.amount_text, lead.amount_doubtful = amount.raw, amount.needs_review


def _check_dates(lead: Lead, values: Mapping[str, Any]) -> None:
    """Dates that are written anew; one that stands since before a rule keeps nobody from writing the rest."""
    problems = {}
    for name, fact in _DATED.items():
        day = values.get(name)
        if not day or day == getattr(lead, name):
            continue
        refusal = order.why_not_a_day(fact.label, day, today()) or marks.why_not_fact(lead, fact, day)
        if refusal:
            problems[name] = refusal
    if problems:
        raise RuleBroken(problems)


def check_first_meeting(lead: Lead, day: date) -> None:
    """Before the day of the first meeting is rewritten: raises RuleBroken({"held_on": sentence}) when it
    would lie after the stage that it opened.
    """
    refuse_if("held_on", marks.why_not_fact(lead, Fact.MET, day))


def note_contact(lead: Lead, day: date) -> None:
    """Keeps the date of the last meeting. Not an edit of the lead: its version stays, so that nobody who has
    the lead open is refused because a colleague logged a visit.
    """
    _write_contact(lead, day, or_(Lead.last_contact_on.is_(None), Lead.last_contact_on < day))


def correct_contact(lead: Lead, day: date | None) -> None:
    """The date of the last meeting after one was corrected or archived; None when there is none left."""
    _write_contact(lead, day, Lead.last_contact_on.is_distinct_from(day))


def _write_contact(lead: Lead, day: date | None, wanted: ColumnElement[bool]) -> None:
    db.session.execute(
        update(Lead).where(Lead.id == lead.id, wanted).values(last_contact_on=day, updated_at=now()),
        execution_options={
            BULK_ALLOWED: "derived from visits, which are audited",
            "synchronize_session": False,
        },
    )
    outbox.touch("lead", lead.public_id)
    db.session.expire(lead, ["last_contact_on", "updated_at"])


# --- Who sees it ---------------------------------------------------------------------------------


def set_confidential(
    lead: Lead, confidential: bool, member_ids: Iterable[int], *, version: int | None = None
) -> None:
    """Says whether a lead is confidential and who is named on it beside owner and author."""
    begin(lead, version)
    if not policy.may_name(require_actor(), lead):
        raise NotAllowed("只有负责人、登记人和招商局可以改保密范围")
    for member in lead.members:
        member.for_review = False  # whoever chose these people named each of them
    _see(lead, confidential, frozenset(member_ids))


def name_for_review(lead: Lead, person_id: int) -> None:
    """Names one more person on a lead, who then sees it, whatever their reach: they have to review something
    of it. Whether that may be asked of them is for the caller to say.
    """
    _see(lead, lead.confidential, {person_id, *(member.person_id for member in lead.members)})
    for member in lead.members:
        member.for_review = member.for_review or member.person_id == person_id
    db.session.flush()


def unname_for_review(lead: Lead, person_id: int) -> None:
    """A review is no longer asked of somebody: who was named for it and nothing else is named no more. Who
    has another review of the lead, also one that is concluded, stays: they may still mend it.
    """
    reviews = [agreement.review for agreement in lead.agreements if agreement.review is not None]
    if any(review.reviewer_id == person_id for review in reviews):
        return
    named = {member.person_id for member in lead.members}
    if any(member.for_review and member.person_id == person_id for member in lead.members):
        _see(lead, lead.confidential, named - {person_id})


def _see(lead: Lead, confidential: bool, named: Set[int]) -> None:
    wanted = named - {lead.owner_id, lead.author_id}
    before = {member.person_id for member in lead.members}
    lead.members = [member for member in lead.members if member.person_id in wanted] + [
        LeadMember(person_id=person_id) for person_id in sorted(wanted - before)
    ]
    lead.confidential = confidential
    lead.updated_at = now()  # members are rows of their own: the lead's version must move all the same
    db.session.flush()
    if wanted != before:
        audit.record("lead.members", subject_of(lead), "", before=sorted(before), after=sorted(wanted))
    projection.rewrite(lead)
    _follow(lead)


def why_fixed(public_id: str) -> str | None:
    """For steps: an archived lead is read, and so is what was done for it."""
    lead = db.session.scalars(select(Lead).where(Lead.public_id == public_id)).one()
    return ARCHIVED if lead.is_archived else None


def _claim_archiving(
    lead: Lead, version: int | None, decision: str, may_go_on: Callable[[], bool] = lambda: True
) -> None:
    """Before a decision on whether a lead is archived."""

    def stands(changed: str) -> str:
        return f"已归档：{lead.archive_reason or ''}" if lead.is_archived else f"没有归档，{changed}"

    claim_whole(lead, version, decision, label="归档", stands=stands, may_go_on=may_go_on, more=LEDGER.parts)


def archive_lead(
    lead: Lead, reason: str, *, steps: StepsThen = StepsThen.DROP, version: int | None = None
) -> None:
    """Takes a lead out of the lists. Its ledger and all figures stay as they are: what was counted, was. Its
    open steps end with it, or go on as steps of the company; a review has nothing to go on with.
    """
    _claim_archiving(lead, version, f"归档：{reason}")
    LEDGER.must_be_live(lead)
    if not policy.may_archive(require_actor(), lead):
        raise NotAllowed("只有登记人和招商局可以归档")
    if not reason:
        raise RuleBroken({"reason": "写一句为什么归档，例如：重复登记"})
    lead.archived_at, lead.archive_reason = now(), reason[:200]
    for step in all_open_about(subject_of(lead)):
        if steps is StepsThen.KEEP and step.kind.is_ticked:
            step.about = subject_of(lead.enterprise)
        else:
            close_step(step, "线索已归档，不再办", dropped=True)
    db.session.flush()


def void_lead(lead: Lead, counts: Lead, note: str = "", *, version: int | None = None) -> None:
    """Says that a lead was registered twice: it never counted, in no figure as of now, and `counts` does.

    Every row of its ledger is voided, so what was known earlier can still be told. Its open steps and its
    visits go over to the other lead; it leaves the lists with the reason on its page.
    """
    _claim_archiving(lead, version, f"{rules.TWICE}，以 {counts.number} 为准")
    LEDGER.must_be_live(lead)
    claim(counts, None)
    if not policy.may_void(require_actor(), lead):
        raise NotAllowed("已经往下走的线索，重复登记要由招商局负责人作废")
    refusal = rules.why_not_twice(
        stage=lead.stage,
        same=lead.id == counts.id,
        same_company=lead.enterprise_id == counts.enterprise_id,
        counts=not counts.is_archived,
        tells_more=lead.confidential and not counts.confidential,
    )
    refuse_if("counts", refusal)
    reason = f"{rules.TWICE}，以 {counts.number} 为准" + (f"：{note}" if note else "")
    ledger = queries.ledger_of(lead)
    for entry in sorted(ledger.counted(), key=lambda row: row.id, reverse=True):
        made = {"voids": entry.id, "reason": reason[:300], "evidence": counts.number}
        on, cause = entry.effective_on, Cause.REGISTERED_TWICE
        LEDGER.record(lead, ledger, EntryKind.CORRECT, on, cause=cause, **made)
    lead.duplicate_of_id = counts.id
    lead.archived_at, lead.archive_reason = now(), reason[:200]
    projection.rewrite(lead, ledger)
    _hand_steps_over(lead, counts)
    AFTER_JOIN.run(Joined("lead", lead, counts))
    audit.record("lead.void", subject_of(lead), reason, counts=counts.public_id)


def _hand_steps_over(lead: Lead, to: Lead) -> None:
    """Open steps go on with the lead that counts, done by whom they were to be done by. A review ends: its
    agreement stays behind.
    """
    for step in all_open_about(subject_of(lead)):
        if step.kind.is_ticked:
            step.about = subject_of(to)
        else:
            close_step(step, rules.TWICE, dropped=True)
    db.session.flush()
    follow(subject_of(to), to)


def restore_lead(lead: Lead, *, version: int | None = None) -> None:
    """Brings an archived lead back. One that was registered twice counts again as before; the visits and
    steps that went over to the other lead stay there.
    """
    _claim_archiving(lead, version, "恢复", may_go_on=lambda: lead.is_archived)
    if not policy.may_archive(require_actor(), lead):
        raise NotAllowed("只有登记人和招商局可以恢复")
    must_be_live(lead.enterprise)
    if lead.duplicate_of_id is not None:
        _count_again(lead)
    lead.archived_at = lead.archive_reason = None
    db.session.flush()
    _await_reviews_again(lead)


def _await_reviews_again(lead: Lead) -> None:
    """What a reviewer was asked for, and has not concluded, is to be done again."""
    for agreement in lead.agreements:
        review = agreement.review
        if review is not None and review.waits and review.step is not None:
            reopen_step(review.step)
            review.step.owner_id = review.reviewer_id


def _count_again(lead: Lead) -> None:
    """The rows that the last voiding took away are entered anew, in their order and on their days."""
    if not policy.may_void(require_actor(), lead):
        raise NotAllowed("作废时已经往下走的线索，要由招商局负责人恢复")
    ledger = queries.ledger_of(lead)
    last = max(entry.id for entry in ledger.rows if entry.kind is not EntryKind.CORRECT)
    void = {entry.voids for entry in ledger.rows if entry.id > last and entry.cause is Cause.REGISTERED_TWICE}
    lead.duplicate_of_id = None
    for entry in [row for row in ledger.rows if row.id in void]:
        again = {name: getattr(entry, name) for name in _TOLD}
        LEDGER.record(lead, ledger, entry.kind, entry.effective_on, **again)
    _settle(lead, ledger)
    audit.record("lead.count_again", subject_of(lead), "不是重复登记，重新计入")
