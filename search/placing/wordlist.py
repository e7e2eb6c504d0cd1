"""Finding the words of all nodes in a text, the longest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from search.language.text import fold, squash
from search.placing.known import Node

# Registers write most pieces of a scope word for word alike.
_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class WordFound:
    """A word of nodes, and the longer word of the same chain that it is a part of, if any."""

    word: str
    start: int
    nodes: tuple[int, ...]
    by: str = ""

    @property
    def end(self) -> int:
        return self.start + len(self.word)


def folded(text: str) -> str:
    return "".join(fold(text).split())


class Wordlist:
    """Words by their first character. Of two words of a chain, one inside the other, the longer counts; a
    chain is not changed by which others the county keeps.
    """

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._chains: list[str] = []
        by_word: dict[str, list[int]] = {}
        for number, node in enumerate(nodes):
            self._chains.append(node.chain)
            for word in dict.fromkeys(folded(word) for word in (*node.keywords, *node.products)):
                if squash(word):
                    by_word.setdefault(word, []).append(number)
        self._nodes = {word: tuple(numbers) for word, numbers in by_word.items()}
        self._by_first: dict[str, list[str]] = {}
        for word in sorted(self._nodes, key=lambda word: (-len(word), word)):
            self._by_first.setdefault(word[0], []).append(word)
        self.find = lru_cache(maxsize=_REMEMBERED)(self._find)

    def _find(self, text: str) -> tuple[WordFound, ...]:
        found = list(self._words(text))
        return tuple(self._longest(found)) if found else ()

    def _words(self, text: str) -> Iterator[tuple[int, str]]:
        by_first = self._by_first
        for start, first in enumerate(text):
            for word in by_first.get(first, ()):
                if text.startswith(word, start) and not _cuts_letters(text, start, start + len(word)):
                    yield start, word

    def _longest(self, found: list[tuple[int, str]]) -> Iterator[WordFound]:
        for start, word in found:
            around = [
                (other, self._nodes[other])
                for at, other in found
                if len(other) > len(word) and at <= start and at + len(other) >= start + len(word)
            ]
            if not around:
                yield WordFound(word, start, self._nodes[word])
                continue
            yield from self._against(start, word, around)

    def _against(
        self, start: int, word: str, around: list[tuple[str, tuple[int, ...]]]
    ) -> Iterator[WordFound]:
        longer = {self._chains[number]: other for other, numbers in around for number in numbers}
        by: dict[str, list[int]] = {}
        for number in self._nodes[word]:
            by.setdefault(longer.get(self._chains[number], ""), []).append(number)
        for other, numbers in by.items():
            yield WordFound(word, start, tuple(numbers), other)


def _cuts_letters(text: str, start: int, end: int) -> bool:
    """RV is no word of DRV100, nor is MES one of TIMES."""
    return (start > 0 and _is_letter(text[start - 1]) and _is_letter(text[start])) or (
        end < len(text) and _is_letter(text[end]) and _is_letter(text[end - 1])
    )


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()
