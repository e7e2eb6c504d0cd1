"""What a query means, as a small tree that each backend writes down in its own language.

Two tiers. Precise: a whole-query key, or every term found somewhere. Fuzzy, asked only when the first
finds little: names sharing most characters, sounding alike, or one letter off; reranked by `similar`.
"""

from search.answering.plan.making import FEW_RESULTS, FUZZY_CANDIDATES, make_plan, plan_of
from search.answering.plan.nodes import (
    EVERYTHING,
    All,
    AnyOf,
    AtLeast,
    Either,
    Everything,
    Flat,
    Node,
    OneOff,
    Phrase,
    Plan,
    Raised,
    Starting,
    These,
)
from search.answering.plan.scores import EXACT_SCORE, LOOSE_KEY_SCORE

__all__ = [
    "All",
    "AnyOf",
    "AtLeast",
    "EVERYTHING",
    "EXACT_SCORE",
    "Either",
    "Everything",
    "FEW_RESULTS",
    "FUZZY_CANDIDATES",
    "Flat",
    "LOOSE_KEY_SCORE",
    "Node",
    "OneOff",
    "Phrase",
    "Plan",
    "Raised",
    "Starting",
    "These",
    "make_plan",
    "plan_of",
]
