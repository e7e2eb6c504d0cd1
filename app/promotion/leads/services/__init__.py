"""Writes of leads: every change of stage, holding and amount is a ledger row. Checks rules, never commits."""

from app.promotion.leads.services.access import set_confidential, why_fixed
from app.promotion.leads.services.agreements import (
    AgreementData,
    add_agreement,
    must_not_be_evidence,
    update_agreement,
)
from app.promotion.leads.services.archiving import archive_lead, restore_lead, void_lead
from app.promotion.leads.services.fields import update_lead
from app.promotion.leads.services.holding import HELD_LEADS, assign_lead, change_amount
from app.promotion.leads.services.ledger import (
    ARCHIVED,
    LEDGER,
    correct_entry,
    correct_registration,
    take_back,
)
from app.promotion.leads.services.meetings import check_first_meeting, correct_contact, note_contact
from app.promotion.leads.services.next_steps import set_next_step
from app.promotion.leads.services.registration import NewLead, create_lead, tell_of_archiving
from app.promotion.leads.services.review_papers import NOT_BY_DRAFTER, record_paper
from app.promotion.leads.services.reviews import (
    HELD_REVIEWS,
    NOT_ASKED,
    Conclusion,
    ask_review,
    conclude_review,
)
from app.promotion.leads.services.stage_sets import fill_stage_set
from app.promotion.leads.services.stages import advance_stage

__all__ = [
    "ARCHIVED",
    "AgreementData",
    "Conclusion",
    "HELD_LEADS",
    "HELD_REVIEWS",
    "LEDGER",
    "NOT_ASKED",
    "NOT_BY_DRAFTER",
    "NewLead",
    "add_agreement",
    "advance_stage",
    "archive_lead",
    "ask_review",
    "assign_lead",
    "change_amount",
    "check_first_meeting",
    "conclude_review",
    "correct_contact",
    "correct_entry",
    "correct_registration",
    "create_lead",
    "fill_stage_set",
    "must_not_be_evidence",
    "note_contact",
    "record_paper",
    "restore_lead",
    "set_confidential",
    "set_next_step",
    "take_back",
    "tell_of_archiving",
    "update_agreement",
    "update_lead",
    "void_lead",
    "why_fixed",
]
