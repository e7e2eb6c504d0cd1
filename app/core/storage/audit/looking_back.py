"""The ledger is read: who changed a record last, and whether the chain is whole."""

import json
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, tuple_

from app.core.access.auth import current_actor
from app.core.storage.audit.chain import link_hash
from app.core.storage.audit.tables import GENESIS, AuditEvent
from app.core.storage.db import db
from app.core.storage.subjects import Subject
from app.core.values.clock import in_beijing


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of walking the chain: how many events, and the first that does not fit (None: all fit)."""

    checked: int
    broken_at: int | None
    head: tuple[int, str]


@dataclass(frozen=True, slots=True)
class LastChange:
    """Who changed a record last and when (韩知行 2026-11-23 10:32), and what was recorded of each field."""

    by: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    by_oneself: bool = False  # by whoever asks, such as in a second tab


_PARTS = 20  # events of one save that are looked through


def last_change(*subjects: Subject) -> LastChange:
    """The last save of a record and its parts: the newest events with details.

    Of several saves it is the last one alone: events do not know the version that they led to.
    """
    query = (
        select(AuditEvent.at, AuditEvent.actor_user_id, AuditEvent.actor_name, AuditEvent.details)
        .where(
            tuple_(AuditEvent.subject_kind, AuditEvent.subject_id).in_(subjects), AuditEvent.details != "{}"
        )
        .order_by(AuditEvent.id.desc())
        .limit(_PARTS)
    )
    events = db.session.execute(query).all()
    if not events:
        return LastChange()
    at, name = events[0].at, events[0].actor_name
    fields: dict[str, Any] = {}
    for event in events:
        if event.at == at:  # all events of one transaction carry one time
            fields |= json.loads(event.details)
    actor, who = current_actor(), events[0].actor_user_id
    by_oneself = actor is not None and who is not None and who == actor.user_id
    return LastChange(f"{name} {in_beijing(at):%Y-%m-%d %H:%M}", fields, by_oneself)


def _rows() -> Generator[dict[str, Any], None, None]:
    table = AuditEvent.__table__
    query = select(table).order_by(table.c.id).execution_options(yield_per=2000)
    with db.session.execute(query) as result:
        for row in result.mappings():
            yield dict(row)


def verify() -> Verdict:
    """Walks the whole chain: numbering without gaps, each previous hash, each own hash."""
    expected, previous, checked = 1, GENESIS, 0
    with closing(_rows()) as rows:  # a walk that ends early leaves no cursor open
        for row in rows:
            if row["id"] != expected or row["previous_hash"] != previous or link_hash(row) != row["hash"]:
                return Verdict(checked, row["id"], (expected - 1, previous))
            expected, previous, checked = expected + 1, row["hash"], checked + 1
    return Verdict(checked, None, (expected - 1, previous))
