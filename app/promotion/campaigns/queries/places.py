"""The places of a campaign, as people write several of them in one line."""

import re
from collections.abc import Sequence

from app.register.reference.queries import division_names, place_meant, read_division

_BETWEEN = re.compile(r"[、，,；;\s]+")


def _each(text: str) -> list[str]:
    return [one for one in _BETWEEN.split(text) if one]


def codes_meant(text: str) -> str:
    """What a line says, for whoever compares two of them."""
    return ",".join(place_meant(one) for one in _each(text))


def read_places(text: str) -> tuple[list[str], list[str]]:
    """The codes of the places in a line, each once, and what in it is none."""
    codes, unknown = list[str](), list[str]()
    for one in _each(text):
        found = read_division(one)
        if found is None:
            unknown.append(one)
        elif found.code not in codes:
            codes.append(found.code)
    return codes, unknown


def places_written(codes: Sequence[str]) -> str:
    """The same places by their full names."""
    names = division_names(codes)
    return "、".join(names.get(code, code) for code in codes)
