"""From campaigns to what lists show: the light, the goals, whom it is about."""

from app.core.values.clock import today
from app.core.values.lights import Light
from app.promotion.campaigns import rules
from app.promotion.campaigns.models import Campaign


def light_cell(row: Campaign) -> Light:
    """How it stands and how many days are left."""
    return rules.light_of(row.first_on, row.last_on, row.closed_at, today())


def about_cell(row: Campaign) -> str:
    """Its chain, or its theme."""
    return row.chain.name if row.chain else row.theme
