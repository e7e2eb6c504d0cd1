"""The state of the running system, asked part by part."""

import json
import logging
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.access.address import by_untold_proxy, told_hops
from app.core.index import reindexing, relay
from app.core.index.searching import SOURCES, SearchUnavailable, WrongServer, engine_name, reader
from app.core.storage import schema
from app.core.storage.db import is_sqlite
from app.core.values.clock import age_of, now
from app.core.values.registries import Figure
from app.core.web.files import instance_folder
from app.core.work.jobs import JobState, counts_by_state
from app.office.auditing import queries as auditing
from app.office.operations import watching
from app.office.operations.rules import LAST_BACKUP
from app.office.operations.watching import PartHealth

log = logging.getLogger(__name__)

JOB_DAYS = 7
PARKED_SHOWN = 50
_ENGINES = {"tantivy": "内置搜索引擎", "elasticsearch": "Elasticsearch"}


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """One record that could not be sent to the index."""

    kind: str
    record_id: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class SystemState:
    """All that the page shows."""

    conditions: Sequence[PartHealth]
    parked: Sequence[ParkedRow]
    parked_count: int
    last_check: reindexing.SearchCheck | None


def state() -> SystemState:
    """Asks every part. One that does not answer is told as such, never raised."""
    waiting = relay.waiting_count()
    last = reindexing.last_check()
    conditions = [
        _engine(),
        _queue(waiting["pending"] + waiting["claimed"]),
        watching.parked(waiting["parked"]),
        _check(last),
        _jobs(),
        watching.database("SQLite" if is_sqlite() else "PostgreSQL", schema.found() or "未知"),
        watching.proxy(told_hops(), untold=by_untold_proxy()),
        watching.disk(shutil.disk_usage(instance_folder(".")).free),
        _backup(),
        _heads(),
    ]
    return SystemState(conditions, _parked(), waiting["parked"], last)


def _engine() -> PartHealth:
    label = _ENGINES[engine_name()]
    try:
        return watching.engine(label, reader().size(), "")
    except WrongServer as error:
        log.warning("the search engine cannot be used: %s", error)
        return watching.wrong_engine(label, str(error))
    except SearchUnavailable as error:
        log.warning("the search engine does not answer: %s", error)
        return watching.engine(label, None, str(error))


def _queue(depth: int) -> PartHealth:
    oldest = relay.oldest_waiting()
    if oldest is None:
        return watching.queue(0, None, "")
    return watching.queue(depth, relay.waited(oldest), oldest.why)


def _check(last: reindexing.SearchCheck | None) -> PartHealth:
    if last is None:
        return watching.check(None, 0, 0, 0)
    return watching.check(now() - last.at, last.checked, last.found, last.repaired)


def _jobs() -> PartHealth:
    counts = counts_by_state(now() - timedelta(days=JOB_DAYS))
    return watching.jobs(
        counts[JobState.WAITING], counts[JobState.RUNNING], counts[JobState.FAILED], JOB_DAYS
    )


def _last_backup() -> tuple[datetime, str] | None:
    """When the last backup was made and where it lies, of those made by the product's own command."""
    try:
        told = json.loads(instance_folder(LAST_BACKUP).read_text(encoding="utf-8"))
        return datetime.fromisoformat(told["at"]), str(told["folder"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("the note of the last backup cannot be read: %s", error)
        return None


def _backup() -> PartHealth:
    last = _last_backup()
    return watching.backup(age_of(last[0]), last[1]) if last else watching.backup(None, "")


def figures() -> Iterator[Figure]:
    """Room on the disk, and how old the last backup is."""
    yield "disk_free_bytes", "", shutil.disk_usage(instance_folder(".")).free
    last = _last_backup()
    if last is not None:
        yield "backup_age_seconds", "", age_of(last[0]).total_seconds()


def _heads() -> PartHealth:
    kept = auditing.keeping()
    age = age_of(kept.last.at) if kept.last else None
    return watching.heads(age, kept.failed, str(kept.folder), beside=kept.is_beside)


def _parked() -> list[ParkedRow]:
    rows = relay.list_parked(PARKED_SHOWN)
    return [
        ParkedRow(_label(row.kind), row.record_id, watching.reason_in_words(row.error), row.since)
        for row in rows
    ]


def _label(kind: str) -> str:
    source = SOURCES.get(kind)
    return source.label if source else kind
