"""Whole legal names with one slip in what stands around the core: 有限公大 for 有限公司, 中定市 for 保定市.

A slip inside the core leaves other characters to find by. One around it leaves none: neither the place nor
the legal form is taken off, and what remains is the core of nobody.
"""

from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from search.language.names import Name, read_name, region_names, split_region, without_legal_form

# Longer ones first: what ends with a shorter one may be a longer one with a slip.
_FORMS = ("股份有限公司", "有限责任公司", "集团有限公司", "有限公司")
# Of a shorter place one wrong character leaves too little to know it by, and the core is found with it.
_SHORTEST_PLACE = 3
_SHORTEST_CORE = 2
_ANY = "*"


def mended(name: Name) -> tuple[Name, ...]:
    """The names that this may be when there is one slip in its legal form, or in the place in front."""
    base = _without_slipped_form(name.full)
    if base:
        return (read_name(base),)
    return tuple(_without_slipped_place(name.base))


def is_one_slip(typed: str, right: str) -> bool:
    """Whether one character is another, or left out."""
    is_possible = 0 <= len(right) - len(typed) <= 1
    return is_possible and Levenshtein.distance(typed, right, score_cutoff=1) == 1


def _without_slipped_form(full: str) -> str:
    """Empty when the legal form is right, or there is none."""
    for form in _FORMS:
        if full.endswith(form):
            break
        for length in (len(form), len(form) - 1):
            head, tail = full[:-length], full[-length:]
            if len(head) >= _SHORTEST_CORE and is_one_slip(tail, form):
                return without_legal_form(head)
    return ""


def _without_slipped_place(base: str) -> Iterator[Name]:
    """Behind the longest beginning that is a place but for one slip."""
    known = len(split_region(base)[0])
    for length in range(min(len(base) - _SHORTEST_CORE, _places().longest), max(known, 1), -1):
        if base[:length] not in region_names() and _places().has(base[:length]):
            rest = base[length:]
            yield Name(base, base, rest, rest, base)
            return


class _Places:
    """Names of places with one character open, and with one left out."""

    def __init__(self) -> None:
        names = [name for name in region_names() if len(name) >= _SHORTEST_PLACE]
        self.longest = max(map(len, names))
        self._open = frozenset(one for name in names for one in _with_one_open(name))
        self._short = frozenset(name[:at] + name[at + 1 :] for name in names for at in range(len(name)))

    def has(self, head: str) -> bool:
        return head in self._short or any(one in self._open for one in _with_one_open(head))


def _with_one_open(name: str) -> Iterator[str]:
    for at in range(len(name)):
        yield f"{name[:at]}{_ANY}{name[at + 1 :]}"


@lru_cache(maxsize=1)
def _places() -> _Places:
    return _Places()
