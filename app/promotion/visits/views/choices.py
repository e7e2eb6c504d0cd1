"""Whom and what the forms of a visit offer."""

from collections.abc import Mapping, Sequence
from datetime import date

from app.core.access.auth import require_actor
from app.promotion.leads.policy import visible as visible_leads
from app.promotion.visits import queries
from app.promotion.visits.forms import MATES, EditVisitForm, VisitForm
from app.promotion.visits.models import Visit
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Person
from app.register.accounts.queries import choices_of
from app.register.enterprises.models import Contact, Enterprise
from app.register.enterprises.queries import list_contacts


def company_choices(form: VisitForm, company: Enterprise | None) -> None:
    """Leads and contacts of the chosen company as choices."""
    leads = queries.live_leads(company.id, visible_leads(require_actor())) if company else []
    form.lead.choices = [("", "不为哪条线索"), *((lead.public_id, lead.name) for lead in leads)]
    form.contacts.choices = contact_choices(known_contacts(company)) if company else []


def known_contacts(company: Enterprise) -> dict[str, Contact]:
    """Whom a visit to a company can have met."""
    return {contact.public_id: contact for contact in list_contacts(company.id)}


def contacts_to_offer(visit: Visit) -> dict[str, Contact]:
    """The same for one already written down: whoever was met stays, also when archived or erased since."""
    met = {row.contact.public_id: row.contact for row in visit.contacts}
    return known_contacts(visit.enterprise) | met


def contact_choices(known: Mapping[str, Contact]) -> list[tuple[str, str]]:
    if not require_actor().may(P.CONTACTS_READ):
        return []
    return [(key, _contact_label(contact)) for key, contact in known.items()]


def _contact_label(contact: Contact) -> str:
    gone = "（已归档）" if contact.is_archived else ""
    return f"{contact.personal.name}　{contact.post}".strip() + gone


def people_choices(form: VisitForm | EditVisitForm, day: date, chosen: Sequence[Person] = ()) -> None:
    """My team as chips, whoever was chosen already among them; of a large one the first, and says so."""
    mates = queries.team_mates(require_actor(), day)
    form.people.choices = choices_of([*mates[:MATES], *chosen])
    if len(mates) > MATES:
        form.people.description = f"只列出前 {MATES} 位，另外 {len(mates) - MATES} 位写在「还有谁同行」里"


def owner_choices(form: VisitForm, day: date) -> None:
    choices = choices_of(queries.team_mates(require_actor(), day, signing_in=True))
    form.next_owner.choices = choices
    for promise in form.promises:
        promise.form.owner.choices = choices
