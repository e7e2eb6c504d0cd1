"""The first and the last meeting, as the visits tell them."""

from datetime import date

from sqlalchemy import ColumnElement, or_, update

from app.core.storage import outbox
from app.core.storage.changes import BULK_ALLOWED
from app.core.storage.db import db
from app.core.values.clock import now
from app.promotion.leads import marks
from app.promotion.leads.models import Lead
from app.promotion.leads.order import Fact
from app.promotion.leads.services.ledger import refuse_if


def check_first_meeting(lead: Lead, day: date) -> None:
    """Before the day of the first meeting is rewritten: raises RuleBroken({"held_on": sentence}) when it
    would lie after the stage that it opened.
    """
    refuse_if("held_on", marks.why_not_fact(lead, Fact.MET, day))


def note_contact(lead: Lead, day: date) -> None:
    """Keeps the date of the last meeting. Not an edit of the lead: its version stays, so that nobody who has
    the lead open is refused because a colleague logged a visit.
    """
    _write_contact(lead, day, or_(Lead.last_contact_on.is_(None), Lead.last_contact_on < day))


def correct_contact(lead: Lead, day: date | None) -> None:
    """The date of the last meeting after one was corrected or archived; None when there is none left."""
    _write_contact(lead, day, Lead.last_contact_on.is_distinct_from(day))


def _write_contact(lead: Lead, day: date | None, wanted: ColumnElement[bool]) -> None:
    db.session.execute(
        update(Lead).where(Lead.id == lead.id, wanted).values(last_contact_on=day, updated_at=now()),
        execution_options={
            BULK_ALLOWED: "derived from visits, which are audited",
            "synchronize_session": False,
        },
    )
    outbox.touch("lead", lead.public_id)
    db.session.expire(lead, ["last_contact_on", "updated_at"])
