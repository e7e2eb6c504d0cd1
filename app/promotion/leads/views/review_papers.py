"""Pages of a conclusion that came on paper."""

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.values.errors import NotAllowed
from app.core.web.receiving import takes_files
from app.promotion.leads import policy, services
from app.promotion.leads.forms import PaperReviewForm
from app.promotion.leads.models import Agreement
from app.promotion.leads.views.agreements import ask_before_the_scan
from app.promotion.leads.views.blueprint import Answer, bp
from app.promotion.leads.views.reviews import (
    conclusion_of,
    fill_conclusion,
    reviewable,
    reviewed,
    reviewed_page,
)
from app.register.accounts import queries as accounts
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Person


def _on_paper(agreement: Agreement) -> Person | None:
    """Whose conclusion was entered from a paper; who is asked to sign in is none of them."""
    review = agreement.review
    return review.reviewer if review and review.came_on_paper else None


def _offer_reviewers(form: PaperReviewForm, agreement: Agreement) -> PaperReviewForm:
    reviewer = _on_paper(agreement)
    form.offer(accounts.people_without_sign_in(reviewer, but=agreement.drafter))
    return form


def _not_drafted_by_me(public_id: str) -> Agreement:
    agreement = reviewable(public_id)
    if not policy.may_enter_paper(require_actor(), agreement):
        raise NotAllowed(services.NOT_BY_DRAFTER)
    return agreement


@bp.get("/agreements/<public_id>/review")
@requires(P.LEADS_WRITE)
def review(public_id: str) -> Answer:
    """A conclusion that came on paper."""
    agreement = _not_drafted_by_me(public_id)
    return reviewed_page(agreement, _opened_paper(agreement), upload=True)


def _opened_paper(agreement: Agreement) -> PaperReviewForm:
    form = _offer_reviewers(PaperReviewForm(formdata=None, version=agreement.version), agreement)
    reviewer = _on_paper(agreement)
    if reviewer:
        form.reviewer.data = reviewer.public_id
    fill_conclusion(form, agreement)
    return form


@bp.post("/agreements/<public_id>/review")
@takes_files
@requires(P.LEADS_WRITE)
def save_review(public_id: str) -> Answer:
    ask_before_the_scan(lambda: _not_drafted_by_me(public_id))
    form = PaperReviewForm()
    agreement = _not_drafted_by_me(public_id)
    form.doubt_before(agreement.lead.registered_on)
    _offer_reviewers(form, agreement)

    def act() -> None:
        reviewer_id = accounts.get_person(form.reviewer.data).id
        services.record_paper(agreement, reviewer_id, conclusion_of(form), form.file.data, version=form.seen)

    if not saved(form, act, lambda: _opened_paper(agreement)):
        return reviewed_page(agreement, form, 422, upload=True)
    return reviewed(agreement, "已登记审查结论")
