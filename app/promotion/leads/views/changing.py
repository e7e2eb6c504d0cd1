"""A lead that is to be changed, and the plain page of a form on it."""

from collections.abc import Callable
from typing import Any

from flask import render_template, url_for

from app.core.access.auth import Actor, require_actor
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.web import pages
from app.core.web.forms import BaseForm
from app.promotion.leads import policy, queries, services
from app.promotion.leads.models import Lead
from app.promotion.leads.views.blueprint import Answer, page_of


def form_page(lead: Lead, form: BaseForm, title: str, status: int = 200, **words: Any) -> Answer:
    page = render_template("leads/form.html", lead=lead, form=form, title=title, **words)
    return page, status


def for_change(
    public_id: str,
    allowed: Callable[[Actor, Lead], bool] = policy.may_change,
    get: Callable[[str], Lead] = queries.get_lead,
) -> Lead:
    """The lead, if it may be seen, is not archived, and this may be done to it."""
    lead = get(public_id)
    pages.refusal_leads_to(page_of(lead))
    if lead.is_archived:
        raise RuleBroken(services.ARCHIVED)
    if not allowed(require_actor(), lead):
        raise NotAllowed
    return lead


def after_loss_of_sight(lead: Lead, tab: str | None = None) -> str:
    """The lead's page, or the list when this person no longer may see the lead."""
    return page_of(lead, tab) if policy.may_see(require_actor(), lead) else url_for("leads.index")


def undo_of(lead: Lead, place: int) -> tuple[str, dict[str, Any]]:
    """What takes the row back that was just added to a lead's ledger, at this place of it."""
    return url_for("leads.take_back", public_id=lead.public_id, place=place), {}
