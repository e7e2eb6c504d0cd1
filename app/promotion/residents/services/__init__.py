"""Writes of resident teams."""

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
    "AssociationData",
    "ProfileData",
    "add_association",
    "change_association",
    "must_keep",
    "must_tell",
    "remove_association",
    "save_profile",
]
