"""The index as a whole: built anew beside the one in use, compared with the database, mended."""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from sqlalchemy import Integer, String, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, mapped_column

from app.core.index.relay import documents_of, draw_number
from app.core.index.searching import (
    SOURCES,
    Document,
    NeedsRebuild,
    ReadingCutOff,
    Rebuild,
    SearchBackend,
    Source,
    engine_name,
    fingerprint,
    new_index,
    same_rights,
    unguarded_reader,
)
from app.core.storage.db import Base, BigId, db, reading, writing
from app.core.storage.outbox import Key, OutboxEntry, OutboxState, write_rows
from app.core.values.clock import now

log = logging.getLogger(__name__)

READ = 1000  # rows at a time
KEEP_EVERY = 10  # batches; what was built since is built again after a kill
READINGS = 5  # of the whole index, at most, until one is not cut off

DRIFTS = ("missing", "stale", "ghosts", "wrong_scope")

Gone = list[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a rebuild has come: all kinds before `kind`, of that one all keys up to `key`."""

    kind: str = ""
    key: int = 0
    count: int = 0

    @classmethod
    def read(cls, words: str, number: int) -> Self | None:
        """The start where nothing was kept. None where going on would be wrong: a kind has gone since, or the
        database was set back by a restored backup and draws numbers again that are in the index already.
        """
        if not words:
            return cls()
        kind, key, count, drawn = json.loads(words)
        return cls(kind, key, count) if kind in SOURCES and drawn < number else None

    def words(self, number: int) -> str:
        return json.dumps([self.kind, self.key, self.count, number])


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of what the index should hold, and the place behind it."""

    documents: list[Document]
    gone: list[Key]  # records that are to have no document: archived ones
    place: _Place


def _parts(number: int, after: _Place, unreadable: list[Key]) -> Iterator[_Part]:
    """All there should be, by kind and key; a record that cannot be read is put among the unreadable."""
    kinds = list(SOURCES)
    place = after
    for kind in kinds[kinds.index(after.kind) if after.kind else 0 :]:
        source, last = SOURCES[kind], after.key if kind == after.kind else 0
        while rows := db.session.execute(
            select(source.key, source.public_id).where(source.key > last).order_by(source.key).limit(READ)
        ).all():
            last, asked = rows[-1][0], [row[1] for row in rows]
            readable = _built(source, asked, unreadable)
            db.session.rollback()
            db.session.expunge_all()
            place = _Place(kind, last, place.count + len(readable))
            made = {document.id for document in readable} | {key for _, key in unreadable}
            gone = [(kind, public_id) for public_id in asked if public_id not in made]
            yield _Part([replace(each, version=number) for each in readable], gone, place)


def _built(source: Source, record_ids: list[str], unreadable: list[Key]) -> list[Document]:
    """The documents of these records; the one that cannot be read is found by halving."""
    try:
        return source.build(record_ids)
    except OperationalError:  # the database is away: no record is to blame
        raise
    except Exception:
        db.session.rollback()
        if len(record_ids) == 1:
            log.exception("no document could be made of %s %s", source.kind, record_ids[0])
            unreadable.append((source.kind, record_ids[0]))
            return []
    half = len(record_ids) // 2
    first = _built(source, record_ids[:half], unreadable)
    return first + _built(source, record_ids[half:], unreadable)


def rebuild(report: Callable[[int], None] = lambda _count: None, *, fresh: bool = False) -> int:
    """A new index beside the one in use, swapped in when complete. Returns how many documents it was given.

    Changes made meanwhile are in it. One that was cut off is gone on with, unless `fresh`. A record that
    cannot be read is left to the relay, which parks it with the reason.
    """
    unreadable: list[Key] = []
    with reading(), ExitStack() as stack:
        index = stack.enter_context(new_index(fresh=fresh))
        # Drawn when changes already go into the new index too: nothing older can get by what is read now.
        number = _drawn()
        start = _Place.read(index.place, number)
        if start is None:
            index.abandon()
            index, start = stack.enter_context(new_index(fresh=True)), _Place()
            number = _drawn()
        place = _fill(index, number, start, unreadable, report)
        index.finish(_current)
    _send(unreadable)
    return place.count


def _fill(
    index: Rebuild, number: int, start: _Place, unreadable: list[Key], report: Callable[[int], None]
) -> _Place:
    report(start.count)
    place = start
    for parts, part in enumerate(_parts(number, start, unreadable), start=1):
        place = part.place
        index.add(part.documents, [(kind, public_id, number) for kind, public_id in part.gone])
        if parts % KEEP_EVERY == 0:
            index.keep(place.words(number))
        report(place.count)
    return place


def _send(keys: Sequence[Key]) -> None:
    """Asks the relay to send these. Commits."""
    write_rows(db.session(), keys)
    db.session.commit()


def _drawn() -> int:
    with writing():
        number = draw_number()
        db.session.commit()
    return number


def _current(keys: Sequence[Key]) -> tuple[list[Document], Gone]:
    """What changed while the rebuild ran, as it is now."""
    number = _drawn()
    found = documents_of(keys, number)
    db.session.rollback()
    return found


@dataclass(frozen=True, slots=True)
class Drift:
    """What the index holds wrongly, as keys: missing, stale (text), wrong scope (who may find it), ghosts."""

    checked: int
    missing: tuple[Key, ...]
    stale: tuple[Key, ...]
    wrong_scope: tuple[Key, ...]
    ghosts: tuple[Key, ...]

    @property
    def keys(self) -> tuple[Key, ...]:
        # Rights first: whoever should not find a record finds it until then.
        return (*self.wrong_scope, *self.ghosts, *self.stale, *self.missing)

    @property
    def is_none(self) -> bool:
        return not self.keys

    @property
    def counts(self) -> dict[str, int]:
        return {"checked": self.checked, **{name: len(getattr(self, name)) for name in DRIFTS}}


def check() -> Drift:
    """Compares every document that should be with what the index holds, by content.

    What the relay has still to send has not drifted and is left out.
    """
    held = _held()
    drifted: dict[str, list[Key]] = {"missing": [], "stale": [], "wrong_scope": []}
    checked = 0
    with reading():
        for part in _parts(0, _Place(), []):
            checked = part.place.count
            for document in part.documents:
                key = (document.kind, document.id)
                verdict = _verdict(held.pop(key, None), document)
                if verdict:
                    drifted[verdict].append(key)
        waiting = _waiting()
    kept = {
        verdict: tuple(key for key in keys if key not in waiting)
        for verdict, keys in {**drifted, "ghosts": list(held)}.items()
    }
    return Drift(checked, **kept)


def _held() -> dict[Key, str]:
    """Read anew when a rebuild put another index in its place meanwhile."""
    with closing(unguarded_reader()) as index:
        for _ in range(READINGS - 1):
            try:
                return _marks(index)
            except ReadingCutOff as error:
                log.info("reading the index from the start again: %s", error)
        return _marks(index)


def _marks(index: SearchBackend) -> dict[Key, str]:
    return {(kind, record_id): mark for kind, record_id, mark in index.fingerprints()}


def _verdict(mark: str | None, document: Document) -> str:
    """In which way the index is wrong about a document; nothing when it is right."""
    if mark is None:
        return "missing"
    wanted = fingerprint(document)
    if mark == wanted:
        return ""
    return "stale" if same_rights(mark, wanted) else "wrong_scope"


def _waiting() -> set[Key]:
    keys = db.session.execute(
        select(OutboxEntry.kind, OutboxEntry.record_id).where(OutboxEntry.state != OutboxState.PARKED)
    )
    waiting = {(kind, record_id) for kind, record_id in keys}
    db.session.rollback()
    return waiting


def repair(drift: Drift) -> int:
    """Asks the relay to send again whatever has drifted; returns how many. Commits."""
    _send(drift.keys)
    return len(drift.keys)


class SearchCheck(Base):
    """What one comparison of index and database found, and how much of it was sent again."""

    __tablename__ = "search_check"
    __audited__ = False

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    engine: Mapped[str] = mapped_column(String(20))
    checked: Mapped[int] = mapped_column(Integer)
    missing: Mapped[int] = mapped_column(Integer)
    stale: Mapped[int] = mapped_column(Integer)
    ghosts: Mapped[int] = mapped_column(Integer)
    wrong_scope: Mapped[int] = mapped_column(Integer)
    repaired: Mapped[int] = mapped_column(Integer)

    @property
    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("checked", *DRIFTS)}

    @property
    def found(self) -> int:
        return sum(getattr(self, name) for name in DRIFTS)


def check_and_keep(*, mend: bool) -> SearchCheck:
    """Compares, mends if asked to, and keeps the counts. Commits."""
    drift = check()
    repaired = repair(drift) if mend else 0
    kept = SearchCheck(engine=engine_name(), repaired=repaired, **drift.counts)
    db.session.add(kept)
    db.session.commit()
    return kept


def check_by_night() -> None:
    """Compares and mends, unless there is no index to compare, as in the first minutes after an upgrade."""
    try:
        check_and_keep(mend=True)
    except NeedsRebuild as reason:
        db.session.rollback()
        log.warning("search not compared: %s. The indexer builds the index anew", reason)


def last_check() -> SearchCheck | None:
    """The newest comparison there was."""
    return db.session.scalars(select(SearchCheck).order_by(SearchCheck.id.desc()).limit(1)).first()
