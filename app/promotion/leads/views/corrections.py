"""Rows of the ledger corrected, and the day of registration."""

from typing import Any

from app.core.access.permissions import requires
from app.core.values.errors import NotFound
from app.core.web import pages
from app.promotion.leads import policy, queries, services, showing
from app.promotion.leads.forms import CorrectLeadForm, RegistrationDayForm
from app.promotion.leads.models import Lead
from app.promotion.leads.views.blueprint import Answer, bp, page_of
from app.promotion.leads.views.changing import after_loss_of_sight, for_change, form_page
from app.register.accounts import queries as accounts
from app.register.accounts.enums import Permission as P


def _ledger_row(lead: Lead, place: int) -> dict[str, Any]:
    """A row of the lead's ledger by its place there, the registration being 1; NotFound for any other."""
    entries = queries.entries_of(lead)
    names = accounts.names_of(entry.owner_id for entry in entries)
    shown = showing.ledger(entries, queries.stages_on(), names, True)
    found = next((row for row in shown if row["place"] == place), None)
    if found is None:
        raise NotFound
    return found


@bp.get("/leads/<public_id>/correct/<int:place>")
@requires(P.LEADS_CORRECT)
def correct(public_id: str, place: int) -> Answer:
    lead = for_change(public_id, policy.may_correct)
    form = CorrectLeadForm(formdata=None, version=lead.version)
    return _correct_page(lead, _ledger_row(lead, place), form)


def _correct_page(lead: Lead, row: dict[str, Any], form: CorrectLeadForm, status: int = 200) -> Answer:
    intro = f"{row['effective_on']}　{row['words']}。更正以后这一行不再算数，但仍留在台账里"
    return form_page(lead, form, "更正阶段台账", status, intro=intro, verb="更正")


@bp.post("/leads/<public_id>/correct/<int:place>")
@requires(P.LEADS_CORRECT)
def save_correction(public_id: str, place: int) -> Answer:
    lead = for_change(public_id, policy.may_correct)
    form, row = CorrectLeadForm(), _ledger_row(lead, place)

    def act() -> None:
        services.correct_entry(lead, row["id"], form.reason.data, version=form.seen)

    if not pages.took(form, act):
        return _correct_page(lead, row, form, 422)
    return pages.done(after_loss_of_sight(lead, "ledger"), "已更正")


@bp.get("/leads/<public_id>/registration")
@requires(P.LEADS_CORRECT)
def registration(public_id: str) -> Answer:
    """Another day of registration, for a lead that was entered late."""
    lead = for_change(public_id, policy.may_correct)
    form = RegistrationDayForm(formdata=None, registered_on=lead.registered_on, version=lead.version)
    return _registration_page(lead, form)


def _registration_page(lead: Lead, form: RegistrationDayForm, status: int = 200) -> Answer:
    intro = f"现在是 {lead.registered_on}。改了以后，新增线索按新的日期计月份；原来的行仍留在台账里"
    return form_page(lead, form, f"改登记日期：{lead.name}", status, intro=intro, verb="改登记日期")


@bp.post("/leads/<public_id>/registration")
@requires(P.LEADS_CORRECT)
def save_registration(public_id: str) -> Answer:
    lead = for_change(public_id, policy.may_correct)
    form = RegistrationDayForm()

    def act() -> None:
        services.correct_registration(
            lead, form.registered_on.data, form.reason.data or "", version=form.seen
        )

    if not pages.took(form, act):
        return _registration_page(lead, form, 422)
    return pages.done(page_of(lead, "ledger", "records"), "登记日期已改")
