"""Pages of the 公平竞争审查 of an agreement: asked for, concluded."""

from datetime import timedelta
from typing import Any

from flask import url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.values.clock import today
from app.core.values.errors import NotAllowed
from app.core.web import pages
from app.core.web.forms import BaseForm
from app.promotion.leads import policy, queries, services, showing
from app.promotion.leads.enums import ReviewVerdict
from app.promotion.leads.forms import AskReviewForm, ConclusionOfReviewForm
from app.promotion.leads.models import Agreement
from app.promotion.leads.views.agreements import agreement_for_change
from app.promotion.leads.views.blueprint import Answer, bp, page_of
from app.promotion.leads.views.changing import form_page
from app.register.accounts import queries as accounts
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Person

REVIEW_TAKES = timedelta(days=7)  # proposed to who asks for one
TITLE = "公平竞争审查"


def reviewable(public_id: str) -> Agreement:
    """The same, while its review may change."""
    agreement = agreement_for_change(public_id)
    services.must_not_be_evidence(agreement)
    return agreement


def _intro(agreement: Agreement) -> str:
    return f"{agreement.title}，起草人 {agreement.drafter.name}"


def reviewed_page(agreement: Agreement, form: BaseForm, status: int = 200, **words: Any) -> Answer:
    files = queries.files_by_agreement([agreement])[agreement.public_id]
    about = {"title": agreement.title, "facts": showing.agreement(agreement), "files": files}
    return form_page(agreement.lead, form, TITLE, status, intro=_intro(agreement), about=about, **words)


def reviewed(agreement: Agreement, told: str) -> Answer:
    return pages.done(page_of(agreement.lead, "agreements", "records"), told)


def _ask_form(agreement: Agreement, **values: Any) -> AskReviewForm:
    form = AskReviewForm(**values)
    form.offer(accounts.people_to_choose(but=agreement.drafter, signing_in=P.LEADS_WRITE))
    return form


@bp.get("/agreements/<public_id>/ask")
@requires(P.LEADS_WRITE)
def ask_review(public_id: str) -> Answer:
    """Whom to ask for the review."""
    agreement = reviewable(public_id)
    asked = agreement.review.reviewer.public_id if agreement.review else ""
    form = _ask_form(
        agreement, formdata=None, reviewer=asked, due_on=today() + REVIEW_TAKES, version=agreement.version
    )
    return _asking_page(agreement, form)


def _asking_page(agreement: Agreement, form: AskReviewForm, status: int = 200) -> Answer:
    before, intro = agreement.review, _intro(agreement)
    if before is not None and before.verdict is not None:
        found = f"「{before.verdict.label}」（{before.reviewer.name}，{before.number}）"
        intro += f"。已有结论{found}，重新请人审查后不再算数"
    return form_page(agreement.lead, form, TITLE, status, intro=intro, verb="请他审查")


@bp.post("/agreements/<public_id>/ask")
@requires(P.LEADS_WRITE)
def save_asking(public_id: str) -> Answer:
    agreement = reviewable(public_id)
    form = _ask_form(agreement)
    before = agreement.review.reviewer if agreement.review else None
    named = queries.members_of(agreement.lead)

    def act() -> None:
        reviewer_id = accounts.get_person(form.reviewer.data).id
        services.ask_review(agreement, reviewer_id, form.due_on.data, version=form.seen)

    if not pages.took(form, act):
        return _asking_page(agreement, form, 422)
    reviewer = accounts.get_person(form.reviewer.data)
    told = f"已请{reviewer.name}审查，列入他的待办"
    if before is not None and before is not reviewer and before in named:
        told += _told_of_access(agreement, before)
    return reviewed(agreement, told)


def _told_of_access(agreement: Agreement, before: Person) -> str:
    if before in queries.members_of(agreement.lead):
        return f"；{before.name}还能看到这条线索，要取消到「谁能看到」"
    return f"；{before.name}只为审查点过名，已取消"


def conclusion_of(form: ConclusionOfReviewForm) -> services.Conclusion:
    return services.Conclusion(
        number=form.number.data,
        reviewed_on=form.reviewed_on.data,
        verdict=ReviewVerdict(form.verdict.data),
        opinion=form.opinion.data or "",
    )


def fill_conclusion(form: ConclusionOfReviewForm, agreement: Agreement) -> None:
    found = agreement.review
    if found is not None and found.verdict is not None:
        form.number.data, form.reviewed_on.data = found.number, found.reviewed_on
        form.verdict.data, form.opinion.data = found.verdict.value, found.opinion


def _to_conclude(public_id: str) -> Agreement:
    agreement = reviewable(public_id)
    if not policy.is_asked(require_actor(), agreement):
        raise NotAllowed(services.NOT_ASKED)
    return agreement


@bp.get("/agreements/<public_id>/conclude")
@requires(P.LEADS_WRITE)
def conclude_review(public_id: str) -> Answer:
    """The conclusion of who was asked."""
    agreement = _to_conclude(public_id)
    return reviewed_page(agreement, _opened_conclusion(agreement), verb="下结论")


def _opened_conclusion(agreement: Agreement) -> ConclusionOfReviewForm:
    form = ConclusionOfReviewForm(formdata=None, version=agreement.version, reviewed_on=today())
    fill_conclusion(form, agreement)
    return form


@bp.post("/agreements/<public_id>/conclude")
@requires(P.LEADS_WRITE)
def save_review_conclusion(public_id: str) -> Answer:
    agreement, form = _to_conclude(public_id), ConclusionOfReviewForm()
    form.doubt_before(agreement.lead.registered_on)

    def act() -> None:
        services.conclude_review(agreement, conclusion_of(form), version=form.seen)

    if not saved(form, act, lambda: _opened_conclusion(agreement)):
        return reviewed_page(agreement, form, 422, verb="下结论")
    return reviewed(agreement, "已下审查结论")


def page_that_closes(step_id: int) -> str | None:
    """For steps: where the reviewer closes a step that asks for a review."""
    found = queries.review_of_step(step_id)
    return url_for("leads.conclude_review", public_id=found.agreement.public_id) if found else None
