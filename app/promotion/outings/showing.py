"""From outings to what lists show."""

from app.core.values.clock import today
from app.core.values.lights import Light
from app.core.values.terms import light_on
from app.promotion.outings.models import Outing


def heads_cell(row: Outing) -> str:
    """How many came; of an outing nobody asks."""
    return f"{row.heads} 人" if row.heads else "—"


def light_cell(row: Outing) -> Light:
    """How it stands, and in how many days it begins."""
    return light_on(row.first_on, row.last_on, today())
