"""What is done to assessments: schemes are set, numbers entered, periods closed, objections ruled."""

from app.promotion.assessments.services.closing import close, verify, verify_all
from app.promotion.assessments.services.entries import EntryData, confirm, enter, refuse
from app.promotion.assessments.services.objections import dismiss, object_to, uphold
from app.promotion.assessments.services.schemes import (
    SchemeData,
    add_item,
    begin_draft,
    change_item,
    create_scheme,
    drop_draft,
    put_in_force,
    remove_item,
)

__all__ = [
    "EntryData",
    "SchemeData",
    "add_item",
    "begin_draft",
    "change_item",
    "close",
    "confirm",
    "create_scheme",
    "dismiss",
    "drop_draft",
    "enter",
    "object_to",
    "put_in_force",
    "refuse",
    "remove_item",
    "uphold",
    "verify",
    "verify_all",
]
