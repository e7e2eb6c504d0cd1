"""What is set and what that reads like."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.core.storage.db import db
from app.core.storage.settled import CountySetting, numbers_of
from app.core.values.errors import NotFound
from app.core.values.settings import EVERYBODY, SETTINGS, Setting
from app.register.accounts.enums import Role

FIRST_VERSION = 1  # also of what was never changed, which has no row yet


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A setting as the page lists it."""

    setting: Setting
    now: str
    at_first: str  # what held before anybody changed it; empty where that still holds


def get_setting(name: str) -> Setting:
    """A setting by its name; NotFound otherwise."""
    found = SETTINGS.get(name)
    if found is None:
        raise NotFound
    return found


def row_of(setting: Setting) -> CountySetting | None:
    """Where its numbers are kept; None for what was never changed."""
    return db.session.scalar(select(CountySetting).where(CountySetting.name == setting.name))


def kept_of(setting: Setting) -> tuple[dict[str, int], int]:
    """The numbers and the version that a form is filled from."""
    row = row_of(setting)
    return (setting.filled(row.by_role()), row.version) if row else (setting.defaults(), FIRST_VERSION)


def list_settings() -> dict[str, list[SettingLine]]:
    """All settings under their headings."""
    found: dict[str, list[SettingLine]] = defaultdict(list)
    for setting in SETTINGS.values():
        numbers, first = numbers_of(setting), setting.defaults()
        told = "" if numbers == first else in_words(setting, first)
        found[setting.group].append(SettingLine(setting, in_words(setting, numbers), told))
    return dict(found)


def role_in_words(key: str) -> str:
    """Whom one number of a setting is for."""
    return "所有人" if key == EVERYBODY else Role(key).label


def in_words(setting: Setting, numbers: Mapping[str, int]) -> str:
    """`管理员、审计员 15 分钟，其他人 30 分钟`; `30 分钟` where nobody differs."""
    by_number: dict[int, list[str]] = defaultdict(list)
    for key in setting.keys:
        by_number[numbers[key]].append(role_in_words(key))
    if len(by_number) == 1:
        return setting.in_words(next(iter(by_number)))
    most = max(by_number, key=lambda number: len(by_number[number]))
    apart = [
        f"{'、'.join(labels)} {setting.in_words(number)}"
        for number, labels in by_number.items()
        if number != most
    ]
    return "，".join([*apart, f"其他人 {setting.in_words(most)}"])
