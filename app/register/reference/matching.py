"""Which entries of a tree of names a typed text means: by name, code, pinyin, initials, also of those above.

Values in, values out. A catalogue lists every entry after the one above it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from pypinyin import Style, lazy_pinyin

_SHORTEST_HEAD = 2  # letters or characters of a place that may stand before the one that is meant
_LOOSE = 3  # characters from which those of a name may be skipped: 锂电池 in 锂离子电池制造
_INNER_SOUND = 4  # letters from which the middle of a name's pinyin counts


class Near(IntEnum):
    """How well a text fits an entry; less is better."""

    EXACT = 0
    WORD = 1
    BEGINS = 2
    INITIALS = 3
    INSIDE = 4
    LIKE_WORD = 5
    LOOSE = 6
    ABOVE = 7  # only an entry above it fits
    NOT = 9


class Sound(NamedTuple):
    """A reading: the syllables joined, and their first letters; letters and digits only, ü is v."""

    joined: str
    initials: str


@dataclass(frozen=True, slots=True)
class Word:
    """Another word for an entry."""

    text: str
    sound: str
    initials: str


@dataclass(frozen=True, slots=True)
class NameOfPlace:
    """One name of the tree, in each of its readings. `heads` are the ways to write it before a name below it:
    长沙市, 长沙, changsha.

    `above` is the place of the entry above in the catalogue, which one without `offered` only holds together.
    """

    code: str
    name: str
    short: str
    readings: tuple["Sound", ...]
    depth: int
    above: int | None
    heads: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()
    offered: bool = True


def find(catalogue: Sequence[NameOfPlace], text: str, limit: int) -> list[str]:
    """Codes of the entries that a text means, the likeliest first.

    Every part of the text must fit the entry or one above it; the entry's own name counts more.
    """
    fits = [_fits(catalogue, part) for part in text.lower().split()]
    found: list[tuple[int, int, int, str]] = []
    for place, entry in enumerate(catalogue):
        nears = [fit[place] for fit in fits]
        if entry.offered and nears and max(nears) < Near.NOT and min(nears) <= Near.ABOVE:
            found.append((min(nears), sum(nears), entry.depth, entry.code))
    return [code for *_order, code in sorted(found)[:limit]]


def _fits(catalogue: Sequence[NameOfPlace], part: str) -> list[Near]:
    """How near one part comes to each entry, by itself or through one above it."""
    nears: list[Near] = []
    starts: list[tuple[int, ...]] = []
    for entry in catalogue:
        begun = (0,) if entry.above is None else starts[entry.above]
        near = _best(entry, part, begun) if entry.offered else Near.NOT
        if near is Near.NOT and entry.above is not None and nears[entry.above] < Near.NOT:
            near = Near.ABOVE
        nears.append(near)
        starts.append((*begun, *_after_heads(entry, part, begun)) if entry.heads else begun)
    return nears


def _best(entry: NameOfPlace, part: str, begun: tuple[int, ...]) -> Near:
    if len(begun) == 1:
        return _near(entry, part)
    rests = (part[start:] for start in begun if not start or _says_something(part[start:]))
    return min((_near(entry, rest) for rest in rests), default=Near.NOT)


def _says_something(rest: str) -> bool:
    """One letter after a place is nothing yet; one character is."""
    return len(rest) > 1 or (rest != "" and not rest.isascii())


def _after_heads(entry: NameOfPlace, part: str, begun: Iterable[int]) -> Iterator[int]:
    """Where the text goes on when it begins with this entry: 2 in 长沙岳麓 for 长沙市."""
    for start in begun:
        for head in entry.heads:
            if part.startswith(head, start):
                yield start + len(head)


def sounds(name: str) -> Sound:
    """The usual reading."""
    return _sound_of(_syllables(name))


def readings(name: str, ways: Iterable[Sequence[str]], known: Iterable[tuple[str, str]]) -> tuple[Sound, ...]:
    """A name by these ways to read it, then by each of the known words in it, as told: (单县, shan xian)."""
    found = [list(map(_plain, way)) for way in ways]
    usual = found[0] if found else []
    for word, reading in known:
        at, told = name.find(word), reading.split()
        if at >= 0 and len(told) == len(word) and len(usual) == len(name):
            found.append([*usual[:at], *map(_plain, told), *usual[at + len(word) :]])
    return tuple(dict.fromkeys(map(_sound_of, found)))


def _syllables(name: str) -> list[str]:
    return [_plain(syllable) for syllable in lazy_pinyin(name, style=Style.NORMAL, v_to_u=False)]


def _plain(syllable: str) -> str:
    return "".join(letter for letter in syllable.lower() if letter.isascii() and letter.isalnum())


def _sound_of(syllables: Iterable[str]) -> Sound:
    said = list(syllables)
    return Sound("".join(said), "".join(part[:1] for part in said))


def heads_of(*forms: str) -> tuple[str, ...]:
    """The forms that are long enough to be told from the beginning of something else."""
    return tuple(dict.fromkeys(form for form in forms if len(form) >= _SHORTEST_HEAD))


def _near(entry: NameOfPlace, text: str) -> Near:
    near = _near_by_letters(entry, text) if text.isascii() else _near_by_name(entry, text)
    return _near_by_word(entry, text, near) if entry.words and near > Near.WORD else near


def _near_by_letters(entry: NameOfPlace, text: str) -> Near:
    code = entry.code.lower()
    if text == code:
        return Near.EXACT
    if code.startswith(text) or (text.isdigit() and code.startswith(text, 1) and not code[0].isdigit()):
        return Near.BEGINS
    near = min((_near_by_sound(sound, entry, text) for sound in entry.readings), default=Near.NOT)
    return min(near, Near.INSIDE) if text in entry.name.lower() else near


def _near_by_sound(sound: Sound, entry: NameOfPlace, text: str) -> Near:
    if sound.joined.startswith(text):
        return Near.BEGINS
    if sound.initials.startswith(text):
        return Near.INITIALS if len(text) >= len(entry.short) else Near.INSIDE
    return Near.LOOSE if len(text) >= _INNER_SOUND and text in sound.joined else Near.NOT


def _near_by_name(entry: NameOfPlace, text: str) -> Near:
    name = entry.name
    if text in (name, entry.short):
        return Near.EXACT
    if name.startswith(text):
        return Near.BEGINS
    if text in name:
        return Near.INSIDE
    return Near.LOOSE if len(text) >= _LOOSE and _runs_through(text, name) else Near.NOT


def _runs_through(text: str, name: str) -> bool:
    """Whether the characters of a text stand in a name in this order."""
    left = iter(name)
    return all(character in left for character in text)


def _near_by_word(entry: NameOfPlace, text: str, near: Near) -> Near:
    for word in entry.words:
        if text in (word.text, word.sound):
            return Near.WORD
        longer = len(text) > 1 and (word.text.startswith(text) or word.sound.startswith(text))
        if longer or text.startswith(word.text) or text == word.initials:
            near = min(near, Near.LIKE_WORD)
    return near
