"""Decisions about targets: the moves that people make, those that visits and leads make, silence. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from app.core.records.history import Cause, EntryKind
from app.core.records.path import BY_CORRECTORS, Move, MoveKind, Path
from app.core.values.clock import days_between
from app.core.values.lights import Light
from app.promotion.targets.enums import PATH, TargetStage

SILENT_AFTER = 90  # days without contact (domain.md)
# Also how long before it was taken up a company was met so that it counts as met: it was not silent by then.
SILENCE = timedelta(days=SILENT_AFTER)
MOST_NODES = 10  # links that one company is wanted for

STAGES = Path("目标企业", PATH, ends=frozenset({TargetStage.DROPPED}))
WITH_REASON = BY_CORRECTORS | {MoveKind.END}
BY_LEAD = "登记了线索，目标自己进入「在谈」，不用手工移"
HELD_BY_LEAD = "有线索在谈，目标随线索走；线索流失或归档以后再定"


def offered(stage: TargetStage, *, may_correct: bool) -> list[Move[TargetStage]]:
    """The moves that somebody may choose: into talks, and out of them, a target goes by its leads."""
    if stage is TargetStage.IN_TALKS:
        return []
    moves = STAGES.allowed_moves(stage, may_correct=may_correct)
    return [move for move in moves if move.to is not TargetStage.IN_TALKS]


def why_no_move(stage: TargetStage, to: TargetStage) -> str | None:
    """Why nobody makes a move by hand that the path has: in talks a target is by its leads."""
    if stage is TargetStage.IN_TALKS:
        return HELD_BY_LEAD
    return BY_LEAD if to is TargetStage.IN_TALKS else None


def missing_words(stage: TargetStage, to: TargetStage, kind: MoveKind, reason: str) -> dict[str, str]:
    """What refuses a move that somebody makes: {field: sentence}."""
    if refusal := why_no_move(stage, to):
        return {"to": refusal}
    if reason:
        return {}
    if kind in WITH_REASON:
        name = to.label if kind is MoveKind.END else kind.label
        return {"reason": f"{name}要写明原因"}
    if to is TargetStage.CONTACTED:
        return {"reason": "写明怎么接触的，例如：展会上换了名片；走访请直接记走访，目标自己进入"}
    return {}


def why_not_on(day: date, *, today: date, moved_on: date) -> str | None:
    """The sentence that refuses an effective date: not after today, not before the last move."""
    if day > today:
        return f"生效日期不能晚于今天（{today}）"
    if day < moved_on:
        return f"生效日期不能早于上一次状态变动（{moved_on}）"
    return None


def problem_of_day(day: date, today: date) -> str | None:
    """Why a target cannot have been taken up on a day."""
    if day > today:
        return "列入日期不能在今天之后"
    return "列入日期太早，请核对年份" if day.year < 2000 else None


def problem_of_nodes(count: int) -> str | None:
    return f"一家企业最多写 {MOST_NODES} 个环节" if count > MOST_NODES else None


def silence(last_on: date | None, registered_on: date, today: date) -> Light:
    """How long nobody has met the company; one that was never met counts from the day it was taken up."""
    days = days_between(last_on or registered_on, today)
    words = f"{days} 天没有接触" if last_on else f"列入 {days} 天，没有接触过"
    if days <= 0:
        words = "今天接触过" if last_on else "今天列入"
    return Light("red" if days > SILENT_AFTER else None, words)


# --- what visits and leads do to a target ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LeadTalk:
    """A lead of the company: since when, and when it was lost or put away; None while it goes on."""

    began_on: date
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Dealings:
    """The ordinary visits and leads of a company that count for a target of it, by inner ids."""

    visits: Mapping[int, date] = field(default_factory=dict)
    leads: Mapping[int, LeadTalk] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Follow:
    """A move that a visit or a lead makes."""

    to: TargetStage
    on: date
    visit_id: int | None = None
    lead_id: int | None = None

    @property
    def reason(self) -> str:
        """What a row says of itself."""
        if self.visit_id is not None:
            return "走访接触"
        return "登记线索" if self.to is TargetStage.IN_TALKS else "线索流失或归档，交回"


def _day_of(row: Any, dealings: Dealings) -> date | None:
    """The day of what a row followed, as it is by now; None when that is no more."""
    if row.visit_id is not None:
        return dealings.visits.get(row.visit_id)
    talk = dealings.leads.get(row.lead_id)
    if talk is None:
        return None
    return talk.began_on if row.stage is TargetStage.IN_TALKS else talk.ended_on


def followed(row: Any) -> bool:
    """Whether a row of the ledger is a move that a visit or a lead made."""
    return row.kind is EntryKind.MOVE and (row.visit_id is not None or row.lead_id is not None)


def untrue(moves: Sequence[Any], dealings: Dealings) -> list[Any]:
    """Of the moves that count, as they were entered, those that followed what is no more or was on another
    day.
    """
    found, reached = [], date.min
    for row in sorted(moves, key=lambda one: one.id):
        day = _day_of(row, dealings) if followed(row) else row.effective_on
        if followed(row) and (day is None or row.effective_on != max(day, reached)):
            found.append(row)
        else:
            reached = max(reached, row.effective_on)
    return found


def settled(rows: Iterable[Any]) -> set[tuple[str, int, TargetStage]]:
    """What a ledger has said of visits and leads, so that it is not said again: what counts, and what people
    have said never did. What was voided because it was no more may come again.
    """
    rows = list(rows)
    void = {row.voids: row for row in rows if row.voids is not None}
    said = [row for row in rows if followed(row) and _is_said(void.get(row.id))]
    of_visits = {("visit", row.visit_id, row.stage) for row in said if row.visit_id is not None}
    return of_visits | {("lead", row.lead_id, row.stage) for row in said if row.lead_id is not None}


def _is_said(voided_by: Any) -> bool:
    return voided_by is None or voided_by.cause is not Cause.FOLLOWED


def next_follow(
    stage: TargetStage,
    moved_on: date,
    dealings: Dealings,
    said: set[tuple[str, int, TargetStage]],
    met_after: date | None = None,
) -> Follow | None:
    """The next move that visits and leads make, if any: the first of them that has not been told. Since
    `met_after`, when somebody stepped back by hand, only later visits count.
    """
    if stage is TargetStage.IN_TALKS:
        return _back(moved_on, dealings, said)
    if stage is TargetStage.DROPPED:
        return None
    found = [
        (talk.began_on, 1, Follow(TargetStage.IN_TALKS, max(talk.began_on, moved_on), lead_id=lead))
        for lead, talk in dealings.leads.items()
        if talk.ended_on is None and ("lead", lead, TargetStage.IN_TALKS) not in said
    ]
    if stage is not TargetStage.CONTACTED:
        found += [
            (day, 0, Follow(TargetStage.CONTACTED, max(day, moved_on), visit_id=visit))
            for visit, day in dealings.visits.items()
            if ("visit", visit, TargetStage.CONTACTED) not in said and (met_after is None or day > met_after)
        ]
    return min(found, key=lambda one: one[:2])[2] if found else None


def _back(moved_on: date, dealings: Dealings, said: set[tuple[str, int, TargetStage]]) -> Follow | None:
    """Once no lead goes on, the target is handed back: the company is known."""
    if any(talk.ended_on is None for talk in dealings.leads.values()):
        return None
    ends = {
        lead: talk.ended_on
        for lead, talk in dealings.leads.items()
        if talk.ended_on is not None and ("lead", lead, TargetStage.CONTACTED) not in said
    }
    if not ends:
        return None
    lead, day = max(ends.items(), key=lambda one: one[1])
    return Follow(TargetStage.CONTACTED, max(day, moved_on), lead_id=lead)


def is_back(stage_from: TargetStage | None, stage: TargetStage | None) -> bool:
    """Whether a move led back along the path."""
    if stage_from not in PATH or stage not in PATH:
        return False
    return PATH.index(stage) < PATH.index(stage_from)
