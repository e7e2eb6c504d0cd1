"""Who could fill a node, the best first: companies that an index found, weighed by the judge."""

from collections.abc import Iterable
from dataclasses import dataclass

from search.placing.judging import Judge
from search.placing.known import Evidence, Firm

# So many of what the index finds are weighed: the judge changes the order of companies, an index of a million
# finds those that are worth it.
LOOKED_AT = 300


@dataclass(frozen=True, slots=True)
class Candidate:
    """A company by its key, with its score of 100 and the words that speak for it. Nothing speaks for one
    with a score of 0: it shares a word with the node that does not count, 隔膜 in 不含隔膜.
    """

    key: str
    score: float
    hits: tuple[Evidence, ...] = ()


def ranked(judge: Judge, node: str, found: Iterable[tuple[str, Firm]]) -> list[Candidate]:
    """Companies in the order in which an index found them come back by their score; of equals the one that
    was found first. `node` is the key of one of the judge's.
    """
    chain = next((one.chain for one in judge.nodes if one.key == node), "")
    own = judge.of_chain(chain)
    weighed = [_weighed(own, node, key, firm) for key, firm in found]
    return sorted(weighed, key=lambda one: -one.score)


def _weighed(judge: Judge, node: str, key: str, firm: Firm) -> Candidate:
    for placed in judge.propose(firm, cut=0.0):
        if placed.node == node:
            return Candidate(key, placed.score, placed.hits)
    return Candidate(key, 0.0)
