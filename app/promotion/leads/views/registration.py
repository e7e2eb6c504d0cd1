"""A lead is registered; leads of the same company are shown first."""

from collections.abc import Sequence

from flask import render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.storage.db import db, end_writing
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.core.web import pages
from app.core.web.idempotency import once
from app.promotion.leads import queries, services
from app.promotion.leads.enums import LeadSource
from app.promotion.leads.forms import NewLeadForm
from app.promotion.leads.models import Lead
from app.promotion.leads.views.blueprint import Answer, bp, page_of
from app.promotion.leads.views.typed import named_members, people_by_public_id, shared_numbers
from app.register.accounts import queries as accounts
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Person
from app.register.enterprises.picking import company_of, offer_for, take_choice
from app.register.enterprises.queries import read_enterprise


def _new_form() -> NewLeadForm:
    form = NewLeadForm()
    owners = accounts.people_to_choose(signing_in=P.LEADS_WRITE)
    form.offer(owners, accounts.people_to_choose(may=P.LEADS_READ))
    return form


@bp.get("/leads/new")
@requires(P.LEADS_WRITE)
def new() -> Answer:
    """The form; `?enterprise=` (public id) fills in the company, `?name=`, `source`, `introducer`, `content`
    and `owner` what another page knows already.
    """
    form = _new_form()
    company = read_enterprise(pages.read_text("enterprise", 120))
    if company:
        form.enterprise.data, form.enterprise_id.data = company.name, company.public_id
    form.registered_on.data = today()
    _fill_in(form)
    return _new_page(form)


def _fill_in(form: NewLeadForm) -> None:
    """What the address says beside the company. The owner is who registers the lead, or who else may be."""
    form.name.data = pages.read_text("name", 120)
    form.introducer.data = pages.read_text("introducer", 60)
    form.content.data = pages.read_text("content", 1000)
    source = LeadSource.parse(pages.read_text("source", 30))
    form.source.data = source.value if source else ""
    actor, owner = require_actor(), pages.read_text("owner", 16)
    me = db.session.get(Person, actor.person_id)
    if owner and actor.may(P.LEADS_ASSIGN) and owner in {choice.value for choice in form.owner.choices}:
        form.owner.data = owner
    else:
        form.owner.data = me.public_id if me else ""


def _new_page(
    form: NewLeadForm, duplicates: Sequence[dict[str, str]] = (), hidden: bool = False, status: int = 200
) -> Answer:
    # What was shown is confirmed by sending the form again; a hidden ordinary lead is one closed sentence.
    return render_template(
        "leads/new.html",
        form=form.ready(),
        duplicates=duplicates,
        hidden=hidden,
        offer=offer_for(form),
    ), status


def _duplicate(lead: Lead) -> dict[str, str]:
    return {
        "name": f"{lead.name} {lead.number}",
        "why": f"同一企业，{lead.stage.label}",
        "owner": f"{lead.owner.name}在跟",
        "last_contact": f"最近联系 {lead.last_contact_on}" if lead.last_contact_on else "",
        "url": page_of(lead),
    }


@bp.post("/leads/new")
@requires(P.LEADS_WRITE)
@once
def create() -> Answer:
    form = _new_form()
    found: list[Lead | queries.Clashes] = []
    if take_choice(form):
        return _new_page(form, status=422)
    if not pages.took(form, lambda: found.append(_registered(form))):
        return _new_page(form, status=422)
    made = found[0]
    if isinstance(made, queries.Clashes):
        duplicates = [_duplicate(lead) for lead in made.visible]
        end_writing()
        return _new_page(form, duplicates, hidden=made.hidden, status=422)
    return pages.done(page_of(made), f"已登记，编号 {made.number}")


def _registered(form: NewLeadForm) -> Lead | queries.Clashes:
    """The new lead, or the ones of the same company that its author must be told of first."""
    data = _registration(form)
    met = queries.clashes(data.enterprise_id, require_actor())
    if met.to_be_said and not form.not_duplicate.data:
        return met
    return services.create_lead(data)


def _registration(form: NewLeadForm) -> services.NewLead:
    company = company_of(form)
    actor, people = require_actor(), people_by_public_id()
    owner = people[form.owner.data]
    if owner.id != actor.person_id and not actor.may(P.LEADS_ASSIGN):
        raise RuleBroken({"owner": "只能登记给自己；要交给别人，登记后请招商局分派"})
    return services.NewLead(
        name=form.name.data,
        enterprise_id=company.id,
        source=LeadSource(form.source.data),
        owner_id=owner.id,
        registered_on=form.registered_on.data,
        introducer=form.introducer.data or "",
        amount=form.amount_text.reading,
        content=form.content.data or "",
        confidential=form.confidential.data,
        member_ids=named_members(form.members.data, people),
        next_what=form.next_what.data or "",
        next_on=form.next_on.data,
        **shared_numbers(form),
    )
