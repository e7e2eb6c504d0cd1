"""The index is compared with the database, and what has drifted sent again."""

import logging
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.index.reindexing.documents import PlaceReached, all_parts
from app.core.index.reindexing.rebuilding import send_again
from app.core.index.searching import (
    Document,
    NeedsRebuild,
    ReadingCutOff,
    SearchBackend,
    engine_name,
    fingerprint,
    same_rights,
    unguarded_reader,
)
from app.core.storage.db import Base, BigId, db, reading
from app.core.storage.outbox import Key, OutboxEntry, OutboxState
from app.core.values.clock import now

log = logging.getLogger(__name__)
READINGS = 5  # of the whole index, at most, until one is not cut off
DRIFTS = ("missing", "stale", "ghosts", "wrong_scope")


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
        for part in all_parts(0, PlaceReached(), []):
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
    send_again(drift.keys)
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
