"""What two people who changed one setting at once wrote: both values, for the conflict page."""

from collections.abc import Mapping

from app.core.errors import Clash
from app.core.settings import Setting
from app.settings.queries import role_in_words

_NAME = "of_"


def field_of(key: str) -> str:
    """The form field of one number: `of_leader`, `of_` for everybody's."""
    return f"{_NAME}{key}"


def of_numbers(setting: Setting, stored: Mapping[str, int], typed: Mapping[str, int]) -> list[Clash]:
    """The numbers by now, against what was typed."""
    return [
        Clash(
            role_in_words(key),
            setting.in_words(stored[key]),
            setting.in_words(typed[key]),
            field_of(key),
            str(stored[key]),
        )
        for key in setting.keys
        if stored[key] != typed[key]
    ]
