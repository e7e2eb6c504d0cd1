"""Writes of agreements and of their 公平竞争审查: asked of somebody, concluded by them. Never commits."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.core.access.auth import require_actor
from app.core.records.versions import claim, claim_whole
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import Subject, subject_of
from app.core.values.clock import now, today
from app.core.values.errors import Clash, NotAllowed, RuleBroken
from app.core.values.labels import label_of
from app.core.values.money import Reading
from app.core.values.registries import Held
from app.core.web import files
from app.promotion.leads import marks, order, policy, queries, rules
from app.promotion.leads.enums import AgreementKind, ReviewVerdict
from app.promotion.leads.models import Agreement, FairReview, Lead
from app.promotion.leads.services import UNREAD, begin, name_for_review, refuse_if, unname_for_review
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.services import close_step, open_step
from app.register.accounts.models import Person
from app.register.accounts.queries import actor_of

JUDGED = "审查结论是对原来的文本下的；要改，先重新请人审查"
NOT_ASKED = "这份协议没有请您审查"
NOT_BY_DRAFTER = "这份协议是您起草的，审查结论要由别人登记"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementData:
    """What is known of an agreement; date, amount and file may come later."""

    kind: AgreementKind
    title: str
    drafter_id: int
    signed_on: date | None = None
    amount: Reading = UNREAD


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
    claim(agreement, version or 0, fixed=lambda: _evidence(agreement))
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


def _evidence(agreement: Agreement) -> Clash | None:
    """What keeps an agreement and its review from being edited."""
    if not policy.is_evidence(agreement):
        return None
    return Clash(label_of(Lead.stage), "已签约，协议和审查结论是签约的依据", "还没有签约")


def must_not_be_evidence(agreement: Agreement) -> None:
    """Raises RuleBroken for the contract of a signed lead, which no longer changes, nor does its review."""
    if policy.is_evidence(agreement):
        raise RuleBroken("已经签约，正式协议和审查结论是签约的依据，不能再改；签约记错了请先在阶段台账里更正")


# --- 公平竞争审查 ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What a 公平竞争审查 came to."""

    number: str  # 文号
    reviewed_on: date
    verdict: ReviewVerdict
    opinion: str = ""


def ask_review(
    agreement: Agreement, reviewer_id: int, due_on: date, *, version: int | None = None
) -> FairReview:
    """Asks somebody for the 公平竞争审查 of an agreement, as a step of theirs. Who would not see the lead is
    named on it, and no more once it is asked of another. A conclusion of before no longer counts.
    """
    reviewer = _person(reviewer_id)
    claim_whole(
        agreement,
        version,
        f"请{reviewer.name}审查",
        label="审查",
        stands=lambda changed: _review_stands(agreement, changed),
        agrees=lambda: agreement.review is None or _waits_for(agreement.review, reviewer_id),
        may_go_on=lambda: not policy.is_evidence(agreement),
    )
    _check_reviewer(agreement, reviewer_id)
    sees = actor_of(reviewer_id)
    lead, review = agreement.lead, agreement.review
    problems = {}
    if sees is None:
        problems["reviewer"] = f"{reviewer.name}没有账号，不能在系统里下结论；审查文书出来以后登记纸面结论"
    elif lead.confidential and not policy.may_see(sees, lead) and not policy.may_name(require_actor(), lead):
        problems["reviewer"] = "这条线索保密，请负责人或登记人先在「谁能看到」里加上这个人"
    if due_on < today():
        problems["due_on"] = "期限不能早于今天"
    if problems or sees is None:
        raise RuleBroken(problems)
    if review is not None and _waits_for(review, reviewer_id):
        assert review.step is not None
        review.step.due_on = due_on  # asked once more, of the same person: another date, not another step
        return review
    review = review or FairReview(agreement_id=agreement.id, reviewer_id=reviewer_id)
    _drop_step(review, f"改请{reviewer.name}审查" if review.reviewer_id != reviewer_id else "重新请人审查")
    if not policy.may_see(sees, lead):
        name_for_review(lead, reviewer_id)
    before = review.reviewer_id
    review.reviewer_id, review.asker_id, review.asked_on = reviewer_id, require_actor().person_id, today()
    review.number, review.reviewed_on, review.verdict, review.opinion = "", None, None, ""
    review.recorder_id = None
    review.step_id = _step_for(agreement, reviewer_id, due_on)
    _keep(agreement, review)
    _let_go(agreement, review, before)
    audit.record("agreement.review_asked", subject_of(agreement), reviewer.name)
    return review


