"""Readings of Chinese characters, and the way back: what letters somebody typed can stand for.

A name is read in microseconds: every character by its usual reading, corrected by the few thousand phrases of
pypinyin in which a character is read otherwise (重庆, 长安, 银行). pypinyin's own call is 30 times slower.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add

from pypinyin.contrib.tone_convert import to_normal
from pypinyin.phrases_dict import phrases_dict
from pypinyin.pinyin_dict import pinyin_dict

MAX_SPLITS = 4
# ü after l and n is typed as v or u; lve and lue are one syllable, lv and lu are two.
_SPELLINGS = {"lve": "lue", "nve": "nue"}


_Phrases = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class _Tables:
    usual: dict[str, str]
    # By their first two characters, longest first.
    phrases: dict[str, _Phrases]
    syllables: frozenset[str]
    starts: frozenset[str]


@lru_cache(maxsize=4096)
def _plain(toned: str) -> str:
    reading = to_normal(toned).replace("ü", "v")
    return _SPELLINGS.get(reading, reading)


def _unusual_phrases(usual: dict[str, str]) -> dict[str, _Phrases]:
    by_start: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for phrase, toned in phrases_dict.items():
        readings = tuple(_plain(options[0]) for options in toned)
        fits = len(readings) == len(phrase)
        if fits and any(usual.get(char) != reading for char, reading in zip(phrase, readings, strict=True)):
            by_start.setdefault(phrase[:2], []).append((phrase, readings))
    return {start: tuple(sorted(found, key=lambda pair: -len(pair[0]))) for start, found in by_start.items()}


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    usual = {chr(code): _plain(toned.split(",", 1)[0]) for code, toned in pinyin_dict.items()}
    # Interjections without a vowel (m, ng, hm) would let any letters pass for pinyin.
    syllables = frozenset(reading for reading in usual.values() if set(reading) & set("aeiouv"))
    starts = frozenset(syllable[:end] for syllable in syllables for end in range(1, len(syllable)))
    return _Tables(usual, _unusual_phrases(usual), syllables, starts)


def warm() -> None:
    """Load the tables (about 0.2 s, once), before processes fork."""
    _tables()


@lru_cache(maxsize=1024)
def readings(text: str) -> tuple[str, ...]:
    """One reading for each character of folded text; a character without one stands for itself."""
    tables = _tables()
    result = list(map(tables.usual.get, text, text))
    corrected = 0  # up to here
    for position, pair in enumerate(map(add, text, text[1:])):
        if pair in tables.phrases and position >= corrected:
            corrected = position + _correct(text, position, result, tables.phrases[pair])
    return tuple(result)


def _correct(text: str, position: int, result: list[str], phrases: _Phrases) -> int:
    for phrase, spoken in phrases:
        if text.startswith(phrase, position):
            result[position : position + len(phrase)] = spoken
            return len(phrase)
    return 1


def has_reading(char: str) -> bool:
    return char in _tables().usual


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
    be unfinished (`huanggangb` is huang gang b)."""
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
