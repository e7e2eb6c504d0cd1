"""Reads of resident teams."""

from app.promotion.residents.queries.teams import (
    TeamRow,
    associations_of,
    days_of,
    get_association,
    get_profile,
    get_team,
    get_term,
    place_names,
    profile_of,
    profiles_by_id,
    same_association,
    teams_on,
    terms_of,
)

__all__ = [
    "TeamRow",
    "associations_of",
    "days_of",
    "get_association",
    "get_profile",
    "get_team",
    "get_term",
    "place_names",
    "profile_of",
    "profiles_by_id",
    "same_association",
    "teams_on",
    "terms_of",
]
