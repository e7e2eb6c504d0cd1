"""Readings of Chinese characters, and the way back: what letters somebody typed can stand for.

A name is read in microseconds: every character by its usual reading, corrected by the few thousand phrases of
pypinyin in which a character is read otherwise (重庆, 长安, 银行). pypinyin's own call is 30 times slower.

`readings.csv` has what locals read otherwise than that: places, surnames, words of companies, and characters
that mostly are read otherwise in names. Its reading comes first, that of software stays as another.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from operator import add
from pathlib import Path
from typing import Self

from pypinyin.contrib.tone_convert import to_normal
from pypinyin.phrases_dict import phrases_dict
from pypinyin.pinyin_dict import pinyin_dict

READINGS_FILE = Path(__file__).with_name("readings.csv")
MAX_SPLITS = 4
# Ways to read one name: three of its characters may each be read in two.
MAX_WAYS = 8
# ü after l and n is typed as v or u; lve and lue are one syllable, lv and lu are two.
_SPELLINGS = {"lve": "lue", "nve": "nue"}


_Phrase = tuple[str, tuple[str, ...]]
_Phrases = tuple[_Phrase, ...]
Way = tuple[str, ...]  # one reading for each character


@dataclass(frozen=True, slots=True)
class _Speech:
    """How somebody reads: characters by themselves, and phrases by their first two, longest first."""

    usual: Mapping[str, str]
    phrases: Mapping[str, _Phrases]
    # Characters that some phrase reads otherwise than usual.
    turned: frozenset[str]

    @classmethod
    def of(cls, usual: Mapping[str, str], phrases: Iterable[_Phrase]) -> Self:
        read = list(phrases)
        each = (pair for phrase in read for pair in zip(*phrase, strict=True))
        turned = frozenset(char for char, reading in each if usual.get(char) != reading)
        return cls(usual, _by_start(read), turned)


@dataclass(frozen=True, slots=True)
class _SoundTables:
    software: _Speech
    local: _Speech
    # Characters that locals read otherwise somewhere.
    disputed: frozenset[str]
    # Names with more than one reading of their own, and those after the first.
    others: Mapping[str, tuple[Way, ...]]
    surnames: Mapping[str, Way]
    syllables: frozenset[str]
    starts: frozenset[str]


@lru_cache(maxsize=4096)
def _plain(toned: str) -> str:
    reading = to_normal(toned).replace("ü", "v")
    return _SPELLINGS.get(reading, reading)


def _by_start(phrases: Iterable[_Phrase]) -> dict[str, _Phrases]:
    found: dict[str, dict[str, Way]] = {}
    for phrase, spoken in phrases:
        found.setdefault(phrase[:2], {}).setdefault(phrase, spoken)
    return {
        start: tuple(sorted(each.items(), key=lambda pair: -len(pair[0]))) for start, each in found.items()
    }


def _unusual_phrases(usual: Mapping[str, str]) -> Iterator[_Phrase]:
    for phrase, toned in phrases_dict.items():
        spoken = tuple(_plain(options[0]) for options in toned)
        fits = len(spoken) == len(phrase)
        if fits and any(usual.get(char) != reading for char, reading in zip(phrase, spoken, strict=True)):
            yield phrase, spoken


def _listed() -> dict[str, list[_Phrase]]:
    """The rows of `readings.csv` by kind, in their order."""
    found: dict[str, list[_Phrase]] = {}
    with READINGS_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["kind"], []).append((row["name"], tuple(row["reading"].split())))
    return found


@lru_cache(maxsize=1)
def _tables() -> _SoundTables:
    usual = {chr(code): _plain(toned.split(",", 1)[0]) for code, toned in pinyin_dict.items()}
    software = _Speech.of(usual, _unusual_phrases(usual))
    listed = _listed()
    in_names = usual | {char: way[0] for char, way in listed["character"]}
    ours = [*listed["place"], *listed["word"]]
    local = _Speech.of(in_names, [*ours, *_unusual_phrases(in_names)])
    read = ((name, way, _spoken(name, software)) for name, way in (*ours, *listed["character"]))
    disputed = (
        char
        for name, way, usually in read
        for char, mine, theirs in zip(name, way, usually, strict=True)
        if mine != theirs
    )
    others: dict[str, list[Way]] = {}
    for name, way in ours:
        others.setdefault(name, []).append(way)
    # Interjections without a vowel (m, ng, hm) would let any letters pass for pinyin.
    syllables = frozenset(reading for reading in usual.values() if set(reading) & set("aeiouv"))
    return _SoundTables(
        software,
        local,
        frozenset(disputed),
        {name: tuple(found[1:]) for name, found in others.items() if len(found) > 1},
        dict(listed["surname"]),
        syllables,
        frozenset(syllable[:end] for syllable in syllables for end in range(1, len(syllable))),
    )


def warm() -> None:
    """Load the tables (about 0.3 s, once), before processes fork."""
    _tables()


def _spoken(text: str, speech: _Speech) -> list[str]:
    result = list(map(speech.usual.get, text, text))
    if speech.turned.isdisjoint(text):
        return result  # most names
    phrases, corrected = speech.phrases, 0  # up to here
    for position in [at for at, pair in enumerate(map(add, text, text[1:])) if pair in phrases]:
        if position >= corrected:
            start = text[position : position + 2]
            corrected = position + _correct(text, position, result, phrases[start])
    return result


def _correct(text: str, position: int, result: list[str], phrases: _Phrases) -> int:
    for phrase, spoken in phrases:
        if text.startswith(phrase, position):
            result[position : position + len(phrase)] = spoken
            return len(phrase)
    return 1


@lru_cache(maxsize=1024)
def readings(text: str) -> Way:
    """One reading for each character of folded text, as locals read it; a character without one stands for
    itself.
    """
    return tuple(_spoken(text, _tables().local))


@lru_cache(maxsize=1024)
def options(text: str) -> tuple[Way, ...]:
    """For each character of folded text all its readings there, that of locals first."""
    tables, local = _tables(), readings(text)
    if tables.disputed.isdisjoint(text):
        return tuple(zip(local))
    both = zip(local, _spoken(text, tables.software), strict=True)
    found: list[Way] = [(mine,) if mine == theirs else (mine, theirs) for mine, theirs in both]
    for name, ways in tables.others.items():
        start = text.find(name)
        while start >= 0:
            _add(found, start, ways)
            start = text.find(name, start + 1)
    return tuple(found)


def _add(found: list[Way], start: int, ways: Iterable[Way]) -> None:
    for way in ways:
        for place, reading in enumerate(way, start):
            if reading not in found[place]:
                found[place] = (*found[place], reading)


@lru_cache(maxsize=1024)
def ways(text: str, family_at: int = -1) -> tuple[Way, ...]:
    """The ways to read folded text, the locals' first; `family_at` is where a surname stands in it."""
    tables = _tables()
    spoken = _surname(text, family_at) if family_at >= 0 else ()
    if not spoken and tables.disputed.isdisjoint(text):
        return (tuple(_spoken(text, tables.local)),)  # nearly every name
    found = options(text)
    if spoken:
        at_head = (
            tuple(dict.fromkeys((reading, *found[place]))) for place, reading in enumerate(spoken, family_at)
        )
        found = (*found[:family_at], *at_head, *found[family_at + len(spoken) :])
    return tuple(islice(product(*found), MAX_WAYS))


