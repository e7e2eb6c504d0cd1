"""Pages of agreements."""

from collections.abc import Callable

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.storage.db import db, reading_apart
from app.core.web import pages
from app.core.web.idempotency import once
from app.core.web.receiving import takes_files
from app.promotion.leads import queries, services
from app.promotion.leads.enums import AgreementKind
from app.promotion.leads.forms import AgreementForm
from app.promotion.leads.models import Agreement
from app.promotion.leads.views.blueprint import Answer, bp, page_of
from app.promotion.leads.views.changing import for_change, form_page
from app.register.accounts import queries as accounts
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Person


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


def ask_before_the_scan(may: Callable[[], object]) -> None:
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
    ask_before_the_scan(lambda: for_change(public_id))
    form = AgreementForm()
    lead = for_change(public_id)
    _offer_drafters(form)
    if not pages.took(form, lambda: services.add_agreement(lead, _agreement_data(form), form.file.data)):
        return form_page(lead, form, "登记协议", 422, upload=True)
    return pages.done(page_of(lead, "agreements", "records"), "已登记协议")


def agreement_for_change(agreement_id: str) -> Agreement:
    """An agreement whose lead may be seen and changed."""
    agreement = queries.get_agreement(agreement_id)
    for_change(agreement.lead.public_id)
    return agreement


@bp.get("/agreements/<public_id>/edit")
@requires(P.LEADS_WRITE)
def edit_agreement(public_id: str) -> Answer:
    agreement = agreement_for_change(public_id)
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
    ask_before_the_scan(lambda: agreement_for_change(public_id))
    form = AgreementForm()
    agreement = agreement_for_change(public_id)
    _offer_drafters(form, agreement.drafter)

    def act() -> None:
        services.update_agreement(agreement, form.seen, _agreement_data(form), form.file.data)

    if not saved(form, act, lambda: _opened(agreement)):
        return form_page(agreement.lead, form, f"改协议：{agreement.title}", 422, upload=True)
    return pages.done(page_of(agreement.lead, "agreements", "records"), "已保存")
