"""A lead is archived, voided, comes back."""

from flask import render_template, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.storage.subjects import subject_of
from app.core.values.errors import NotFound, RuleBroken
from app.core.web import pages
from app.core.web.forms import VersionedForm
from app.promotion.leads import policy, queries, services
from app.promotion.leads.enums import StepsThen
from app.promotion.leads.forms import ArchiveLeadForm, VoidForm
from app.promotion.leads.models import Lead
from app.promotion.leads.views.blueprint import Answer, bp, page_of
from app.promotion.leads.views.changing import for_change
from app.promotion.steps.queries import all_open_about
from app.register.accounts.enums import Permission as P


@bp.get("/leads/<public_id>/archive")
@requires(P.LEADS_WRITE)
def archive(public_id: str) -> Answer:
    lead = for_change(public_id, policy.may_archive)
    form = ArchiveLeadForm(formdata=None, version=lead.version)
    return _archive_page(lead, form)


def _archive_page(lead: Lead, form: ArchiveLeadForm, status: int = 200) -> Answer:
    steps = all_open_about(subject_of(lead))
    if not steps:
        del form.steps
    page = render_template("leads/archive.html", lead=lead, form=form, steps=steps, may_void=_may_void(lead))
    return page, status


def _may_void(lead: Lead) -> bool:
    return policy.may_void(require_actor(), lead)


@bp.post("/leads/<public_id>/archive")
@requires(P.LEADS_WRITE)
def save_archive(public_id: str) -> Answer:
    lead = for_change(public_id, policy.may_archive)
    form = ArchiveLeadForm()

    def act() -> None:
        services.archive_lead(lead, form.reason.data, steps=StepsThen(form.steps.data), version=form.seen)

    had_steps = bool(all_open_about(subject_of(lead)))
    if not pages.took(form, act):
        return _archive_page(lead, form, 422)
    # Steps that went over to the company stay there.
    can_undo = not had_steps or form.steps.data == StepsThen.DROP.value
    undo = (url_for("leads.restore", public_id=public_id), {"version": lead.version}) if can_undo else None
    return pages.done(page_of(lead), "已归档", undo=undo)


@bp.get("/leads/<public_id>/void")
@requires(P.LEADS_WRITE)
def void(public_id: str) -> Answer:
    lead = for_change(public_id, policy.may_void)
    others = queries.live_beside(lead, require_actor())
    only = others[0].number if len(others) == 1 else ""
    return _void_page(lead, VoidForm(formdata=None, version=lead.version, counts=only))


def _void_page(lead: Lead, form: VoidForm, status: int = 200) -> Answer:
    others = queries.live_beside(lead, require_actor())
    return render_template("leads/void.html", lead=lead, form=form, others=others), status


@bp.post("/leads/<public_id>/void")
@requires(P.LEADS_WRITE)
def save_void(public_id: str) -> Answer:
    lead = for_change(public_id, policy.may_void)
    form = VoidForm()
    counting: list[Lead] = []

    def act() -> None:
        counting.append(_counting(form.counts.data))
        services.void_lead(lead, counting[0], form.note.data or "", version=form.seen)

    if not pages.took(form, act):
        return _void_page(lead, form, 422)
    return pages.done(page_of(counting[0]), f"{lead.number} 已作废，不再计入；它的走访和下一步转到这一条")


def _counting(number: str) -> Lead:
    try:
        return queries.get_by_number(number)
    except NotFound:
        raise RuleBroken({"counts": f"没有找到编号 {number} 的线索，请核对"}) from None


@bp.post("/leads/<public_id>/restore")
@requires(P.LEADS_WRITE)
def restore(public_id: str) -> Answer:
    lead, form = queries.get_lead(public_id), VersionedForm()
    pages.refusal_leads_to(page_of(lead))
    services.restore_lead(lead, version=form.seen)
    return pages.done(page_of(lead), "已恢复")
