"""Reads of targets: one, those of a company or a link, the list, the ledger, what visits and leads say, who
could become one, what is known of them and their scores.
"""

from app.promotion.targets.queries.candidates import (
    SHOWN,
    CandidateRow,
    CandidatesAsked,
    candidates,
    compared,
)
from app.promotion.targets.queries.dealings import dealings_of
from app.promotion.targets.queries.known import NOBODY, ToScore, known_of, reach_of
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
from app.promotion.targets.queries.scores import (
    by_band,
    by_score,
    of_target,
    open_targets,
    scores_of,
    scores_of_targets,
    weights_on,
)
from app.promotion.targets.queries.targets import (
    entries_of,
    facts_of,
    get_fact,
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
    "CandidatesAsked",
    "NOBODY",
    "ListedTarget",
    "SHOWN",
    "ToScore",
    "by_band",
    "by_score",
    "by_text",
    "candidates",
    "compared",
    "dealings_of",
    "entries_of",
    "facts_of",
    "get_fact",
    "get_target",
    "held_by_person",
    "held_by_unit",
    "is_due",
    "is_silent",
    "known_of",
    "ledger_of",
    "listed",
    "load",
    "naming",
    "nodes_by_public_id",
    "nodes_to_choose",
    "of_region",
    "of_target",
    "open_target_of",
    "open_targets",
    "reach_of",
    "scores_of",
    "scores_of_targets",
    "targets_of",
    "targets_on",
    "wanted_for",
    "weights_on",
]
