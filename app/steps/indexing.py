"""Steps are not searched; what stands here is what they mean for the index of others."""

from sqlalchemy import select

from app.core.db import db
from app.core.outbox import Linked, watch
from app.core.registries import WORKS_WITH_TOKENS
from app.enterprises.contact_indexing import KIND as CONTACT
from app.enterprises.models import Contact
from app.steps.enums import StepState
from app.steps.models import Step
from app.steps.policy import facts


def tokens_by_enterprise(enterprise_ids: list[int]) -> dict[int, set[str]]:
    """Whoever sees an open step of its own about a company works with it: `queries.works_with` as tokens."""
    query = select(Step).where(
        Step.enterprise_id.in_(enterprise_ids),
        Step.state == StepState.OPEN,
        Step.lead_id.is_(None),
        Step.visit_id.is_(None),
    )
    found: dict[int, set[str]] = {}
    for step in db.session.scalars(query):
        found.setdefault(step.enterprise_id, set()).update(facts(step).tokens())
    return found


def register() -> None:
    """Contacts follow the steps about their company."""
    WORKS_WITH_TOKENS.add("steps", tokens_by_enterprise)
    watch(Step, Linked(CONTACT, Contact.public_id, on=Contact.enterprise_id, holds=Step.enterprise_id))
