"""Reads of assessments: schemes, who is scored, what counts, how everybody stands."""

from app.promotion.assessments.queries.counting import (
    InputRow,
    OpenRows,
    inputs_of,
    kept_inputs,
    kept_totals,
    quantities_of,
)
from app.promotion.assessments.queries.groups import Group, get_group, groups_of
from app.promotion.assessments.queries.schemes import (
    closings_of,
    draft_of,
    entries_of,
    first_open,
    get_entry,
    get_item,
    get_objection,
    get_scheme,
    get_version,
    list_schemes,
    objections_of,
    version_for,
    waiting,
)
from app.promotion.assessments.queries.standing import Ranking, RankLine, ranking_of, rescored, spans_of

__all__ = [
    "Group",
    "InputRow",
    "OpenRows",
    "RankLine",
    "Ranking",
    "closings_of",
    "draft_of",
    "entries_of",
    "first_open",
    "get_entry",
    "get_group",
    "get_item",
    "get_objection",
    "get_scheme",
    "get_version",
    "groups_of",
    "inputs_of",
    "kept_inputs",
    "kept_totals",
    "list_schemes",
    "objections_of",
    "quantities_of",
    "ranking_of",
    "rescored",
    "spans_of",
    "version_for",
    "waiting",
]
