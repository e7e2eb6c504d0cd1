"""Agreements of a lead; the contract of a signed lead is evidence and stays."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.records.versions import claim
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.errors import Clash, RuleBroken
from app.core.values.labels import label_of
from app.core.values.money import AmountReading
from app.core.web import files
from app.promotion.leads import marks, order, policy
from app.promotion.leads.enums import AgreementKind, ReviewVerdict
from app.promotion.leads.models import Agreement, Lead
from app.promotion.leads.services.ledger import UNREAD, begin, refuse_if

JUDGED = "审查结论是对原来的文本下的；要改，先重新请人审查"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementData:
    """What is known of an agreement; date, amount and file may come later."""

    kind: AgreementKind
    title: str
    drafter_id: int
    signed_on: date | None = None
    amount: AmountReading = UNREAD


def _check_agreement(data: AgreementData) -> None:
    problems = {}
    refusal = None if data.signed_on is None else order.why_not_a_day("签订日期", data.signed_on, today())
    if refusal:
        problems["signed_on"] = refusal
    if data.amount.raw and not data.amount.yuan:
        problems["amount"] = "合同金额要写成数字，例如 58000 或 5.8亿"
    if problems:
        raise RuleBroken(problems)


def add_agreement(lead: Lead, data: AgreementData, scan: files.Stored | None = None) -> Agreement:
    """Adds an agreement to a lead, with its scanned file when there is one."""
    begin(lead)
    _check_agreement(data)
    _check_signed_on(lead, data)
    agreement = Agreement(lead_id=lead.id, **_agreement_values(data))
    db.session.add(agreement)
    db.session.flush()
    if scan is not None:
        files.attach(scan, subject_of(agreement))
    db.session.flush()
    return agreement


def _check_signed_on(lead: Lead, data: AgreementData, agreement: Agreement | None = None) -> None:
    """The date of an agreement against its review and the meeting, when it is written anew."""
    if data.signed_on is None:
        return
    if agreement is not None and (agreement.signed_on, agreement.kind) == (data.signed_on, data.kind):
        return
    review = agreement.review if agreement else None
    reviewed_on = review.reviewed_on if review else None
    refuse_if("signed_on", marks.why_not_signed_on(lead, data.kind, data.signed_on, reviewed_on))


def _agreement_values(data: AgreementData) -> dict[str, Any]:
    return {
        "kind": data.kind,
        "title": data.title,
        "drafter_id": data.drafter_id,
        "signed_on": data.signed_on,
        "amount": data.amount.yuan,
        "amount_text": data.amount.raw,
    }


def update_agreement(
    agreement: Agreement, version: int | None, data: AgreementData, scan: files.Stored | None = None
) -> None:
    """Completes or changes an agreement. The contract of a signed lead is evidence and stays as it is."""
    claim(agreement, version or 0, fixed=lambda: clash_of_evidence(agreement))
    begin(agreement.lead)
    must_not_be_evidence(agreement)
    _check_agreement(data)
    _must_stay_what_was_judged(agreement, data)
    _check_signed_on(agreement.lead, data, agreement)
    for name, value in _agreement_values(data).items():
        setattr(agreement, name, value)
    if scan is not None:
        files.attach(scan, subject_of(agreement))
    db.session.flush()


def _must_stay_what_was_judged(agreement: Agreement, data: AgreementData) -> None:
    """Who drafted it stays from the moment that somebody is asked to review it; what was found in order stays
    as it was found.
    """
    review = agreement.review
    if review is None:
        return
    problems = {}
    if data.drafter_id != agreement.drafter_id:
        problems["drafter"] = "已经请人审查，起草人不能再改"
    if review.verdict in {ReviewVerdict.PASSED, ReviewVerdict.AMENDED}:
        changed = {
            "kind": data.kind is not agreement.kind,
            "title": data.title != agreement.title,
            "amount": agreement.amount is not None and data.amount.yuan != agreement.amount,
        }
        problems |= {name: JUDGED for name, is_other in changed.items() if is_other}
    if problems:
        raise RuleBroken(problems)


def clash_of_evidence(agreement: Agreement) -> Clash | None:
    """What keeps an agreement and its review from being edited."""
    if not policy.is_evidence(agreement):
        return None
    return Clash(label_of(Lead.stage), "已签约，协议和审查结论是签约的依据", "还没有签约")


def must_not_be_evidence(agreement: Agreement) -> None:
    """Raises RuleBroken for the contract of a signed lead, which no longer changes, nor does its review."""
    if policy.is_evidence(agreement):
        raise RuleBroken("已经签约，正式协议和审查结论是签约的依据，不能再改；签约记错了请先在阶段台账里更正")
