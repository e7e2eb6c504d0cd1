"""Telephone numbers by which people are looked for: one form for however they are written."""

import re

from search.language.text import fold

_WRITTEN = re.compile(r"\+?[\d\s()./-]{7,24}")
_HOME_COUNTRY = re.compile(r"^(?:\+86|0086|86(?=1[3-9]\d{9}$))")
_NO_DIGIT = re.compile(r"[^\d+]")
# Less is the end of a number, more is a code.
_SHORTEST, _LONGEST = 7, 13


def phone_number(text: str) -> str:
    """The digits of what is a telephone number as a whole, without our own country's code; empty for anything
    else. 138 1234 6021, 138-1234-6021 and +86 13812346021 are one.
    """
    written = fold(text).strip()
    if not _WRITTEN.fullmatch(written):
        return ""
    digits = _HOME_COUNTRY.sub("", _NO_DIGIT.sub("", written)).lstrip("+")
    return digits if _SHORTEST <= len(digits) <= _LONGEST else ""
