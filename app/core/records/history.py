"""The ledger's arithmetic: from append-only entries to spans and first arrivals. Values in, values out.

An entry says what became true on its effective date; `correct` voids an earlier entry by id. As of a
date: entries effective up to it, ordered by (effective date, id). As known at an instant: only those
entered by then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

from app.core.values.clock import has_passed
from app.core.values.enums import LabelledEnum

FOREVER = date(9999, 12, 31)
TAKE_BACK = timedelta(minutes=30)  # for so long whoever entered a row by mistake takes it back alone


class EntryKind(LabelledEnum):
    MOVE = "move", "阶段变动"
    ASSIGN = "assign", "分派"
    AMOUNT = "amount", "金额变动"
    CORRECT = "correct", "更正"


class Cause(LabelledEnum):
    """Why a row stands in a ledger. What people write into `reason` is theirs and decides nothing: code goes
    by the cause. The label is what a row without words of its own says there.
    """

    BY_HAND = "by_hand", "手工"  # somebody moved, assigned or corrected just this
    REGISTRATION = "registration", "登记"  # the first move, holder and amount of a lead
    REDATED = "redated", "随登记日期更正"  # voids these, since the registration has another day
    REGISTERED_TWICE = "registered_twice", "重复登记"  # voids every row of a lead that another one replaces
    HANDED_OVER = "handed_over", "交接"  # whoever held it left, or their unit is no more
    CONTRACT = "contract", "合同金额"  # the amount that a signing takes from the contract
    SIGNING = "signing", "签约"  # the first move, holder and amount of a project
    UNSIGNED = "unsigned", "签约更正"  # voids these, since the signing never was
    FOLLOWED = "followed", "随线索"  # a project goes where its lead goes, a target where leads and visits do
    TAKEN_BACK = "taken_back", "本人撤销"  # voids what its maker entered by a slip


@dataclass(frozen=True, slots=True)
class Entry:
    """One ledger row, as far as arithmetic needs it. `amount` is in 元."""

    id: int
    kind: EntryKind
    effective_on: date
    recorded_at: datetime
    stage: str | None = None  # move: the stage entered
    unit_id: int | None = None  # assign: who holds it from then on
    team_id: int | None = None
    owner_id: int | None = None
    amount: int | None = None  # amount: the planned or agreed sum from then on
    voids: int | None = None  # correct: the entry that never counted


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds a subject and for how much: the dimensions that change over time."""

    unit_id: int | None = None
    team_id: int | None = None
    owner_id: int | None = None
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch [d1, d2) in one stage under one holding; `came_from` is the stage before."""

    stage: str
    d1: date
    d2: date
    came_from: str | None
    holding: Holding


@dataclass(frozen=True, slots=True)
class Arrival:
    """The first time a subject reached (or passed) a stage of the path; `next_date` when it went on."""

    stage: str
    first_date: date
    next_date: date
    holding: Holding


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a subject stands after its entries: `since` is the date of the move into `stage`."""

    stage: str
    since: date
    came_from: str | None
    moved_on: date  # the last move that counts, also one into the same stage
    holding: Holding


def effective(entries: Iterable[Entry], *, known_at: datetime | None = None) -> list[Entry]:
    """The entries that count, in order: corrections applied, later knowledge left out."""
    known = [entry for entry in entries if known_at is None or entry.recorded_at <= known_at]
    void = {entry.voids for entry in known if entry.kind is EntryKind.CORRECT}
    counted = [entry for entry in known if entry.kind is not EntryKind.CORRECT and entry.id not in void]
    return sorted(counted, key=lambda entry: (entry.effective_on, entry.id))


def spans(entries: Sequence[Entry]) -> list[Span]:
    """Spans of effective entries, in order; a stretch of no days (two entries on one date) is left out.

    Holdings entered on the date of a move belong to the span that begins there.
    """
    found: list[Span] = []
    stage: str | None = None
    came_from: str | None = None
    began = FOREVER
    holding = Holding()
    for entry in entries:
        if stage is not None and entry.effective_on > began:
            found.append(Span(stage, began, entry.effective_on, came_from, holding))
        if entry.kind is EntryKind.MOVE and entry.stage != stage:
            came_from, stage = stage, entry.stage
        holding = _after(holding, entry)
        began = entry.effective_on
    if stage is not None:
        found.append(Span(stage, began, FOREVER, came_from, holding))
    return _joined(found)


