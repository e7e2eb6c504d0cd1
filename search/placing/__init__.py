"""Which nodes of an industry chain a company belongs on, and by which words: judged without a database."""

from search.placing.judging import CUT, VERSION, Judge
from search.placing.known import Evidence, Firm, HeldBack, Node, Place, ProposedNode, Why
from search.placing.library import Library, learn
from search.placing.ranking import LOOKED_AT, Candidate, ranked
from search.placing.wanting import wanted_by

__all__ = [
    "CUT",
    "Candidate",
    "Evidence",
    "Firm",
    "HeldBack",
    "Judge",
    "LOOKED_AT",
    "Library",
    "Node",
    "Place",
    "ProposedNode",
    "VERSION",
    "Why",
    "learn",
    "ranked",
    "wanted_by",
]
