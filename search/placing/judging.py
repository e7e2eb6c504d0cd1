"""What speaks for each node, weighed to a score of 100."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from search.placing.known import Evidence, Firm, HeldBack, Node, Place, ProposedNode, Why
from search.placing.library import Library, carried_by
from search.placing.reading import FirmReading, Statement, read
from search.placing.wordlist import WordFound, Wordlist

# Log odds of each signal at its full value, and of a node of which nothing is said. bench/bench_placing.py
# finds them over chains that were left out. None is below nothing: no word speaks against a node.
WEIGHTS: Mapping[str, float] = {
    "repeated": 1.4,
    "focus": 2.5,
    "lead": 5.3,
    "name": 3.5,
    "industry": 9.2,
    "code": 3.6,
    "fellows": 6.7,
}
BASE = -4.9
# Proposed from here on; found in the same way.
CUT = 36.0
# Rises with every change after which the same company may be proposed for another node.
VERSION = 1
# Trade, wholesale and retail: a firm that only sells is at home on a node that is nothing else.
_TRADE = ("51", "52")
# Registers write most pieces of a scope word for word alike.
_REMEMBERED = 50_000
# Digits that a code shares with one of the node.
_SHARED = {4: 1.0, 3: 0.5}


@dataclass(frozen=True, slots=True)
class Signal:
    """A part of the score by its name in `WEIGHTS`, from 0 on, and the words that share it."""

    name: str
    value: float
    words: tuple[tuple[str, Place, str], ...]


@dataclass(frozen=True, slots=True)
class _Weighed:
    word: str
    line: Statement
    weight: float
    lead: float

    @property
    def cover(self) -> float:
        """The part of its text that it is: 锂电池 is all of the industry 锂电池, little of a longer name."""
        return self.weight * math.sqrt(len(self.word) / len(self.line.text))

    @property
    def shown(self) -> tuple[str, Place, str]:
        return self.word, self.line.place, self.line.text


class Judge:
    """Made once for the nodes of a county and its library, asked for each company."""

    def __init__(self, nodes: Iterable[Node], library: Library) -> None:
        self.nodes = tuple(nodes)
        self.library = library
        self._wordlist = Wordlist(self.nodes)
        self._weight_of_text = lru_cache(maxsize=_REMEMBERED)(library.weight_of_text)
        self._trades = [
            bool(one.codes) and all(c.startswith(_TRADE) for c in one.codes) for one in self.nodes
        ]
        self._of_chains: dict[str, Judge] = {}
        self._by_code = self._index_codes()
        self._fellows = self._index_fellows()

    def of_chain(self, chain: str) -> "Judge":
        """The judge of the nodes of one chain alone, who says the same of them for a part of the time: what
        else the county keeps changes nothing of a chain.
        """
        if chain not in self._of_chains:
            self._of_chains[chain] = Judge((one for one in self.nodes if one.chain == chain), self.library)
        return self._of_chains[chain]

    def propose(self, company: Firm, cut: float = CUT) -> list[ProposedNode]:
        """The best first; of nodes below the cut nothing is said."""
        held = dict[int, list[HeldBack]]()
        scored = [(score(signals), n, signals) for n, signals in self.signals(company, held).items()]
        found = [
            ProposedNode(self.nodes[n].key, points, _hits(points, signals), tuple(held.get(n, ())))
            for points, n, signals in scored
            if points >= cut
        ]
        return sorted(found, key=lambda one: (-one.score, one.node))

    def held(self, company: Firm) -> dict[str, list[HeldBack]]:
        """What was read and does not count, by the key of the node, proposed or not."""
        held = dict[int, list[HeldBack]]()
        self.signals(company, held)
        return {self.nodes[number].key: words for number, words in held.items()}

    def signals(self, company: Firm, held: dict[int, list[HeldBack]]) -> dict[int, list[Signal]]:
        """By the number of the node, the words that do not count put into `held`."""
        reading = read(company, self._wordlist)
        signals = dict[int, list[Signal]]()
        for number, counted in self._counted(reading, held).items():
            signals[number] = list(self._of_words(counted, reading))
        for number, signal in self._of_codes(reading):
            signals.setdefault(number, []).append(signal)
        return signals

    # --- words ------------------------------------------------------------------------------------------

    def _counted(self, reading: FirmReading, held: dict[int, list[HeldBack]]) -> dict[int, list[_Weighed]]:
        counted = dict[int, list[_Weighed]]()
        leads = self._leads(reading) if any(line.found for line in reading.made) else {}
        for at, line in enumerate(reading.lines):
            for found in line.found:
                weight = self.library.weight_of_word(found.word)
                for number in found.nodes:
                    if why := self._why_held(line, found, weight, number):
                        word = HeldBack(found.word, line.place, line.text, why, found.by)
                        held.setdefault(number, []).append(word)
                    else:
                        one = _Weighed(found.word, line, weight, leads.get(at, 0.0))
                        counted.setdefault(number, []).append(one)
        return counted

    def _leads(self, reading: FirmReading) -> dict[int, float]:
        """1 for the first line of its list, falling by the weight of those before it, so that generic words
        in front push nothing back; a half where the order means nothing.
        """
        weights = {at: self._weight(line) for at, line in enumerate(reading.made)}
        leads, passed, whole = dict[int, float](), dict[Place, float](), dict[Place, float]()
        for at, weight in weights.items():
            place = reading.made[at].place
            whole[place] = whole.get(place, 0.0) + weight
        for at, weight in weights.items():
            line = reading.made[at]
            before = passed.get(line.place, 0.0)
            ranked = line.ranked and whole[line.place] > 0
            leads[at + len(reading.names)] = 1 - before / whole[line.place] if ranked else 0.5
            passed[line.place] = before + weight
        return leads

    def _weight(self, line: Statement) -> float:
        return 0.0 if line.is_excepted else self._weight_of_text(line.text)

    def _why_held(self, line: Statement, found: WordFound, weight: float, number: int) -> Why | None:
        if found.by:
            return Why.IN_A_LONGER_WORD
        held = line.held(found)
        if held and not (held is Why.ONLY_TRADED and self._trades[number]):
            return held
        return Why.COMMON if weight == 0 else None

    def _of_words(self, counted: list[_Weighed], reading: FirmReading) -> Iterator[Signal]:
        if named := [one for one in counted if one.line.place is Place.NAME]:
            best = max(named, key=lambda one: (one.weight, one.word))
            yield Signal("name", best.weight, (best.shown,))
        if industry := [one for one in counted if one.line.place is Place.INDUSTRY]:
            best = max(industry, key=lambda one: (one.cover, one.word))
            yield Signal("industry", best.cover, (best.shown,))
        made = [one for one in counted if one.line.place not in {Place.NAME, Place.INDUSTRY}]
        if not made:
            return
        words = tuple(dict.fromkeys(one.shown for one in made))
        yield Signal("repeated", math.log1p(sum(one.weight for one in made)), words)
        # A text stands for the node as far as its word is specific: 餐饮 that every tenth firm has is none.
        there = {id(one.line): one.weight * self._weight(one.line) for one in made}
        if whole := sum(map(self._weight, reading.made)):
            yield Signal("focus", sum(there.values()) / whole, words)
        first = max(made, key=lambda one: (one.weight * one.lead, one.word, one.line.text))
        yield Signal("lead", first.weight * first.lead, (first.shown,))

    # --- codes ------------------------------------------------------------------------------------------

    def _of_codes(self, reading: FirmReading) -> Iterator[tuple[int, Signal]]:
        """What the code is, and what others that have it make: the strongest of each for a node."""
        best = dict[tuple[int, str], Signal]()
        carried = carried_by(reading)
        for code in reading.codes:
            for number, signal in (*self._coded(code), *self._made_by_fellows(code, carried)):
                known = best.get((number, signal.name))
                if not known or signal.value > known.value:
                    best[number, signal.name] = signal
        for (number, _name), signal in best.items():
            yield number, signal

    def _coded(self, code: str) -> Iterator[tuple[int, Signal]]:
        """A code says the less of a node the more nodes of its chain, and firms, have it."""
        weight = self.library.weight_of_code(code)
        for digits, part in _SHARED.items():
            numbers = self._by_code.get(code[:digits], ()) if len(code) >= digits else ()
            chains = [self.nodes[number].chain for number in numbers]
            for number, chain in zip(numbers, chains, strict=True):
                value = weight * part / chains.count(chain)
                yield number, Signal("code", value, ((code[:digits], Place.CODE, code),))

    def _made_by_fellows(self, code: str, carried: frozenset[int]) -> Iterator[tuple[int, Signal]]:
        for number in self._fellows.get(code, ()):
            value = self.library.fellows(code, self.nodes[number].key, but=number in carried)
            if value:
                yield number, Signal("fellows", value, ((code, Place.FELLOWS, code),))

    def _index_codes(self) -> dict[str, list[int]]:
        by_code = dict[str, list[int]]()
        for number, node in enumerate(self.nodes):
            for shared in {code[:digits] for code in node.codes for digits in _SHARED if len(code) >= digits}:
                by_code.setdefault(shared, []).append(number)
        return by_code

    def _index_fellows(self) -> dict[str, list[int]]:
        numbers = {node.key: number for number, node in enumerate(self.nodes)}
        fellows = dict[str, list[int]]()
        for code, key in self.library.together:
            if key in numbers:
                fellows.setdefault(code, []).append(numbers[key])
        return fellows


def score(signals: Iterable[Signal]) -> float:
    """Of 100; nothing where nothing speaks for the node."""
    odds = sum(WEIGHTS[one.name] * one.value for one in signals)
    return 100 / (1 + math.exp(-BASE - odds)) if odds > 0 else 0.0


def _hits(points: float, signals: list[Signal]) -> tuple[Evidence, ...]:
    """The words with their points, the strongest first; together they are the score."""
    odds = sum(WEIGHTS[one.name] * one.value for one in signals)
    shares = dict[tuple[str, Place, str], float]()
    for one in signals:
        for word in one.words:
            shares[word] = shares.get(word, 0.0) + WEIGHTS[one.name] * one.value / len(one.words)
    hits = [Evidence(*word, points * share / odds) for word, share in shares.items() if share > 0]
    return tuple(sorted(hits, key=lambda hit: (-hit.points, hit.place, hit.word, hit.text)))