def _surname(text: str, start: int) -> Way:
    surnames = _tables().surnames
    return surnames.get(text[start : start + 2]) or surnames.get(text[start : start + 1]) or ()


@lru_cache(maxsize=64)
def heard(text: str) -> tuple[Way, ...]:
    """`options`, where any character may also be a surname: to mark what was found, whoever it is."""
    surnames = _tables().surnames
    if surnames.keys().isdisjoint(text):
        return options(text)
    found = list(options(text))
    for start, char in enumerate(text):
        if char in surnames:
            _add(found, start, (surnames[char],))
    return tuple(found)


def has_reading(char: str) -> bool:
    return char in _tables().software.usual


def is_syllable(letters: str) -> bool:
    return letters in _tables().syllables


def initials(spoken: Sequence[str]) -> str:
    return "".join([reading[0] for reading in spoken])


def respell(letters: str) -> str:
    for typed, ours in _SPELLINGS.items():
        letters = letters.replace(typed, ours)
    return letters


def syllables_from(start: str) -> tuple[str, ...]:
    """All syllables that begin with these letters."""
    return tuple(sorted(one for one in _tables().syllables if one.startswith(start)))


@lru_cache(maxsize=1024)
def splits(letters: str) -> tuple[tuple[str, ...], ...]:
    """Ways to read letters as syllables, fewest syllables first. Only where there is none may the last one
    be unfinished (`huanggangb` is huang gang b).
    """
    letters = respell(letters)
    return _splits(letters, open_end=False) or _splits(letters, open_end=True)


def _splits(letters: str, *, open_end: bool) -> tuple[tuple[str, ...], ...]:
    tables = _tables()
    # ways[i]: readings of letters[i:]
    ways: list[list[tuple[str, ...]]] = [[] for _ in range(len(letters))] + [[()]]
    for start in range(len(letters) - 1, -1, -1):
        found = []
        for end in range(start + 1, min(start + 6, len(letters)) + 1):
            piece = letters[start:end]
            unfinished = open_end and end == len(letters) and start > 0 and piece in tables.starts
            if piece in tables.syllables or unfinished:
                found += [(piece, *rest) for rest in ways[end]]
        ways[start] = sorted(found, key=lambda way: (len(way), way))[:MAX_SPLITS]
    return tuple(ways[0]) if letters else ()
