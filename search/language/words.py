"""The county's own words: terms that mean the same, and readings that software gets wrong. Pure.

They are looked up when a query is read and never when a document is indexed, so a change counts from the
next search on, on either engine. One step only: what a word stands for is not looked up again.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from search.language import pinyin
from search.language.names import read_name, without_read_legal_form
from search.language.text import MAX_QUERY, fold, is_dense, is_letters, query_terms, runs, squash

SHORTEST = 2  # characters
# Other ways to say one query, all its terms together: each is asked for in several fields.
MAX_OTHERS = 24
MAX_HEARD = 4


@dataclass(frozen=True, slots=True)
class Heard:
    """Letters as the index has them, of a record that holds `word`: the syllables, of which the last may be
    unfinished, or the initials.
    """

    word: str
    syllables: tuple[str, ...] = ()
    initials: str = ""

    @property
    def letters(self) -> str:
        return "".join(self.syllables) or self.initials


@dataclass(frozen=True, slots=True)
class Meant:
    """What a query means beside what was typed: by term the other ways to say it, by term what its letters
    may stand for, and the same for the sound of the whole query. `gapless` are its terms with the
    county's readings in one piece, when one was typed with gaps: luohe for luo he.
    """

    others: tuple[tuple[str, tuple[str, ...]], ...] = ()
    heard: tuple[tuple[str, tuple[Heard, ...]], ...] = ()
    sounds: tuple[Heard, ...] = ()
    gapless: tuple[str, ...] = ()

    def others_of(self, term: str) -> tuple[str, ...]:
        return next((others for one, others in self.others if one == term), ())

    def heard_in(self, term: str) -> tuple[Heard, ...]:
        return next((heard for one, heard in self.heard if one == term), ())


AS_TYPED = Meant()


@dataclass(frozen=True, slots=True)
class _Reading:
    """One word as the county reads it, and as software does."""

    word: str
    ours: tuple[str, ...]
    indexed: tuple[str, ...]

    @property
    def letters(self) -> str:
        return "".join(self.ours)


@dataclass(frozen=True, slots=True)
class Words:
    """Groups of terms that mean the same, and (word, reading) pairs such as (单县, shan xian).

    A term of a second group counts in the first only; what is too short, or read by software as by the
    county, counts nowhere.
    """

    groups: tuple[tuple[str, ...], ...] = ()
    readings: tuple[tuple[str, str], ...] = ()
    _others: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    _lengths: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _readings: tuple[_Reading, ...] = field(init=False, repr=False, compare=False)
    _gapped: re.Pattern[str] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        others: dict[str, tuple[str, ...]] = {}
        for group in self.groups:
            keys = dict.fromkeys(key for key in map(word_key, group) if is_long_enough(key))
            members = [key for key in keys if key not in others]
            others |= {key: tuple(other for other in members if other != key) for key in members}
        lengths = sorted({len(key) for key, rest in others.items() if rest}, reverse=True)
        found = (_reading(word, spoken) for word, spoken in self.readings)
        readings = tuple(one for one in found if one)
        object.__setattr__(self, "_others", others)
        object.__setattr__(self, "_lengths", tuple(lengths))
        object.__setattr__(self, "_readings", readings)
        object.__setattr__(self, "_gapped", _with_gaps(readings))

    def meant(self, text: str) -> Meant:
        """What these words make of a query; AS_TYPED when none of them stands in it."""
        if not self._lengths and not self._readings:
            return AS_TYPED
        terms = query_terms(text)
        gapless = self._gapless(text)
        each = tuple(dict.fromkeys((*terms, *gapless)))
        said = ((term, self._other_ways(term)) for term in each)
        heard = ((term, self._heard_in(term)) for term in each if is_letters(term))
        found = Meant(
            _at_most(MAX_OTHERS, tuple((term, ways) for term, ways in said if ways)),
            tuple((term, ways) for term, ways in heard if ways),
            self._sounds_of("".join(terms)),
            gapless,
        )
        return AS_TYPED if found == AS_TYPED else found

    def _gapless(self, text: str) -> tuple[str, ...]:
        """The terms with readings typed in pieces put together; nothing when there are none such."""
        if self._gapped is None:
            return ()
        folded = fold(text[: 10 * MAX_QUERY])
        joined = self._gapped.sub(lambda gapped: "".join(gapped[0].split()), folded)
        return query_terms(joined) if joined != folded else ()

    def _other_ways(self, term: str) -> tuple[str, ...]:
        start, length = self._longest_part(term)
        if length:
            before, after = term[:start], term[start + length :]
            return tuple(f"{before}{other}{after}" for other in self._others[term[start : start + length]])
        return self._written_out(term)

    def _longest_part(self, term: str) -> tuple[int, int]:
        """(start, length) of the longest word in the term, the first of several; length 0 for none."""
        for length in self._lengths:
            for start in range(len(term) - length + 1):
                is_word = bool(self._others.get(term[start : start + length]))
                if is_word and _stands_clear(term, start, start + length):
                    return start, length
        return 0, 0

    def _written_out(self, term: str) -> tuple[str, ...]:
        """shanxian化工 -> 单县化工."""
        parts = runs(term)
        if not self._readings or len(parts) < 2:
            return ()
        by_sound = {one.letters: one.word for one in self._readings}
        written = "".join(by_sound.get(part, part) for part in parts)
        return (written,) if written != term else ()

    def _heard_in(self, term: str) -> tuple[Heard, ...]:
        if not self._readings:
            return ()
        splits = pinyin.splits(without_read_legal_form(term))
        found = [
            Heard(one.word, syllables)
            for one in self._readings
            if one.ours[0] in term
            for split in splits
            if (syllables := _as_indexed(split, one, is_open=True))
        ]
        found += [heard for one in self._readings for heard in _by_initials(term, one)]
        return tuple(dict.fromkeys(found))[:MAX_HEARD]

    def _sounds_of(self, whole: str) -> tuple[Heard, ...]:
        """What a query that is nobody's name may stand for by its sound: 善县化工 for 单县化工."""
        if not self._readings or not whole:
            return ()
        core = read_name(whole).core
        way = (pinyin.respell(without_read_legal_form(core)),) if is_letters(core) else pinyin.readings(core)
        typed = "".join(way)
        found = (_sounding(way, one) for one in self._readings if one.letters in typed)
        return tuple(dict.fromkeys(one for one in found if one))[:MAX_HEARD]


