"""An event of the ledger as a line for people. Pure."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.auditing.words import ACTIONS, FIELDS, KINDS, LISTS, VALUES, VERBS
from app.core.clock import in_beijing

LONGEST_VALUE = 120
HIDDEN = "（保密）"
EMPTY = "空"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)")
# (kind of record, field, value) -> what the record is called that the value names
NameOf = Callable[[str, str, Any], str | None]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an event; `before` is None when the event only says a value."""

    label: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """What was done, to what kind of record, and the fields with both values."""

    title: str
    kind: str
    fields: tuple[Field, ...]


def _nobody(_kind: str, _name: str, _value: Any) -> None:
    """Nothing is known of any record."""


def told(
    action: str,
    subject_kind: str,
    summary: str,
    details: str,
    name_of: NameOf = _nobody,
    *,
    confidential: bool = False,
) -> Told:
    """Reads one event. A code without a word is shown as it is: nothing is hidden from an auditor, save the
    values of a confidential record, of which only the fields are named.
    """
    verb = action.rpartition(".")[2]
    kind = KINDS.get(subject_kind, subject_kind)
    known = ACTIONS.get(action) or (f"{VERBS[verb]}{kind}" if verb in VERBS else action)
    found = json.loads(details).items()
    if confidential:
        return Told(known, kind, tuple(Field(FIELDS.get(name, name), None, HIDDEN) for name, _value in found))
    fields = (_field(subject_kind, name, value, name_of) for name, value in found)
    return Told(
        summary or known, kind, tuple(each for each in fields if not each.before == each.after == EMPTY)
    )


def _field(kind: str, name: str, value: Any, name_of: NameOf) -> Field:
    label = FIELDS.get(name, name)
    if isinstance(value, list) and (kind, name) in LISTS:
        return Field(label, None, "、".join(_shown(kind, name, each, name_of) for each in value) or "没有")
    if isinstance(value, list) and len(value) == 2:
        before, after = (_shown(kind, name, side, name_of) for side in value)
        return Field(label, before, after)
    return Field(label, None, _shown(kind, name, value, name_of))


def _shown(kind: str, name: str, value: Any, name_of: NameOf) -> str:
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return "是" if value else "否"
    text = str(value)
    if text.startswith("h:"):
        return "（个人信息）"
    if _INSTANT.fullmatch(text):
        return f"{in_beijing(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}"
    words = VALUES.get((kind, name))
    member = words.parse(text) if words else None
    return member.label if member else (name_of(kind, name, value) or text)[:LONGEST_VALUE]
