"""Which parts of a shown text a query means: for marking, and for choosing what to show of a long text."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

from search.language import pinyin
from search.language.names import without_legal_form
from search.language.text import fold, is_dense, is_letters, query_terms, runs, squash
from search.language.words import NO_WORDS, Heard, Meant, Words

Fragments = list[tuple[str, bool]]

MAX_MARKED = 20_000


@lru_cache(maxsize=8192)
def _folded_char(char: str) -> str:
    return squash(fold(char))


class _Shown:
    """A text as the analysis sees it, each folded character knowing where in the text it came from."""

    def __init__(self, text: str) -> None:
        pairs = [(folded, i) for i, char in enumerate(text[:MAX_MARKED]) for folded in _folded_char(char)]
        self.folded = "".join(folded for folded, _ in pairs)
        self.origin = [i for _, i in pairs]

    def spoken(self) -> tuple[pinyin.Way, ...]:
        """All readings of each."""
        return pinyin.heard(self.folded)

    def sources(self, start: int, end: int) -> range:
        """Places in the text of these folded characters, with the brackets and marks between them."""
        return range(self.origin[start], self.origin[end - 1] + 1)


def _literal(shown: _Shown, term: str) -> set[int]:
    marked: set[int] = set()
    start = shown.folded.find(term)
    while start >= 0:
        marked.update(shown.sources(start, start + len(term)))
        start = shown.folded.find(term, start + 1)
    return marked


def _syllables(shown: _Shown, split: tuple[str, ...]) -> set[int]:
    """Characters read like this in a row; the last may be typed only in part."""
    spoken, marked = shown.spoken(), set[int]()
    starts = _starts(split[:-1], spoken, behind=1)
    behind, begun = len(split) - 1, split[-1]
    for start in starts:
        read = any(reading.startswith(begun) for reading in spoken[start + behind])
        if read and _all_read(shown, start, split):
            marked.update(shown.sources(start, start + len(split)))
    return marked


def _starts(wanted: Sequence[str], heard: Sequence[Sequence[str]], behind: int = 0) -> Sequence[int]:
    """Where all of these can be heard in a row, so many more places `behind` them. Each narrows what the one
    before has left: mostly nothing.
    """
    starts: Sequence[int] = range(len(heard) - len(wanted) - behind + 1)
    for place, one in enumerate(wanted):
        starts = [start for start in starts if one in heard[start + place]]
    return starts


def _all_read(shown: _Shown, start: int, split: tuple[str, ...]) -> bool:
    return all(pinyin.has_reading(char) for char in shown.folded[start : start + len(split)])


def _by_initials(shown: _Shown, letters: str) -> set[int]:
    marked: set[int] = set()
    first = [each[0][0] if len(each) == 1 else pinyin.initials(each) for each in shown.spoken()]
    for start in _starts(letters, first):
        if any(map(is_dense, shown.folded[start : start + len(letters)])):
            marked.update(shown.sources(start, start + len(letters)))
    return marked


def _typed_in_letters(shown: _Shown, letters: str) -> set[int]:
    for split in pinyin.splits(letters):
        if marked := _syllables(shown, split):
            return marked
    return _by_initials(shown, letters)


def _pieces(shown: _Shown, term: str) -> set[int]:
    """Of a term that is not there as it stands: its core, its runs, its pairs, or what sounds like it."""
    bare = without_legal_form(term)
    if bare != term and (marked := _literal(shown, bare)):
        return marked
    parts = runs(term)
    if len(parts) > 1:
        return set().union(*(_term(shown, part) for part in parts))
    pairs = {term[i : i + 2] for i in range(len(term) - 1)}
    marked = set().union(*(_literal(shown, pair) for pair in pairs))
    return marked or _syllables(shown, pinyin.readings(term))


def _term(shown: _Shown, term: str) -> set[int]:
    if marked := _literal(shown, term):
        return marked
    return _typed_in_letters(shown, term) if is_letters(term) else _pieces(shown, term)


def _any_way(shown: _Shown, term: str, meant: Meant) -> set[int]:
    """As typed, and by the county's words; a part or a sound only where neither stands there."""
    said = (term, *meant.others_of(term))
    marked = set[int]().union(*(_literal(shown, one) for one in said))
    marked |= set[int]().union(*(_heard(shown, heard) for heard in meant.heard_in(term)))
    return marked or _term(shown, term)


def _heard(shown: _Shown, heard: Heard) -> set[int]:
    if heard.word not in shown.folded:
        return set()
    return _syllables(shown, heard.syllables) if heard.syllables else _by_initials(shown, heard.initials)


def _marks(text: str, query: str, words: Words) -> set[int]:
    shown, meant = _Shown(text), words.meant(query)
    terms = (*query_terms(query), *meant.gapless)
    return set[int]().union(*(_any_way(shown, term, meant) for term in terms))


def _fragments(text: str, marks: set[int], offset: int = 0) -> Fragments:
    marked_runs = groupby(enumerate(text, offset), key=lambda place: place[0] in marks)
    return [("".join(char for _, char in run), marked) for marked, run in marked_runs]


def highlight(text: str, query: str, words: Words = NO_WORDS) -> Fragments:
    """The text in fragments, each with whether the query means it; also when typed in pinyin or initials,
    or said otherwise by the county's words. The fragments joined are the text.
    """
    return _fragments(text, _marks(text, query, words))


def snippet(text: str, query: str, words: Words = NO_WORDS, width: int = 80) -> Fragments:
    """At most `width` characters around the part with most marks, `…` where something is left out."""
    marks = _marks(text, query, words)
    start = _best_start(text, marks, width)
    shown = text[start : start + width]
    fragments = _fragments(shown, marks, start)
    before: Fragments = [("…", False)] if start > 0 else []
    after: Fragments = [("…", False)] if start + len(shown) < len(text) else []
    return before + fragments + after


def _best_start(text: str, marks: set[int], width: int) -> int:
    if len(text) <= width or not marks:
        return 0
    ordered = sorted(marks)
    seen = [bisect_left(ordered, first + width) - place for place, first in enumerate(ordered)]
    best = ordered[seen.index(max(seen))]
    # A quarter of the room for what stands before.
    return max(0, min(best - width // 4, len(text) - width))
