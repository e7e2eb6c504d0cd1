"""The ledger of a record of any kind: its rows, read once in a transaction and handed to whoever asks.

A row says what became true on a day and is never changed; one that never counted is voided by another row.
The arithmetic is `history`, the stages are `path`, what is done to a row `keeping`; the tables and the words
are those of each feature.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ForeignKey, String, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, declared_attr, mapped_column

from app.core.records.history import Cause, Entry, EntryKind, Standing, standing
from app.core.storage.db import Keyed, Record, db
from app.core.values.clock import in_beijing, now
from app.core.values.errors import NotFound
from app.core.values.labels import labelled


class LedgerRow(Keyed):
    """One row of a ledger. Rows are only ever inserted; triggers refuse the rest. A table adds whose row it
    is, `actor`, and its own stages as `stage` and `stage_from`.
    """

    kind: Mapped[EntryKind]
    cause: Mapped[Cause]
    effective_on: Mapped[date] = labelled("生效日期")
    recorded_at: Mapped[datetime] = labelled("录入时间", default=now)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    amount: Mapped[int | None]
    reason: Mapped[str] = labelled("说明", String(300), default="")
    evidence: Mapped[str] = labelled("依据", String(300), default="")
    batch_id: Mapped[int | None]

    @declared_attr
    def voids(cls) -> Mapped[int | None]:
        """The row that never counted, of a correction."""
        table: Any = cls
        return mapped_column(ForeignKey(f"{table.__tablename__}.id"))


Row = TypeVar("Row", bound=LedgerRow)


class Ledger(Generic[Row]):
    """All rows of one record's ledger in the order in which they were entered. What is recorded afterwards is
    added to it, also before it has an id, so that nobody needs to read it again before the commit.
    """

    __slots__ = ("rows",)

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = list(rows)

    def __len__(self) -> int:
        return len(self.rows)

    def voided(self) -> set[int]:
        """The ids of the rows that corrections void."""
        return {row.voids for row in self.rows if row.voids is not None}

    def counted(self) -> list[Row]:
        """The rows that count, in the order in which they do; of one day as they were entered."""
        void = self.voided()
        rows = [row for row in self.rows if row.kind is not EntryKind.CORRECT and row.id not in void]
        return sorted(rows, key=lambda row: row.effective_on)

    def last(self, kind: EntryKind) -> Row | None:
        """Of the rows of a kind the one that counts now."""
        return next((row for row in reversed(self.counted()) if row.kind is kind), None)

    def entries(self) -> list[Entry]:
        """The rows that count, as the arithmetic takes them."""
        return [_entry(row) for row in self.counted()]

    def standing(self) -> Standing | None:
        """Where the rows lead to; None while no move counts."""
        return standing(self.entries())

    def row(self, row_id: int) -> Row:
        """The row with this id; NotFound when it is none of the record's."""
        found = next((row for row in self.rows if row.id == row_id), None)
        if found is None:
            raise NotFound
        return found


def _entry(row: Any) -> Entry:
    return Entry(
        row.id,
        row.kind,
        row.effective_on,
        row.recorded_at,
        row.stage,
        row.unit_id,
        row.team_id,
        row.owner_id,
        row.amount,
    )


def current(stands: Standing) -> dict[str, Any]:
    """The columns of a record that repeat what its ledger says."""
    held = stands.holding
    return {
        "stage": stands.stage,
        "stage_since": stands.since,
        "unit_id": held.unit_id,
        "team_id": held.team_id,
        "owner_id": held.owner_id,
        "amount": held.amount,
    }


def take(record: Record, stands: Standing) -> None:
    """Makes these columns say what the ledger says, those of them that the record has: a target has no
    amount.
    """
    for name, value in current(stands).items():
        if hasattr(record, name) and getattr(record, name) != value:
            setattr(record, name, value)


def reader(of: InstrumentedAttribute[int]) -> Callable[[Record], Ledger[Any]]:
    """What reads the whole ledger of a record afresh; `of` is the column that says whose row it is."""
    query = select(of.class_).where(of == bindparam("record_id")).order_by(of.class_.id)
    return lambda record: Ledger(db.session.scalars(query, {"record_id": record.id}))


def shown(
    entries: Sequence[Row],
    words: Callable[[Row, Mapping[int, Row]], str],
    may_correct: Callable[[Row], bool],
) -> list[dict[str, Any]]:
    """Rows of 阶段台账 from entries newest first; a voided one is struck out and says why. `words` puts a row
    into a sentence, with all of them by their ids at hand.

    Rows are numbered within the record: inner ids would tell how much is going on elsewhere.
    """
    voiding = {row.voids: row for row in entries if row.voids is not None}
    by_id = {row.id: row for row in entries}
    return [
        {
            "id": row.id,
            "place": place,
            "words": words(row, by_id),
            "effective_on": row.effective_on,
            "recorded": in_beijing(row.recorded_at).strftime("%Y-%m-%d %H:%M"),
            "who": _who(row),
            "reason": "，".join(filter(None, (row.reason, "" if row.voids else row.evidence))),
            "voided": f"已更正：{voiding[row.id].reason}" if row.id in voiding else "",
            "may_correct": row.id not in voiding and row.kind is not EntryKind.CORRECT and may_correct(row),
        }
        for place, row in zip(range(len(entries), 0, -1), entries, strict=True)
    ]


def _who(row: Any) -> str:
    return row.actor.name if row.actor else "系统"
