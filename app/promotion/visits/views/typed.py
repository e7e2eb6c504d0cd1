"""What was typed into the form of a visit, read."""

from collections.abc import Mapping, Sequence

from app.core.access.auth import require_actor
from app.core.storage.db import db
from app.core.values.errors import NotFound, RuleBroken
from app.promotion.leads.models import Lead
from app.promotion.leads.queries import get_lead
from app.promotion.visits import queries, services
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.forms import VisitForm
from app.promotion.visits.views.choices import known_contacts
from app.promotion.visits.views.earlier import earlier_said
from app.promotion.visits.views.people import people_typed
from app.register.accounts.models import Person
from app.register.enterprises.models import Contact, Enterprise


def contacts_ticked(codes: Sequence[str] | None, known: Mapping[str, Contact]) -> list[Contact]:
    """Who was ticked of this company; ticks for another one that was chosen before mean nothing."""
    return [known[code] for code in dict.fromkeys(codes or ()) if code in known]


def lead_chosen(code: str | None) -> Lead | None:
    lead = find_lead(code)
    if code and lead is None:
        raise RuleBroken({"lead": "没有找到这条线索，请重新选"})
    return lead


def find_lead(code: str | None) -> Lead | None:
    try:
        return get_lead(code, require_actor()) if code else None
    except NotFound:
        return None


def owner_typed(code: str | None, field: str) -> Person:
    if not code:
        return db.session.get_one(Person, require_actor().person_id)
    found = queries.people_of([code])
    if not found:
        raise RuleBroken({field: "名单里没有这个人，请重新选谁办"})
    return found[code]


def _promises(form: VisitForm) -> list[services.Todo]:
    """The promises that were written; one without a date is refused."""
    found = []
    for place, row in enumerate(form.promises):
        if not row.what.data:
            continue
        if row.due_on.data is None:
            raise RuleBroken({"promises": f"第 {place + 1} 条承诺写上期限：这次以后的哪一天"})
        found.append(services.Todo(row.what.data, row.due_on.data, owner_typed(row.owner.data, "promises")))
    return found


def _next_step(form: VisitForm) -> services.Todo:
    owner = owner_typed(form.next_owner.data, "next_owner")
    return services.Todo(form.next_what.data, form.next_due_on.data, owner)


def visit_data(form: VisitForm, company: Enterprise) -> services.VisitData:
    return services.VisitData(
        kind=VisitKind(form.kind.data),
        held_on=form.held_on.data,
        enterprise=company,
        lead=lead_chosen(form.lead.data),
        place=form.place.data or "",
        met=form.met.data or "",
        summary=form.summary.data or "",
        needs=form.needs.data or "",
        people=people_typed(form),
        contacts=contacts_ticked(form.contacts.data, known_contacts(company)),
        promises=_promises(form),
        next_step=_next_step(form),
        earlier=earlier_said(form, company),
    )
