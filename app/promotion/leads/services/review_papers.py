"""A conclusion of a review that came on paper."""

from dataclasses import asdict
from typing import Any

from app.core.access.auth import require_actor
from app.core.records.versions import claim
from app.core.storage.db import db
from app.core.storage.subjects import Subject
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.web import files
from app.promotion.leads import policy, queries
from app.promotion.leads.models import Agreement, FairReview
from app.promotion.leads.services.agreements import clash_of_evidence
from app.promotion.leads.services.reviews import Conclusion, check_reviewer, let_go, write_conclusion
from app.register.accounts.models import Person
from app.register.accounts.queries import actor_of

NOT_BY_DRAFTER = "这份协议是您起草的，审查结论要由别人登记"


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
    claim(agreement, version, fixed=lambda: clash_of_evidence(agreement))
    check_reviewer(agreement, reviewer_id)
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
    write_conclusion(agreement, review, found)
    let_go(agreement, review, before)
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
