"""Visits follow their lead, and a lead the visits that count."""

from sqlalchemy import select

from app.core.storage import outbox
from app.core.storage.db import db
from app.core.values.registries import AFTER_DEALING, Dealt, Joined, Reseen
from app.promotion.leads.models import Lead
from app.promotion.leads.services import correct_contact
from app.promotion.visits import queries
from app.promotion.visits.models import Visit


def tell_lead(visit: Visit) -> None:
    """The lead's last contact is that of the visits that count; who wants the company hears of it, too."""
    if visit.lead is not None:
        correct_contact(visit.lead, queries.last_contact_of(visit.lead.id))
    AFTER_DEALING.run(Dealt(visit.enterprise_id))


def join_lead(event: Joined) -> None:
    """A lead was registered twice: its visits belong to the one that counts."""
    if event.kind != "lead":
        return
    lead, into = event.subject, event.into
    for visit in db.session.scalars(select(Visit).where(Visit.lead_id == lead.id)):
        visit.lead_id, visit.confidential = into.id, into.confidential
    db.session.flush()
    for each in (lead, into):
        correct_contact(each, queries.last_contact_of(each.id))


def follow_lead(event: Reseen) -> None:
    """A lead became confidential or ordinary again: its visits follow, and so does the index."""
    if event.kind != "lead":
        return
    lead: Lead = event.subject
    for visit in db.session.scalars(select(Visit).where(Visit.lead_id == lead.id)):
        visit.confidential = lead.confidential
        outbox.touch("visit", visit.public_id)
