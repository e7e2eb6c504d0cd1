"""Words in a box: cut to its width without a font at hand. Pure."""

import unicodedata

FONT, LINE = 13, 15  # of the words in a box, in the units of the map
_NARROW = 0.62  # of a Latin letter or a digit beside a 汉字: a little more than any font of ours takes


def width_of(text: str) -> float:
    """How wide a text is at most, in 汉字."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else _NARROW for sign in text)


def fitted(text: str, width: float, lines: int) -> tuple[str, ...]:
    """A text in so many lines of so many 汉字; what does not fit ends in …"""
    found, rest = list[str](), text
    while rest and len(found) < lines:
        line = _beginning(rest, width)
        found.append(line)
        rest = rest[len(line) :].lstrip()
    if rest and found:
        found[-1] = _beginning(found[-1], width - 1) + "…"
    return tuple(found)


def _beginning(text: str, width: float) -> str:
    """As much of a text as fits, one sign at least; a Latin word is not divided where it begins later."""
    taken = 0.0
    for at, sign in enumerate(text):
        taken += width_of(sign)
        if taken > width and at:
            return _undivided(text, at)
    return text


def _undivided(text: str, at: int) -> str:
    begin = at
    while begin and text[begin - 1].isascii() and text[begin - 1].isalnum() and _goes_on(text, at):
        begin -= 1
    return text[: begin or at]


def _goes_on(text: str, at: int) -> bool:
    return text[at].isascii() and text[at].isalnum()
