"""The records that events are about or name."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    String,
    cast,
    false,
    literal,
    null,
    or_,
    select,
    union_all,
)

from app.core.storage.audit import AuditEvent
from app.core.storage.db import Base, db
from app.core.storage.subjects import SUBJECTS
from app.office.auditing.records.kinds import as_text
from app.office.auditing.records.sources import may_be_confidential, sources
from app.office.auditing.rules import HIDDEN

# Fields that name records without a foreign key: those of events that services write by hand.
_NAMING = {
    ("lead", "before"): "person",
    ("lead", "after"): "person",
    ("lead", "met"): "lead",
    ("lead", "counts"): "lead",
    ("lead", "entry"): "lead_entry",
    ("project", "entry"): "project_entry",
    ("target", "entry"): "target_entry",
    ("step", "lead_id"): "lead",  # of steps before they could be about any record
}


@dataclass(frozen=True, slots=True)
class Named:
    """What people call a record, and whether it is confidential today."""

    label: str
    confidential: bool


@dataclass(slots=True)
class Records:
    """The records that a page of events names, by kind and by either id."""

    _known: dict[tuple[str, str], Named] = field(default_factory=dict)

    def add(self, kind: str, ids: Iterable[str], named: Named) -> None:
        for each in ids:
            self._known[(kind, each)] = named

    def get(self, kind: str, key: object) -> Named | None:
        """A record by its inner or its public id."""
        return self._known.get((kind, str(key)))

    def label_of(self, kind: str, name: str, value: Any) -> str | None:
        """What the value of a field names; None when it names no record that is known."""
        found = next((found for each in named_kinds(kind, name) if (found := self.get(each, value))), None)
        if found is None:
            return None
        return HIDDEN if found.confidential else found.label

    def is_confidential(self, event: AuditEvent) -> bool:
        """Whether only the deed may be told of an event, not its values.

        A part that is deleted is judged by what it hung on. Where the event does not say what that was, it
        is taken for confidential.
        """
        subject = self.get(event.subject_kind, event.subject_id)
        may_hide = event.subject_kind in may_be_confidential()
        known = [subject] if subject else []
        for kind, key in _named_by(event):
            found = self.get(kind, key)
            if found is not None:
                known.append(found)
                may_hide = may_hide and kind not in may_be_confidential()
        return any(each.confidential for each in known) or (subject is None and may_hide)


def named_kinds(kind: str, name: str) -> tuple[str, ...]:
    """The kinds of record that a field of another kind may name: person for the `owner_id` of a lead, any
    that others hang on for `subject_id`. A public id is one record's alone.
    """
    if name == "subject_id":
        return tuple(SUBJECTS)
    table = Base.metadata.tables.get(kind)
    column = table.c.get(name) if table is not None else None
    targets = [key.column.table.name for key in column.foreign_keys] if column is not None else []
    return tuple(targets[:1]) or tuple(filter(None, [_NAMING.get((kind, name))]))


def records_of(events: Iterable[AuditEvent]) -> Records:
    """The records that these events are about or name."""
    wanted = _wanted(events)
    found = Records()
    statement = union_all(*(_select(kind, wanted[kind]) for kind in sources()))
    for kind, inner, public_id, label, confidential in db.session.execute(statement):
        ids = [str(inner), *([public_id] if public_id else [])]
        found.add(kind, ids, Named(label or "", bool(confidential)))
    return found


def _wanted(events: Iterable[AuditEvent]) -> dict[str, set[str]]:
    """Ids by kind, as the events have them."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for event in events:
        wanted[event.subject_kind].add(event.subject_id)
        for kind, key in _named_by(event):
            wanted[kind].add(key)
    return wanted


def _named_by(event: AuditEvent) -> Iterator[tuple[str, str]]:
    """(kind, id) of every record that the fields of an event name, before and after."""
    for name, value in json.loads(event.details).items():
        for kind in named_kinds(event.subject_kind, name):
            for each in value if isinstance(value, list) else [value]:
                if each is not None:
                    yield kind, str(each)


def _select(kind: str, ids: set[str]) -> Any:
    source = sources()[kind]
    inner = [int(each) for each in ids if each.isascii() and each.isdigit() and len(each) < 16]
    ways = [source.id.in_(inner)]
    if source.public_id is not None:
        ways.append(source.public_id.in_(ids))
    return (
        select(
            literal(kind),
            source.id,
            cast(source.public_id if source.public_id is not None else null(), String(16)),
            as_text(source.label),
            source.confidential if source.confidential is not None else false(),
        )
        .select_from(source.tables)
        .where(or_(*ways))
    )