def _review_stands(agreement: Agreement, changed: str) -> str:
    review = agreement.review
    if review is None:
        return changed
    return f"{review.reviewer.name}：{review.verdict.label if review.verdict else '等他审查'}"


def _waits_for(review: FairReview, person_id: int) -> bool:
    step = review.step
    is_open = step is not None and step.state is StepState.OPEN
    return review.waits and review.reviewer_id == person_id and is_open


def _step_for(agreement: Agreement, reviewer_id: int, due_on: date) -> int:
    lead = agreement.lead
    step = open_step(
        subject_of(lead),
        lead,
        kind=StepKind.REVIEW,
        what=f"公平竞争审查：{agreement.title}",
        due_on=due_on,
        owner_id=reviewer_id,
    )
    return step.id


def conclude_review(agreement: Agreement, found: Conclusion, *, version: int | None = None) -> FairReview:
    """The reviewer's own conclusion, under their own sign-in; nobody else's."""
    review = agreement.review
    if review is None or not policy.is_asked(require_actor(), agreement):
        raise NotAllowed(NOT_ASKED)
    claim(agreement, version, fixed=lambda: _evidence(agreement))
    _check_reviewer(agreement, review.reviewer_id)
    _write(agreement, review, found)
    return review


def record_paper(
    agreement: Agreement,
    reviewer_id: int,
    found: Conclusion,
    paper: files.Stored | None,
    *,
    version: int | None = None,
) -> FairReview:
    """A conclusion that came on paper, from somebody who does not sign in here: entered by who did not draft
    the agreement, with the scan of the paper.
    """
    wanted = asdict(found) | {"reviewer_id": reviewer_id}
    claim(agreement, version, fixed=lambda: _evidence(agreement))
    _check_reviewer(agreement, reviewer_id)
    if not policy.may_enter_paper(require_actor(), agreement):
        raise NotAllowed(NOT_BY_DRAFTER)
    _must_come_on_paper(agreement, reviewer_id)
    review = agreement.review or FairReview(agreement_id=agreement.id, reviewer_id=reviewer_id)
    if paper is None and not _is_proven(agreement, review, wanted):
        raise RuleBroken({"file": "附上审查文书的扫描件；没有文书的，请审查人登录后自己下结论"})
    if paper is not None:
        files.attach(paper, Subject(queries.REVIEW_KIND, agreement.public_id))
    if review.reviewer_id != reviewer_id:
        review.asker_id = review.asked_on = None  # somebody else was asked
    before, review.reviewer_id = review.reviewer_id, reviewer_id
    _write(agreement, review, found)
    _let_go(agreement, review, before)
    return review


def _must_come_on_paper(agreement: Agreement, reviewer_id: int) -> None:
    """Who can sign in says it themselves, and nothing on paper takes the place of what somebody said so."""
    review, reviewer = agreement.review, db.session.get_one(Person, reviewer_id)
    if review is not None and review.is_own:
        raise RuleBroken(f"{review.reviewer.name}已经登录下了结论，纸面的不能顶替；协议改过的，重新请人审查")
    if actor_of(reviewer_id) is not None:
        raise RuleBroken({"reviewer": f"{reviewer.name}有账号，请他登录后自己下结论"})


_PROVEN = ("reviewer_id", "number", "verdict")  # a paper says who concluded what under which number


