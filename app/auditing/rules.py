"""An event of the ledger as a line for people. Pure."""

import json
from dataclasses import dataclass
from typing import Any

from app.auditing.words import ACTIONS, FIELDS, KINDS, VALUES, VERBS

LONGEST_VALUE = 120


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


def told(action: str, subject_kind: str, summary: str, details: str) -> Told:
    """Reads one event. A code without a word is shown as it is: nothing is hidden from an auditor."""
    verb = action.rpartition(".")[2]
    kind = KINDS.get(subject_kind, subject_kind)
    known = ACTIONS.get(action) or (f"{VERBS[verb]}{kind}" if verb in VERBS else action)
    fields = tuple(_field(subject_kind, name, value) for name, value in json.loads(details).items())
    return Told(summary or known, kind, fields)


def _field(kind: str, name: str, value: Any) -> Field:
    label = FIELDS.get(name, name)
    if isinstance(value, list) and len(value) == 2:
        before, after = (_shown(kind, name, side) for side in value)
        return Field(label, before, after)
    return Field(label, None, _shown(kind, name, value))


def _shown(kind: str, name: str, value: Any) -> str:
    if value is None or value == "":
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    text = str(value)
    if text.startswith("h:"):
        return "（个人信息）"
    words = VALUES.get((kind, name))
    member = words.parse(text) if words else None
    return member.label if member else text[:LONGEST_VALUE]
