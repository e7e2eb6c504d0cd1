"""How a ledger is kept, whatever its record: moves entered, rows corrected and taken back, all of it settled.

A kind of record declares its own as a `Keeping`; never commits.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Generic, TypeVar

from app.core.access.auth import Actor, require_actor
from app.core.records.history import Cause, EntryKind, last_entered, why_not_take_back
from app.core.records.ledger import Ledger, LedgerRow, Row
from app.core.records.path import BY_CORRECTORS, MoveKind, Path, S
from app.core.records.versions import archived, claim, claim_whole
from app.core.storage import audit
from app.core.storage.db import Record, db
from app.core.storage.subjects import subject_of
from app.core.values.clock import now
from app.core.values.enums import LabelledEnum
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.values.labels import label_of

R = TypeVar("R", bound=Record)


class Keeping(ABC, Generic[R, Row]):
    """How the ledger of one kind of record is kept. A kind says of itself what stands first, and has what
    follows from it.
    """

    row: type[Row]
    of: str  # its column that says whose row it is
    read: Callable[[R], Ledger[Row]]
    may_change: Callable[[Actor, R], bool]
    may_correct: Callable[[Actor, R], bool]
    called: str  # 线索
    parts: Mapping[str, str] = {}  # labels of what events tell of its parts
    archived: str  # the sentence for who would change an archived record
    no_right: str  # for who may not take a row back
    example: str  # of why a row is corrected

    @abstractmethod
    def settle(self, record: R, ledger: Ledger[Row]) -> None:
        """Makes the record say what its ledger says, flushes, and tells whoever listens."""

    def stage_label(self, stage: LabelledEnum) -> str:
        """What a stage is called."""
        return stage.label

    def columns(self, _on: date) -> Mapping[str, Any]:
        """What else stands on each row that takes effect on this day."""
        return {}

    def why_fixed(self, _ledger: Ledger[Row], _row: Row) -> str | None:
        """Why a row is not corrected here."""
        return None

    def why_kept(self, _ledger: Ledger[Row], _row: Row) -> str | None:
        """Why nobody may take a row back."""
        return None

    def stands_on(self, _record: R, _row: Row) -> str | None:
        """What others built on a row, so that it is no longer taken back with one press."""
        return None

    def written_with(self, _ledger: Ledger[Row], _row: Row) -> list[Row]:
        """What was written beside a row and never counted either."""
        return []

    # --- What each kind has

    def begin(self, record: R, version: int | None = None) -> None:
        """Before any change: nobody else has saved since (and nobody can until our commit), not archived."""
        kept: Any = record
        claim(record, version, fixed=lambda: archived(kept))
        self.must_be_live(record)

    def decide(self, record: R, version: int | None, decision: str | Callable[[], str], **more: Any) -> None:
        """The same before a decision on a record as it was seen, see `versions.claim_whole`."""
        claim_whole(record, version, decision, more=self.parts, **more)
        self.must_be_live(record)

    def decide_move(
        self, record: R, version: int | None, to: LabelledEnum, may_go_on: Callable[[], bool]
    ) -> None:
        """The same before a move to another stage, which `may_go_on` says is still possible."""
        model: Any = type(record)
        moved: Any = record
        self.decide(
            record,
            version,
            lambda: f"到「{self.stage_label(to)}」",
            label=label_of(model.stage),
            stands=lambda changed: f"{self.stage_label(moved.stage)}（{moved.stage_since} 起），{changed}",
            may_go_on=may_go_on,
        )

    def must_be_live(self, record: Any) -> None:
        """Refuses every change of an archived record."""
        if record.is_archived:
            raise RuleBroken(self.archived)

    def record(
        self, record: R, ledger: Ledger[Row], kind: EntryKind, on: date, *, cause: Cause, **values: Any
    ) -> None:
        """Adds one row; `settle` must follow, which flushes it."""
        whose = {self.of: record.id, "actor_id": require_actor().person_id}
        model: Any = self.row
        row = model(kind=kind, cause=cause, effective_on=on, **whose, **self.columns(on), **values)
        db.session.add(row)
        ledger.rows.append(row)

    def move(self, record: R, ledger: Ledger[Row], to: LabelledEnum, on: date, **told: Any) -> int:
        """Enters a move that somebody makes, and what follows from it. Answers the place of its row."""
        moved: Any = record
        stages = {"stage_from": moved.stage, "stage": to}
        self.record(record, ledger, EntryKind.MOVE, on, cause=Cause.BY_HAND, **stages, **told)
        self.settle(record, ledger)
        return len(ledger)

    def correct_entry(self, record: R, entry_id: int, reason: str, *, version: int | None = None) -> None:
        """Voids one row: it never counted. The row itself stays, so what was known earlier can be told;
        everything current is derived again from what is left.
        """
        row = self.read(record).row(entry_id)
        self.decide(
            record,
            version,
            f"不算数：{reason}",
            label="这一行台账",
            stands=lambda changed: self._stands(record, row, changed),
            may_go_on=lambda: _why_not_void(row) is None and row.id not in self.read(record).voided(),
        )
        if not self.may_correct(require_actor(), record):
            raise NotAllowed("更正阶段台账要由招商局负责人办理")
        if not reason:
            raise RuleBroken({"reason": f"写明为什么更正，例如：{self.example}"})
        ledger = self.read(record)  # as it is now that nobody else writes
        if row.id in ledger.voided():
            raise RuleBroken("这一行已经更正过了")
        refusal = _why_not_void(row) or self.why_fixed(ledger, row)
        if refusal:
            raise RuleBroken(refusal)
        self.void(record, ledger, row, Cause.BY_HAND, reason)

    def _stands(self, record: R, row: Row, changed: str) -> str:
        """Whether a row counts by now, for who meant to correct it."""
        void = next((each for each in self.read(record).rows if each.voids == row.id), None)
        return f"已更正：{void.reason}" if void else f"照旧计入，{self.called}{changed}"

    def take_back(self, record: R, entry_id: int) -> None:
        """Voids the row that the one who acts has entered last, within `history.TAKE_BACK`: a slip needs
        nobody else as long as nothing stands on it. The row stays, as after any correction.
        """
        claim(record, None)
        ledger = self.read(record)
        row = ledger.row(entry_id)
        self.must_be_live(record)
        refusal = self.why_not_take_back(record, ledger, row)
        if refusal:
            raise RuleBroken(refusal)
        self.void(record, ledger, row, Cause.TAKEN_BACK, Cause.TAKEN_BACK.label)

    def why_not_take_back(self, record: R, ledger: Ledger[Row], row: Row) -> str | None:
        """The sentence that refuses it to the one who acts."""
        actor = require_actor()
        if not self.may_change(actor, record):
            return self.no_right
        return (
            _why_not_void(row)
            or self.why_kept(ledger, row)
            or why_not_take_back(ledger.rows, row, actor.person_id, now())
            or self.stands_on(record, row)
        )

    def last_deed(self, record: R, ledger: Ledger[Row]) -> tuple[Row, int] | None:
        """What the one who looks has just entered and may still take back, and its place in the ledger."""
        last = last_entered(ledger.rows)
        if last is None or self.why_not_take_back(record, ledger, last):
            return None
        return last, ledger.rows.index(last) + 1

    def void(self, record: R, ledger: Ledger[Row], row: Row, cause: Cause, reason: str) -> None:
        """Enters that a row, and what was written with it, never counted."""
        for each in [row, *self.written_with(ledger, row)]:
            made = {"voids": each.id, "reason": reason}
            self.record(record, ledger, EntryKind.CORRECT, each.effective_on, cause=cause, **made)
        self.settle(record, ledger)
        subject = subject_of(record)
        audit.record(f"{subject.kind}.correct", subject, reason, entry=row.id)


def checked_move(
    path: Path[S], stage: S, to: S, came_from: S | None = None, *, may_correct: bool, label: str = ""
) -> MoveKind:
    """What a move is. Raises NotAllowed for one that others may make, RuleBroken({"to": sentence}) for one
    that nobody can. `label` is the target's name where it has another one than its own.
    """
    refusal = path.why_not_move(stage, to, came_from, may_correct=may_correct, label=label)
    kind = path.kind_of_move(stage, to, came_from)
    if refusal and kind in BY_CORRECTORS:
        raise NotAllowed(refusal)
    if refusal or kind is None:
        raise RuleBroken({"to": refusal or "不能这样变动"})
    return kind


def _why_not_void(row: LedgerRow) -> str | None:
    is_correction = row.kind is EntryKind.CORRECT
    return "更正本身不能再更正；请重新办理被更正的那一步" if is_correction else None
