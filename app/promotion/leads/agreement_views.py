"""Pages of agreements and of their 公平竞争审查. A room beside `views`, whose blueprint it shares."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.storage.db import db, reading_apart
from app.core.values.clock import today
from app.core.values.errors import NotAllowed
from app.core.web import pages
from app.core.web.forms import BaseForm
from app.core.web.idempotency import once
from app.core.web.receiving import takes_files
from app.promotion.leads import policy, queries, services, showing
from app.promotion.leads.editing import for_change, form_page
from app.promotion.leads.enums import AgreementKind, ReviewVerdict
from app.promotion.leads.forms import AgreementForm, AskReviewForm, ConclusionOfReviewForm, PaperReviewForm
from app.promotion.leads.models import Agreement
from app.promotion.leads.views import Answer, bp, page_of
from app.register.accounts import queries as accounts
from app.register.accounts.enums import Permission
from app.register.accounts.models import Person

P = Permission
__all__ = ["bp"]
REVIEW_TAKES = timedelta(days=7)  # proposed to who asks for one
TITLE = "公平竞争审查"


def _offer_drafters(form: AgreementForm, drafted_by: Person | None = None) -> AgreementForm:
    form.offer(accounts.people_to_choose(drafted_by, may=P.LEADS_WRITE))
    return form


def _agreement_data(form: AgreementForm) -> services.AgreementData:
    return services.AgreementData(
        kind=AgreementKind(form.kind.data),
        title=form.title.data,
        drafter_id=accounts.get_person(form.drafter.data).id,
        signed_on=form.signed_on.data,
        amount=form.amount.reading,
    )


def _ask_before_the_scan(may: Callable[[], object]) -> None:
    """Whether somebody may is asked twice: here, so that no scan is taken in that would lie here for nothing,
    and in the transaction that writes. In between the scan is hashed, and no lock may be held.
    """
    with reading_apart():
        may()


@bp.get("/leads/<public_id>/agreements/new")
@requires(P.LEADS_WRITE)
def new_agreement(public_id: str) -> Answer:
    lead = for_change(public_id)
    me = db.session.get(Person, require_actor().person_id)
    form = _offer_drafters(
        AgreementForm(formdata=None, drafter=me.public_id if me else "", title=f"{lead.name}投资协议")
    )
    return form_page(lead, form.ready(), "登记协议", upload=True)


@bp.post("/leads/<public_id>/agreements/new")
@takes_files
@requires(P.LEADS_WRITE)
@once
def save_agreement(public_id: str) -> Answer:
    _ask_before_the_scan(lambda: for_change(public_id))
    form = AgreementForm()
    lead = for_change(public_id)
    _offer_drafters(form)
    if not pages.took(form, lambda: services.add_agreement(lead, _agreement_data(form), form.file.data)):
        return form_page(lead, form, "登记协议", 422, upload=True)
    return pages.done(page_of(lead, "agreements", "records"), "已登记协议")


def _agreement(agreement_id: str) -> Agreement:
    """An agreement whose lead may be seen and changed."""
    agreement = queries.get_agreement(agreement_id)
    for_change(agreement.lead.public_id)
    return agreement


@bp.get("/agreements/<public_id>/edit")
@requires(P.LEADS_WRITE)
def edit_agreement(public_id: str) -> Answer:
    agreement = _agreement(public_id)
    form = _opened(agreement)
    return form_page(agreement.lead, form, f"改协议：{agreement.title}", upload=True)


def _opened(agreement: Agreement) -> AgreementForm:
    form = AgreementForm(
        formdata=None,
        kind=agreement.kind.value,
        title=agreement.title,
        drafter=agreement.drafter.public_id,
        signed_on=agreement.signed_on,
        amount=agreement.amount_text,
        version=agreement.version,
    )
    return _offer_drafters(form, agreement.drafter)


@bp.post("/agreements/<public_id>/edit")
@takes_files
@requires(P.LEADS_WRITE)
def update_agreement(public_id: str) -> Answer:
    _ask_before_the_scan(lambda: _agreement(public_id))
    form = AgreementForm()
    agreement = _agreement(public_id)
    _offer_drafters(form, agreement.drafter)

    def act() -> None:
        services.update_agreement(agreement, form.seen, _agreement_data(form), form.file.data)

    if not saved(form, act, lambda: _opened(agreement)):
        return form_page(agreement.lead, form, f"改协议：{agreement.title}", 422, upload=True)
    return pages.done(page_of(agreement.lead, "agreements", "records"), "已保存")


# --- 公平竞争审查 ----------------------------------------------------------------------------------


def _reviewable(public_id: str) -> Agreement:
    """The same, while its review may change."""
    agreement = _agreement(public_id)
    services.must_not_be_evidence(agreement)
    return agreement


def _intro(agreement: Agreement) -> str:
    return f"{agreement.title}，起草人 {agreement.drafter.name}"


def _reviewed_page(agreement: Agreement, form: BaseForm, status: int = 200, **words: Any) -> Answer:
    files = queries.files_by_agreement([agreement])[agreement.public_id]
    about = {"title": agreement.title, "facts": showing.agreement(agreement), "files": files}
    return form_page(agreement.lead, form, TITLE, status, intro=_intro(agreement), about=about, **words)


def _reviewed(agreement: Agreement, told: str) -> Answer:
    return pages.done(page_of(agreement.lead, "agreements", "records"), told)


def _ask_form(agreement: Agreement, **values: Any) -> AskReviewForm:
    form = AskReviewForm(**values)
    form.offer(accounts.people_to_choose(but=agreement.drafter, signing_in=P.LEADS_WRITE))
    return form


@bp.get("/agreements/<public_id>/ask")
@requires(P.LEADS_WRITE)
def ask_review(public_id: str) -> Answer:
    """Whom to ask for the review."""
    agreement = _reviewable(public_id)
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
    agreement = _reviewable(public_id)
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
    return _reviewed(agreement, told)


def _told_of_access(agreement: Agreement, before: Person) -> str:
    if before in queries.members_of(agreement.lead):
        return f"；{before.name}还能看到这条线索，要取消到「谁能看到」"
    return f"；{before.name}只为审查点过名，已取消"


def _conclusion(form: ConclusionOfReviewForm) -> services.Conclusion:
    return services.Conclusion(
        number=form.number.data,
        reviewed_on=form.reviewed_on.data,
        verdict=ReviewVerdict(form.verdict.data),
        opinion=form.opinion.data or "",
    )


def _fill(form: ConclusionOfReviewForm, agreement: Agreement) -> None:
    found = agreement.review
    if found is not None and found.verdict is not None:
        form.number.data, form.reviewed_on.data = found.number, found.reviewed_on
        form.verdict.data, form.opinion.data = found.verdict.value, found.opinion


def _to_conclude(public_id: str) -> Agreement:
    agreement = _reviewable(public_id)
    if not policy.is_asked(require_actor(), agreement):
        raise NotAllowed(services.NOT_ASKED)
    return agreement


@bp.get("/agreements/<public_id>/conclude")
@requires(P.LEADS_WRITE)
def conclude_review(public_id: str) -> Answer:
    """The conclusion of who was asked."""
    agreement = _to_conclude(public_id)
    return _reviewed_page(agreement, _opened_conclusion(agreement), verb="下结论")


def _opened_conclusion(agreement: Agreement) -> ConclusionOfReviewForm:
    form = ConclusionOfReviewForm(formdata=None, version=agreement.version, reviewed_on=today())
    _fill(form, agreement)
    return form


@bp.post("/agreements/<public_id>/conclude")
@requires(P.LEADS_WRITE)
def save_review_conclusion(public_id: str) -> Answer:
    agreement, form = _to_conclude(public_id), ConclusionOfReviewForm()
    form.doubt_before(agreement.lead.registered_on)

    def act() -> None:
        services.conclude_review(agreement, _conclusion(form), version=form.seen)

    if not saved(form, act, lambda: _opened_conclusion(agreement)):
        return _reviewed_page(agreement, form, 422, verb="下结论")
    return _reviewed(agreement, "已下审查结论")


def _on_paper(agreement: Agreement) -> Person | None:
    """Whose conclusion was entered from a paper; who is asked to sign in is none of them."""
    review = agreement.review
    return review.reviewer if review and review.came_on_paper else None


def _offer_reviewers(form: PaperReviewForm, agreement: Agreement) -> PaperReviewForm:
    reviewer = _on_paper(agreement)
    form.offer(accounts.people_without_sign_in(reviewer, but=agreement.drafter))
    return form


def _not_drafted_by_me(public_id: str) -> Agreement:
    agreement = _reviewable(public_id)
    if not policy.may_enter_paper(require_actor(), agreement):
        raise NotAllowed(services.NOT_BY_DRAFTER)
    return agreement


@bp.get("/agreements/<public_id>/review")
@requires(P.LEADS_WRITE)
def review(public_id: str) -> Answer:
    """A conclusion that came on paper."""
    agreement = _not_drafted_by_me(public_id)
    return _reviewed_page(agreement, _opened_paper(agreement), upload=True)


def _opened_paper(agreement: Agreement) -> PaperReviewForm:
    form = _offer_reviewers(PaperReviewForm(formdata=None, version=agreement.version), agreement)
    reviewer = _on_paper(agreement)
    if reviewer:
        form.reviewer.data = reviewer.public_id
    _fill(form, agreement)
    return form


@bp.post("/agreements/<public_id>/review")
@takes_files
@requires(P.LEADS_WRITE)
def save_review(public_id: str) -> Answer:
    _ask_before_the_scan(lambda: _not_drafted_by_me(public_id))
    form = PaperReviewForm()
    agreement = _not_drafted_by_me(public_id)
    form.doubt_before(agreement.lead.registered_on)
    _offer_reviewers(form, agreement)

    def act() -> None:
        reviewer_id = accounts.get_person(form.reviewer.data).id
        services.record_paper(agreement, reviewer_id, _conclusion(form), form.file.data, version=form.seen)

    if not saved(form, act, lambda: _opened_paper(agreement)):
        return _reviewed_page(agreement, form, 422, upload=True)
    return _reviewed(agreement, "已登记审查结论")


def page_that_closes(step_id: int) -> str | None:
    """For steps: where the reviewer closes a step that asks for a review."""
    found = queries.review_of_step(step_id)
    return url_for("leads.conclude_review", public_id=found.agreement.public_id) if found else None
