"""Writes of visits: logged with steps and promises, edited, archived. Never commits."""

from app.promotion.visits.services.data import Earlier, Todo, VisitData
from app.promotion.visits.services.editing import (
    ARCHIVING,
    archive_visit,
    confirm_visit,
    edit_visit,
    must_be_changeable,
    restore_visit,
)
from app.promotion.visits.services.following import follow_lead, join_lead
from app.promotion.visits.services.logging import log_visit

__all__ = [
    "ARCHIVING",
    "Earlier",
    "Todo",
    "VisitData",
    "archive_visit",
    "confirm_visit",
    "edit_visit",
    "follow_lead",
    "join_lead",
    "log_visit",
    "must_be_changeable",
    "restore_visit",
]
