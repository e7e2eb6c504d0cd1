"""What a move does to the steps of a lead, and the step that is next."""

from datetime import date

from app.core.storage.subjects import subject_of
from app.promotion.leads import queries
from app.promotion.leads.models import Lead
from app.promotion.steps.enums import StepKind
from app.promotion.steps.models import Step
from app.promotion.steps.queries import dropped_about
from app.promotion.steps.services import drop_work, open_step, reopen_step

# Outcomes of the steps that a loss or the archive drops.
LOST = "线索流失，不再办"
ARCHIVED = "线索已归档，不再办"


def set_next_step(lead: Lead, what: str, due_on: date, owner_id: int) -> Step:
    """Opens the next step of a lead, seen by those who see the lead."""
    return open_step(subject_of(lead), lead, kind=StepKind.NEXT, what=what, due_on=due_on, owner_id=owner_id)


def drop_steps(lead: Lead) -> None:
    """A lost lead has no next step and no review; what was promised to the company stays."""
    drop_work(subject_of(lead), LOST)


def take_up_steps(lead: Lead, why: str) -> None:
    """The loss never was, or the lead is back from the archive: what that dropped is to be done again."""
    for step in dropped_about(subject_of(lead), why):
        review = queries.review_of_step(step.id)
        if review is None or review.waits:
            reopen_step(step)
