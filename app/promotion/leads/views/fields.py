"""Forms for the fields of a lead, and for what its gates ask in words."""

from flask import render_template

from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.values.errors import NotFound
from app.core.values.labels import label_of
from app.core.web import pages
from app.core.web.forms import VersionedForm
from app.promotion.leads import services
from app.promotion.leads.enums import LeadSource
from app.promotion.leads.forms import AssessmentForm, ConclusionForm, EditLeadForm, FirstTalkForm, SummaryForm
from app.promotion.leads.models import Lead
from app.promotion.leads.views.blueprint import Answer, bp, page_of
from app.promotion.leads.views.changing import for_change, form_page
from app.promotion.leads.views.typed import shared_numbers
from app.register.accounts import queries as accounts
from app.register.accounts.enums import Permission as P
from app.register.reference.queries import industry_names


@bp.get("/leads/<public_id>/edit")
@requires(P.LEADS_WRITE)
def edit(public_id: str) -> Answer:
    lead = for_change(public_id)
    return _edit_page(lead, _opened(lead))


def _opened(lead: Lead) -> EditLeadForm:
    form = EditLeadForm(formdata=None, obj=lead)
    form.source.data = lead.source.value
    form.amount_text.process_data(lead.amount_text or lead.amount or None)
    name = industry_names([lead.industry_code]).get(lead.industry_code or "")
    form.industry_code.data = f"{name} {lead.industry_code}" if name else ""
    return form


def _edit_page(lead: Lead, form: EditLeadForm, status: int = 200) -> Answer:
    return render_template("leads/edit.html", lead=lead, form=form), status


@bp.post("/leads/<public_id>/edit")
@requires(P.LEADS_WRITE)
def update(public_id: str) -> Answer:
    lead = for_change(public_id)
    form = EditLeadForm()

    def act() -> None:
        values = {
            "name": form.name.data,
            "source": LeadSource(form.source.data),
            "introducer": form.introducer.data or "",
            "content": form.content.data or "",
            **shared_numbers(form),
        }
        services.update_lead(lead, form.seen, values, form.amount_text.reading)

    if not saved(form, act, lambda: _opened(lead)):
        return _edit_page(lead, form, 422)
    return pages.done(page_of(lead), "已保存")


# part of the URL -> form, title, columns it fills
_PARTS: dict[str, tuple[type[VersionedForm], str, tuple[str, ...]]] = {
    "assessment": (AssessmentForm, label_of(Lead.assessment), ("assessment",)),
    "first-talk": (FirstTalkForm, "首谈登记", ("first_negotiator_id", "first_talk_on")),
    "summary": (SummaryForm, label_of(Lead.summary), ("summary",)),
    "conclusion": (
        ConclusionForm,
        label_of(Lead.conclusion),
        ("conclusion", "conclusion_on", "conclusion_number"),
    ),
}


def _part_form(part: str, lead: Lead, *, is_sent: bool) -> tuple[VersionedForm, str, tuple[str, ...]]:
    if part not in _PARTS:
        raise NotFound
    kind, title, columns = _PARTS[part]
    form = kind() if is_sent else kind(formdata=None, obj=lead)
    if isinstance(form, FirstTalkForm):
        form.offer(accounts.people_to_choose(lead.first_negotiator))
        if not is_sent:
            form.first_negotiator_id.data = lead.first_negotiator.public_id if lead.first_negotiator else ""
    return form, title, columns


@bp.get("/leads/<public_id>/fill/<part>")
@requires(P.LEADS_WRITE)
def fill(public_id: str, part: str) -> Answer:
    """What gates ask for: 研判意见, 首谈, 项目概要, 会议结论."""
    lead = for_change(public_id)
    form, title, _columns = _part_form(part, lead, is_sent=False)
    return form_page(lead, form, title)


@bp.post("/leads/<public_id>/fill/<part>")
@requires(P.LEADS_WRITE)
def save_part(public_id: str, part: str) -> Answer:
    lead = for_change(public_id)
    form, title, columns = _part_form(part, lead, is_sent=True)

    def act() -> None:
        values = {column: form[column].data for column in columns}
        if "first_negotiator_id" in values:
            values["first_negotiator_id"] = accounts.get_person(values["first_negotiator_id"]).id
        services.update_lead(lead, form.seen, {k: "" if v is None else v for k, v in values.items()})

    if not saved(form, act, lambda: _part_form(part, lead, is_sent=False)[0]):
        return form_page(lead, form, title, 422)
    return pages.done(page_of(lead), "已保存")