def _is_proven(agreement: Agreement, review: FairReview, wanted: dict[str, Any]) -> bool:
    """Whether the scan that is there already is of this conclusion."""
    scans = queries.files_by_agreement([agreement], queries.REVIEW_KIND)
    return bool(scans) and all(getattr(review, name) == wanted[name] for name in _PROVEN)


def _check_reviewer(agreement: Agreement, reviewer_id: int) -> None:
    """Before any change of a review. Its agreement was claimed, whose version moves with the review."""
    begin(agreement.lead)
    must_not_be_evidence(agreement)
    if reviewer_id == agreement.drafter_id:
        raise RuleBroken({"reviewer": "审查人不能是这份协议的起草人，请换一个人审查"})


def _write(agreement: Agreement, review: FairReview, found: Conclusion) -> None:
    problems = {}
    refusal = order.why_not_a_day("审查日期", found.reviewed_on, today()) or marks.why_not_reviewed_on(
        agreement, found.reviewed_on
    )
    if refusal:
        problems["reviewed_on"] = refusal
    if not found.number:
        problems["number"] = "写审查结论的文号"
    if missing := rules.why_opinion_missing(found.verdict, found.opinion):
        problems["opinion"] = missing
    if problems:
        raise RuleBroken(problems)
    before, label = review.verdict.label if review.verdict else "", found.verdict.label
    for name, value in asdict(found).items():
        setattr(review, name, value)
    review.recorder_id = require_actor().person_id
    step = review.step
    if step is not None and step.state is StepState.OPEN:
        by_reviewer = step.owner_id == review.recorder_id
        told = f"{label}，{found.number}" if by_reviewer else f"已登记纸面结论：{label}，{found.number}"
        close_step(step, told, dropped=not by_reviewer)
    _keep(agreement, review)
    audit.record("agreement.review", subject_of(agreement), label, verdict=[before, label])


def _keep(agreement: Agreement, review: FairReview) -> None:
    db.session.add(review)
    agreement.updated_at = now()  # the review is a row of its own: the agreement's version must move as well
    db.session.flush()
    db.session.expire(agreement, ["review"])


def _let_go(agreement: Agreement, review: FairReview, before: int) -> None:
    """Who was asked before need see the lead no longer, unless for something else."""
    if before != review.reviewer_id:
        unname_for_review(agreement.lead, before)


def _drop_step(review: FairReview, why: str) -> None:
    step = review.step
    if step is not None and step.state is StepState.OPEN:
        close_step(step, why, dropped=True)


def _person(person_id: int) -> Person:
    found = db.session.get(Person, person_id)
    if found is None or found.is_archived:
        raise RuleBroken({"reviewer": "没有找到这个人，请从名单里选"})
    return found


def _give_reviews(person_id: int, to_id: int, _on: date, _reason: str) -> None:
    """Reviews that wait for somebody who leaves are asked of another one, who sees the lead from now on."""
    to = db.session.get_one(Person, to_id)
    for review in queries.reviews_awaited_of(person_id):
        agreement = review.agreement
        if agreement.drafter_id == to_id:
            told = f"《{agreement.title}》是{to.name}起草的，不能接手它的公平竞争审查；先改请别人审查"
            raise RuleBroken({"successor": told})
        sees = actor_of(to_id)
        if sees is None:
            raise RuleBroken({"successor": f"{to.name}没有账号，不能接手《{agreement.title}》的公平竞争审查"})
        review.reviewer_id = to_id
        if not policy.may_see(sees, agreement.lead):
            name_for_review(agreement.lead, to_id)
        _let_go(agreement, review, person_id)
        agreement.updated_at = now()
    db.session.flush()


HELD_REVIEWS = Held(
    "份等他审查的协议",
    lambda person_id: len(queries.reviews_awaited_of(person_id)),
    _give_reviews,
    lambda _unit_id: 0,
    lambda _unit_id, _to_id, _on, _reason: None,
)
