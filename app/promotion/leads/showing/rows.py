"""Leads as rows of their list."""

from app.core.values.clock import today
from app.core.values.lights import Light
from app.promotion.leads import rules
from app.promotion.leads.queries import ListedLead
from app.promotion.leads.showing.cards import light, quiet


def stage(row: ListedLead) -> str:
    """As the county calls it today."""
    return row.stages.label(row.record.stage)


def since(row: ListedLead) -> Light:
    """How long it stands in its stage, with a mark where that needs somebody."""
    on = light(row.record, row.stages)
    return Light(quiet(on), on.words)


def silence(row: ListedLead) -> Light:
    """How long nobody has spoken to the company."""
    lead = row.record
    return rules.silence_light(rules.days_of_silence(lead.last_contact_on, lead.registered_on, today()))
