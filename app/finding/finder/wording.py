"""Where a record holds what was typed, with the words marked. Pure."""

import re
from dataclasses import dataclass

from app.core.index.searching import NO_WORDS, Shown, Words, fold, phone_number, snippet

MOST_PLACES = 2
_TAIL = 4
Fragments = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One field that holds what was typed: its label, and the part around the words."""

    label: str
    fragments: Fragments


def where_it_hit(shown: Shown, text: str, words: Words = NO_WORDS) -> tuple[Excerpt, ...]:
    """The first few fields beside title and note that hold what was typed."""
    if not text.strip():
        return ()
    cut = ((label, snippet(value, text, words)) for label, value in shown.fields if value)
    places = [Excerpt(label, fragments) for label, fragments in cut if is_marked(fragments)]
    return tuple(places[:MOST_PLACES])


def says(shown: Shown, text: str) -> bool:
    """Whether the ends of numbers that were typed stand in what this reader is shown; of a whole number the
    end of all of it.
    """
    parts = [fold(part) for part in (shown.title, shown.note, *(value for _label, value in shown.fields))]
    number = phone_number(text)
    words = [number[-_TAIL:]] if number else fold(text).split()
    ends = [word for word in words if len(word) == _TAIL and word.isdigit()]
    # Whole, not as marking has it, for which 样例21 holds a piece of 6021.
    return all(any(re.search(rf"(?<!\d){end}(?!\d)", part) for part in parts) for end in ends)


def is_marked(fragments: Fragments) -> bool:
    return any(marked for _words, marked in fragments)
