"""Takes an import back where nobody has touched its work since: what it created is archived, what it changed
gets its former values. What cannot be undone is kept and named with the reason.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from app.core.storage import audit
from app.core.storage.db import db, reading_apart
from app.core.values.clock import is_ahead
from app.exchange.imports.enums import Fate
from app.exchange.imports.models import ImportBatch
from app.exchange.imports.targets import Target, target_of
from app.exchange.imports.traces import written_at

WINDOW = timedelta(days=7)  # afterwards too much has grown on what came in
CHUNK = 200  # records a transaction
SHOWN = 200  # records named with the reason why they stay

Report = Callable[[int, int], None]  # (records done, records in all); commits, and raises to stop


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A record that stays as it is."""

    public_id: str
    name: str
    why: str


@dataclass(slots=True)
class UndoPlan:
    """How many records would be archived, restored and kept, the first of the kept ones by name."""

    archive: int = 0
    restore: int = 0
    keep: int = 0
    done: int = 0
    kept: tuple[KeptRecord, ...] = ()

    @property
    def can_undo(self) -> int:
        return self.archive + self.restore


def undo_until(batch: ImportBatch) -> datetime | None:
    """The last moment at which a batch can be undone; None for one that is not written, or was by a clock
    that was ahead: nobody knows how long ago.
    """
    at = written_at(batch)
    return at + WINDOW if at and not is_ahead(at) else None


def survey(batch: ImportBatch) -> UndoPlan:
    """What an undo would do now. Reads only."""
    found, back = UndoPlan(), target_of(batch).takes_back
    for ids in _chunks(back.touched(batch)):
        for one in back.assess(batch, ids, False):
            setattr(found, one.fate.value, getattr(found, one.fate.value) + 1)
            if one.fate is Fate.KEEP and len(found.kept) < SHOWN:
                found.kept = (*found.kept, KeptRecord(one.public_id, one.name, one.why))
    return found


def undo(batch: ImportBatch, report: Report) -> dict[str, int]:
    """Does it, chunk after chunk, each with its own commit by `report`; between them others can write. Going
    on after a stop does the rest; a second run finds nothing to do. Returns archived, restored, kept of this
    batch as a whole.
    """
    target = target_of(batch)
    with reading_apart():
        ids, run = target.takes_back.touched(batch), batch.undo
    done = 0
    for chunk in _chunks(ids):
        with audit.run(run.id):
            try:
                _undo_some(batch, chunk, target)
            except IntegrityError:
                # Somebody registered one of the former codes a moment ago; now the library shows it.
                db.session.rollback()
                _undo_some(batch, chunk, target)
            done += len(chunk)
            report(done, len(ids))
    with reading_apart():
        return _outcome(batch, ids, target)


def _undo_some(batch: ImportBatch, ids: Sequence[int], target: Target) -> None:
    target.takes_back.undo(target.takes_back.assess(batch, ids, True), batch.undo.mark)
    db.session.flush()


def _outcome(batch: ImportBatch, ids: Sequence[int], target: Target) -> dict[str, int]:
    counts = {"archived": 0, "restored": 0, "kept": 0}
    for chunk in _chunks(ids):
        for one in target.takes_back.assess(batch, chunk, False):
            done = "archived" if one.is_created else "restored"
            counts[done if one.fate is Fate.DONE else "kept"] += 1
    return counts


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
