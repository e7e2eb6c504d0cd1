"""A light: how something stands against its date."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Light:
    """A light (red, yellow, green, or None for nothing but words) with the words beside it."""

    kind: str | None
    words: str
