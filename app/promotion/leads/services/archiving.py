"""A lead leaves the lists, counts no more, comes back."""

from collections.abc import Callable

from app.core.access.auth import require_actor
from app.core.records.archiving import WRITE_WHY
from app.core.records.history import Cause, EntryKind
from app.core.records.versions import claim, claim_whole
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import now
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.values.registries import AFTER_DEALING, AFTER_JOIN, Dealt, Joined
from app.promotion.leads import policy, projection, queries, rules
from app.promotion.leads.enums import StepsThen
from app.promotion.leads.models import Lead
from app.promotion.leads.services.fields import TOLD
from app.promotion.leads.services.ledger import LEDGER, refuse_if, settle_lead
from app.promotion.leads.services.next_steps import ARCHIVED, take_up_steps
from app.promotion.steps.queries import all_open_about
from app.promotion.steps.services import close_step, follow, reopen_step
from app.register.enterprises.services import must_be_live


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
        raise RuleBroken({"reason": WRITE_WHY})
    lead.archived_at, lead.archive_reason = now(), reason[:200]
    for step in all_open_about(subject_of(lead)):
        if steps is StepsThen.KEEP and step.kind.is_ticked:
            step.about = subject_of(lead.enterprise)
        else:
            close_step(step, ARCHIVED, dropped=True)
    db.session.flush()
    AFTER_DEALING.run(Dealt(lead.enterprise_id))


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
    """Brings an archived lead back, with the steps that ended with it. One that was registered twice counts
    again as before; the visits and steps that went over to the other lead, or to the company, stay there.
    """
    _claim_archiving(lead, version, "恢复", may_go_on=lambda: lead.is_archived)
    if not policy.may_archive(require_actor(), lead):
        raise NotAllowed("只有登记人和招商局可以恢复")
    must_be_live(lead.enterprise)
    if lead.duplicate_of_id is not None:
        _count_again(lead)
    lead.archived_at = lead.archive_reason = None
    db.session.flush()
    take_up_steps(lead, ARCHIVED)
    _await_reviews_again(lead)
    AFTER_DEALING.run(Dealt(lead.enterprise_id))


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
        again = {name: getattr(entry, name) for name in TOLD}
        LEDGER.record(lead, ledger, entry.kind, entry.effective_on, **again)
    settle_lead(lead, ledger)
    audit.record("lead.count_again", subject_of(lead), "不是重复登记，重新计入")
