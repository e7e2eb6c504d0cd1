"""The ledger of a lead, and what its registration wrote."""

from collections.abc import Callable, Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.records.history import Cause, EntryKind
from app.core.records.ledger import Ledger, reader
from app.core.storage.db import db
from app.promotion.leads.models import Lead, LeadEntry


def entries_of(lead: Lead) -> list[LeadEntry]:
    """The ledger rows of a lead, newest first."""
    query = (
        select(LeadEntry)
        .where(LeadEntry.lead_id == lead.id)
        .options(joinedload(LeadEntry.actor))
        .order_by(LeadEntry.id.desc())
    )
    return list(db.session.scalars(query))


ledger_of: Callable[[Lead], Ledger[LeadEntry]] = reader(LeadEntry.lead_id)


def registration_of(entries: Iterable[LeadEntry]) -> dict[EntryKind, LeadEntry]:
    """The rows of a ledger that tell its registration, by kind: the first move and the first holding, and
    the first amount where it was not corrected since.
    """
    counted = Ledger(_as_entered(entries)).counted()
    return {entry.kind: entry for entry in counted if entry.cause is Cause.REGISTRATION}


def next_after_registration(entries: Iterable[LeadEntry]) -> date | None:
    """The day of the first ledger row that counts beside those of the registration."""
    counted = Ledger(_as_entered(entries)).counted()
    told = set(registration_of(counted).values())
    return next((entry.effective_on for entry in counted if entry not in told), None)


def _as_entered(entries: Iterable[LeadEntry]) -> list[LeadEntry]:
    return sorted(entries, key=lambda entry: entry.id)
