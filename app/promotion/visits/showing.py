"""From visits to what their list shows.

A room beside `views`: it reads nothing that is not handed to it and decides nothing.
"""

from app.promotion.visits.models import Visit

_SHOWN = 50  # characters of what was said


def said(visit: Visit) -> str:
    return visit.summary if len(visit.summary) <= _SHOWN else f"{visit.summary[: _SHOWN - 1]}…"


def people(visit: Visit) -> str:
    return "、".join(row.person.name for row in visit.participants)