def standing(entries: Sequence[Entry]) -> Standing | None:
    """Where effective entries lead to; None without any move."""
    found: Standing | None = None
    holding = Holding()
    for entry in entries:
        holding = _after(holding, entry)
        if entry.kind is not EntryKind.MOVE or entry.stage is None:
            continue
        if found is None or entry.stage != found.stage:
            came_from = found.stage if found else None
            found = Standing(entry.stage, entry.effective_on, came_from, entry.effective_on, holding)
        else:
            found = replace(found, moved_on=entry.effective_on)
    return replace(found, holding=holding) if found else None


def _after(holding: Holding, entry: Entry) -> Holding:
    if entry.kind is EntryKind.ASSIGN:
        return replace(holding, unit_id=entry.unit_id, team_id=entry.team_id, owner_id=entry.owner_id)
    if entry.kind is EntryKind.AMOUNT:
        return replace(holding, amount=entry.amount or 0)
    return holding


def _joined(found: list[Span]) -> list[Span]:
    """Neighbours that differ in nothing but their dates become one."""
    joined: list[Span] = []
    for span in found:
        last = joined[-1] if joined else None
        if last and (last.stage, last.came_from, last.holding, last.d2) == (
            span.stage,
            span.came_from,
            span.holding,
            span.d1,
        ):
            joined[-1] = replace(last, d2=span.d2)
        else:
            joined.append(span)
    return joined


def arrivals(entries: Sequence[Entry], path: Sequence[str]) -> list[Arrival]:
    """First arrivals along `path`. A jump passes the stages between on its own date; a step back changes
    nothing; stages off the path (on hold, lost) are no arrival.
    """
    rank = {stage: place for place, stage in enumerate(path)}
    reached: list[tuple[date, Holding]] = []
    holdings = _holdings_by_date(entries)
    for entry in entries:
        if entry.kind is not EntryKind.MOVE or entry.stage not in rank:
            continue
        while len(reached) <= rank[entry.stage]:
            reached.append((entry.effective_on, holdings[entry.effective_on]))
    following = [day for day, _holding in reached[1:]] + [FOREVER]
    return [
        Arrival(path[place], day, following[place], holding) for place, (day, holding) in enumerate(reached)
    ]


def _holdings_by_date(entries: Sequence[Entry]) -> dict[date, Holding]:
    """The holding at the end of each date on which something was entered."""
    by_date: dict[date, Holding] = {}
    holding = Holding()
    for entry in entries:
        holding = _after(holding, entry)
        by_date[entry.effective_on] = holding
    return by_date


# --- Taking back what one has just entered ---------------------------------------------------------


class Recorded(Protocol):
    """A stored ledger row, as far as taking it back needs it."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> EntryKind: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def actor_id(self) -> int | None: ...
    @property
    def voids(self) -> int | None: ...


Row = TypeVar("Row", bound=Recorded)


def last_entered(rows: Iterable[Row]) -> Row | None:
    """The row entered last of those that count; corrections are no deed that could be taken back."""
    found = list(rows)
    void = {row.voids for row in found}
    counted = [row for row in found if row.kind is not EntryKind.CORRECT and row.id not in void]
    return max(counted, key=lambda row: row.id, default=None)


def why_not_take_back(rows: Iterable[Row], row: Row, person_id: int | None, at: datetime) -> str | None:
    """The sentence that refuses to take a row back: somebody else's, too old, or others stand on it."""
    found = list(rows)
    if any(other.voids == row.id for other in found):
        return "这一步已经撤销或更正过了"
    if row.actor_id is None or row.actor_id != person_id:
        return "只有记这一步的人能撤销；别人记错了，请招商局在阶段台账里更正"
    if has_passed(row.recorded_at, TAKE_BACK, at):
        minutes = TAKE_BACK // timedelta(minutes=1)
        return f"这一步记下已经超过 {minutes} 分钟，请招商局在阶段台账里更正"
    if last_entered(found) is not row:
        return "这一步以后又记了别的变动，要先撤销后面的"
    return None
