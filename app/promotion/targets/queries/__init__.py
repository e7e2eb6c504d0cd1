"""Reads of targets: one, those of a company or a link, the list, the ledger, what visits and leads say, who
could become one.
"""

from app.promotion.targets.queries.candidates import (
    SHOWN,
    CandidateRow,
    CandidatesAsked,
    candidates,
    compared,
)
from app.promotion.targets.queries.dealings import dealings_of
from app.promotion.targets.queries.lists import (
    ListedTarget,
    by_text,
    is_due,
    is_silent,
    listed,
    load,
    of_region,
    wanted_for,
)
from app.promotion.targets.queries.targets import (
    entries_of,
    get_target,
    held_by_person,
    held_by_unit,
    ledger_of,
    naming,
    nodes_by_public_id,
    nodes_to_choose,
    open_target_of,
    targets_of,
    targets_on,
)

__all__ = [
    "CandidateRow",
    "ListedTarget",
    "CandidatesAsked",
    "SHOWN",
    "by_text",
    "candidates",
    "compared",
    "dealings_of",
    "entries_of",
    "get_target",
    "held_by_person",
    "held_by_unit",
    "is_due",
    "is_silent",
    "ledger_of",
    "listed",
    "load",
    "naming",
    "nodes_by_public_id",
    "nodes_to_choose",
    "of_region",
    "open_target_of",
    "targets_of",
    "targets_on",
    "wanted_for",
]
