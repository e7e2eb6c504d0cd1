"""Which nodes of an industry chain a company belongs on, and by which words: judged without a database."""

from search.placing.judging import CUT, VERSION, Judge
from search.placing.known import Evidence, Firm, HeldBack, Node, Place, ProposedNode, Why
from search.placing.library import Library, learn

__all__ = [
    "CUT",
    "Evidence",
    "Firm",
    "HeldBack",
    "Judge",
    "Library",
    "Node",
    "Place",
    "ProposedNode",
    "VERSION",
    "Why",
    "learn",
]
