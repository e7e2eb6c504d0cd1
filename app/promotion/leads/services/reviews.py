"""公平竞争审查 of an agreement: asked of somebody, who concludes it under their own sign-in."""

from dataclasses import asdict, dataclass
from datetime import date

from app.core.access.auth import Actor, require_actor
from app.core.records.versions import claim, claim_whole
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import now, today
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.values.registries import Holdings
from app.promotion.leads import marks, order, policy, queries, rules
from app.promotion.leads.enums import ReviewVerdict
from app.promotion.leads.models import Agreement, FairReview, Lead
from app.promotion.leads.services.access import name_for_review, unname_for_review
from app.promotion.leads.services.agreements import clash_of_evidence, must_not_be_evidence
from app.promotion.leads.services.ledger import begin
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.services import close_step, open_step
from app.register.accounts.models import Person
from app.register.accounts.queries import actor_of

NOT_ASKED = "这份协议没有请您审查"


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
    check_reviewer(agreement, reviewer_id)
    lead, review = agreement.lead, agreement.review
    sees = _who_may_be_asked(lead, reviewer, due_on)
    if review is not None and _waits_for(review, reviewer_id):
        assert review.step is not None
        review.step.due_on = due_on  # asked once more, of the same person: another date, not another step
        return review
    review = review or FairReview(agreement_id=agreement.id, reviewer_id=reviewer_id)
    _drop_step(review, f"改请{reviewer.name}审查" if review.reviewer_id != reviewer_id else "重新请人审查")
    if not policy.may_see(sees, lead):
        name_for_review(lead, reviewer_id)
    before = review.reviewer_id
    _begin_anew(review, reviewer_id)
    review.step_id = _step_for(agreement, reviewer_id, due_on)
    _keep(agreement, review)
    let_go(agreement, review, before)
    audit.record("agreement.review_asked", subject_of(agreement), reviewer.name)
    return review


def _who_may_be_asked(lead: Lead, reviewer: Person, due_on: date) -> Actor:
    """The reviewer as somebody who can sign in, and may see the lead or be named on it."""
    sees = actor_of(reviewer.id)
    problems = {}
    if sees is None:
        problems["reviewer"] = f"{reviewer.name}没有账号，不能在系统里下结论；审查文书出来以后登记纸面结论"
    elif lead.confidential and not policy.may_see(sees, lead) and not policy.may_name(require_actor(), lead):
        problems["reviewer"] = "这条线索保密，请负责人或登记人先在「谁能看到」里加上这个人"
    if due_on < today():
        problems["due_on"] = "期限不能早于今天"
    if problems or sees is None:
        raise RuleBroken(problems)
    return sees


def _begin_anew(review: FairReview, reviewer_id: int) -> None:
    """Asked of somebody today, without a conclusion."""
    review.reviewer_id, review.asker_id, review.asked_on = reviewer_id, require_actor().person_id, today()
    review.number, review.reviewed_on, review.verdict, review.opinion = "", None, None, ""
    review.recorder_id = None


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
    claim(agreement, version, fixed=lambda: clash_of_evidence(agreement))
    check_reviewer(agreement, review.reviewer_id)
    write_conclusion(agreement, review, found)
    return review


def check_reviewer(agreement: Agreement, reviewer_id: int) -> None:
    """Before any change of a review. Its agreement was claimed, whose version moves with the review."""
    begin(agreement.lead)
    must_not_be_evidence(agreement)
    if reviewer_id == agreement.drafter_id:
        raise RuleBroken({"reviewer": "审查人不能是这份协议的起草人，请换一个人审查"})


def write_conclusion(agreement: Agreement, review: FairReview, found: Conclusion) -> None:
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


def let_go(agreement: Agreement, review: FairReview, before: int) -> None:
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
        let_go(agreement, review, person_id)
        agreement.updated_at = now()
    db.session.flush()


HELD_REVIEWS = Holdings(
    "份等他审查的协议",
    lambda person_id: len(queries.reviews_awaited_of(person_id)),
    _give_reviews,
    lambda _unit_id: 0,
    lambda _unit_id, _to_id, _on, _reason: None,
)
