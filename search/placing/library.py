"""What the companies of a library have in common: how common words are in it, what firms of a code make."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from search.placing.known import Firm, Node
from search.placing.reading import FirmReading, read
from search.placing.wordlist import Wordlist

# A word that one firm in ten carries says nothing, one that one in two hundred carries says all it can.
_SAYS_NOTHING, _SAYS_ALL = 0.1, 0.005
# Firms that are added in thought: in a library of thirty no word is common yet.
_AT_LEAST = 200


@dataclass(frozen=True, slots=True)
class Library:
    """Counts of firms: with a word, a pair of characters, a code, words of a node, words of it and a code."""

    firms: int = 0
    words: Mapping[str, int] = field(default_factory=dict)
    pairs: Mapping[str, int] = field(default_factory=dict)
    codes: Mapping[str, int] = field(default_factory=dict)
    nodes: Mapping[str, int] = field(default_factory=dict)
    together: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def weight_of_word(self, word: str) -> float:
        """From 0 for what every tenth firm carries to 1 for what hardly any does."""
        return self._weight(self.words.get(word, 0))

    def weight_of_text(self, text: str) -> float:
        """Of a piece by its pairs of characters: near 0 for 技术开发, whoever writes it."""
        among, known = self.firms + _AT_LEAST, self.pairs
        weights = [_weight_of(known.get(pair, 0), among) for pair in pairs_of(text)]
        return sum(weights) / len(weights) if weights else 0.0

    def weight_of_code(self, code: str) -> float:
        return self._weight(self.codes.get(code, 0))

    def fellows(self, code: str, node: str, *, but: bool) -> float:
        """The part of the other firms of a code that carry words of a node, above that of all firms; `but`:
        this firm carries one itself.
        """
        others = self.together.get((code, node), 0) - but
        usual = self.nodes.get(node, 0) / (self.firms + _AT_LEAST)
        return max(0.0, others / (self.codes.get(code, 0) + 1) - usual)

    def _weight(self, firms: int) -> float:
        return _weight_of(firms, self.firms + _AT_LEAST)


@lru_cache(maxsize=100_000)
def _weight_of(firms: int, among: int) -> float:
    share = firms / among
    if share <= _SAYS_ALL:
        return 1.0
    return max(0.0, math.log(share / _SAYS_NOTHING) / math.log(_SAYS_ALL / _SAYS_NOTHING))


def pairs_of(text: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(text)))


def learn(companies: Iterable[Firm], nodes: Iterable[Node]) -> Library:
    """From all companies of a county, or a fair sample of them, in one pass."""
    nodes = tuple(nodes)
    wordlist = Wordlist(nodes)
    firms = 0
    words, pairs, codes, held = (Counter[str]() for _ in range(4))
    together = Counter[tuple[str, str]]()
    for company in companies:
        reading = read(company, wordlist)
        firms += 1
        words.update({found.word for line in reading.lines for found in line.found})
        pairs.update(frozenset[str]().union(*(pairs_of(line.text) for line in reading.made)))
        own = {nodes[number].key for number in carried_by(reading)}
        held.update(own)
        for code in reading.codes:
            codes[code] += 1
            together.update((code, key) for key in own)
    return Library(firms, dict(words), dict(pairs), dict(codes), dict(held), dict(together))


def carried_by(reading: FirmReading) -> frozenset[int]:
    """The nodes whose words a company carries in its name and in what it makes."""
    return frozenset(
        number
        for line in (*reading.names, *reading.made)
        for found in line.found
        if not found.by and not line.held(found)
        for number in found.nodes
    )
