"""LabelledEnum: an English code for code and tables, a Chinese label for people."""

from enum import StrEnum
from typing import Self


class LabelledEnum(StrEnum):
    """Members are written `NAME = "code", "标签"`; the value is the code."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:  # without label: the look-up Role("officer")
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(code, label) pairs in the order of definition, as form fields want them."""
        return [(member.value, member.label) for member in cls]

    @classmethod
    def parse(cls, text: str | None) -> Self | None:
        """The member with this code, or None: for URL parameters, which anyone may mistype."""
        return next((member for member in cls if member.value == text), None)