def word_key(word: str) -> str:
    """The form in which words are compared."""
    return squash(fold(word))


def is_long_enough(key: str) -> bool:
    """Whether a word can count: one of a single character stands inside too many others."""
    return len(key) >= SHORTEST


def _reading(word: str, spoken: str) -> _Reading | None:
    key = word_key(word)
    ours = tuple(pinyin.respell(one) for one in fold(spoken).split())
    indexed = pinyin.readings(key)
    is_usable = len(ours) == len(key) and is_long_enough(key) and all(map(is_letters, ours))
    return _Reading(key, ours, indexed) if is_usable and ours != indexed else None


def _with_gaps(readings: Iterable[_Reading]) -> re.Pattern[str] | None:
    """Finds readings, whether or not their syllables were typed apart: shan xian."""
    spelt = sorted({one.ours for one in readings}, key=len, reverse=True)
    ways = "|".join(r"\s*".join(ours) for ours in spelt)
    return re.compile(ways) if spelt else None


def _stands_clear(term: str, start: int, end: int) -> bool:
    """No word ends inside a row of letters and digits: ai stands in ai芯片, not in airbus."""
    return not (_grown(term[:start], term[start]) or _grown(term[end:][::-1], term[end - 1]))


def _grown(outside: str, edge: str) -> bool:
    return bool(outside) and not is_dense(outside[-1]) and not is_dense(edge)


def _as_indexed(split: tuple[str, ...], reading: _Reading, *, is_open: bool) -> tuple[str, ...]:
    """The syllables with this word read as software reads it, empty when it is not among them. When open,
    the word may be typed in part at the end: its first syllable and the beginning of the next.
    """
    size = len(reading.ours)
    for start in range(len(split)):
        heard = split[start : start + size]
        if heard == reading.ours:
            return (*split[:start], *reading.indexed, *split[start + size :])
        if is_open and start + len(heard) == len(split) and _is_begun(heard, reading.ours):
            return (*split[:start], *_cut(reading.indexed, heard, reading.ours))
    return ()


def _sounding(way: tuple[str, ...], reading: _Reading) -> Heard | None:
    """Misspelt letters are no syllables: of them the word alone is replaced."""
    if len(way) == 1:
        return Heard(reading.word, (way[0].replace(reading.letters, "".join(reading.indexed), 1),))
    syllables = _as_indexed(way, reading, is_open=False)
    return Heard(reading.word, syllables) if syllables else None


def _is_begun(heard: tuple[str, ...], ours: tuple[str, ...]) -> bool:
    last = len(heard) - 1
    return last > 0 and heard[:last] == ours[:last] and ours[last].startswith(heard[last])


def _cut(indexed: tuple[str, ...], heard: tuple[str, ...], ours: tuple[str, ...]) -> tuple[str, ...]:
    """As much of the word as was typed; a last syllable that is read otherwise cannot be cut."""
    last = len(heard) - 1
    typed = heard[-1] if indexed[last] == ours[last] else indexed[last]
    return (*indexed[:last], typed)


def _by_initials(term: str, reading: _Reading) -> Iterator[Heard]:
    """sxhg -> dxhg: only at the start, and with a letter behind, else every pair of letters would count."""
    ours, indexed = pinyin.initials(reading.ours), pinyin.initials(reading.indexed)
    if ours != indexed and len(term) > len(ours) and term.startswith(ours):
        yield Heard(reading.word, initials=indexed + term[len(ours) :])


def _at_most(
    count: int, said: tuple[tuple[str, tuple[str, ...]], ...]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    kept = []
    for term, ways in said:
        kept.append((term, ways[:count]))
        count -= len(ways[:count])
    return tuple((term, ways) for term, ways in kept if ways)


def software_reading(word: str) -> str:
    """How software reads a word: the reading that its documents are indexed by."""
    return " ".join(pinyin.readings(word_key(word)))


def spelling(text: str, count: int) -> str:
    """A reading of so many syllables as it is kept, `shan xian`; empty for what is no pinyin of that many.

    The syllables stand apart; together only where there is one way to part them.
    """
    parts = tuple(pinyin.respell(one) for one in fold(text).split())
    if len(parts) == 1 < count:
        ways = [way for way in pinyin.splits(parts[0]) if len(way) == count]
        parts = ways[0] if len(ways) == 1 else ()
    is_spelt = len(parts) == count and all(map(pinyin.is_syllable, parts))
    return " ".join(parts) if is_spelt else ""


def is_written_in_characters(word: str) -> bool:
    """Whether a word has nothing but Chinese characters that software can read."""
    key = word_key(word)
    return bool(key) and all(map(pinyin.has_reading, key))


NO_WORDS = Words()
