"""Writes of leads: every change of stage, holding and amount is a ledger row. Checks rules, never commits."""

from app.promotion.leads.services.access import (
    name_for_review,
    set_confidential,
    unname_for_review,
    why_fixed,
)
from app.promotion.leads.services.archiving import archive_lead, restore_lead, void_lead
from app.promotion.leads.services.fields import update_lead
from app.promotion.leads.services.holding import HELD_LEADS, assign_lead, change_amount
from app.promotion.leads.services.ledger import (
    ARCHIVED,
    LEDGER,
    UNREAD,
    begin,
    correct_entry,
    correct_registration,
    refuse_if,
    take_back,
)
from app.promotion.leads.services.meetings import check_first_meeting, correct_contact, note_contact
from app.promotion.leads.services.next_steps import set_next_step
from app.promotion.leads.services.registration import NewLead, create_lead, tell_of_archiving
from app.promotion.leads.services.stages import advance_stage

__all__ = [
    "ARCHIVED",
    "HELD_LEADS",
    "LEDGER",
    "NewLead",
    "UNREAD",
    "advance_stage",
    "archive_lead",
    "assign_lead",
    "begin",
    "change_amount",
    "check_first_meeting",
    "correct_contact",
    "correct_entry",
    "correct_registration",
    "create_lead",
    "name_for_review",
    "note_contact",
    "refuse_if",
    "restore_lead",
    "set_confidential",
    "set_next_step",
    "take_back",
    "tell_of_archiving",
    "unname_for_review",
    "update_lead",
    "void_lead",
    "why_fixed",
]
