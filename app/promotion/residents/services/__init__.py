"""Writes of resident teams."""

from app.promotion.residents.services.duty import (
    CheckData,
    DutyData,
    fill_week,
    forget_cities,
    mark,
    may_mark,
    needs_reason,
    open_days,
    remove_check,
    write_check,
)
from app.promotion.residents.services.rotation import Rotation, RotationLook, look, rotate
from app.promotion.residents.services.teams import (
    AssociationData,
    ProfileData,
    add_association,
    change_association,
    must_keep,
    must_tell,
    remove_association,
    save_profile,
)

__all__ = [
    "Rotation",
    "RotationLook",
    "look",
    "rotate",
    "CheckData",
    "DutyData",
    "fill_week",
    "forget_cities",
    "mark",
    "may_mark",
    "needs_reason",
    "open_days",
    "remove_check",
    "write_check",
    "AssociationData",
    "ProfileData",
    "add_association",
    "change_association",
    "must_keep",
    "must_tell",
    "remove_association",
    "save_profile",
]
