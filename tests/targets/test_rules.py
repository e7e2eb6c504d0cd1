"""What moves a target, as tables: people, visits and leads, silence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.records.history import Cause, EntryKind
from app.core.records.path import MoveKind
from app.promotion.targets import rules
from app.promotion.targets.enums import TargetStage as S
from app.promotion.targets.rules import Dealings, Follow, LeadTalk

DAY = date(2026, 11, 2)


def on(days: int) -> date:
    return DAY + timedelta(days=days)


@dataclass
class Row:
    """A row of the ledger, as far as rules read it."""

    id: int
    stage: S | None
    effective_on: date
    visit_id: int | None = None
    lead_id: int | None = None
    kind: EntryKind = EntryKind.MOVE
    cause: Cause = Cause.BY_HAND
    voids: int | None = None


@pytest.mark.parametrize(
    ("stage", "to", "reason", "refused"),
    [
        (S.POOL, S.PLANNED, "", {}),
        (S.PLANNED, S.CONTACTED, "展会上见过", {}),
        (S.PLANNED, S.CONTACTED, "", {"reason"}),
        (S.CONTACTED, S.IN_TALKS, "谈得不错", {"to"}),
        (S.IN_TALKS, S.CONTACTED, "不谈了", {"to"}),
        (S.IN_TALKS, S.DROPPED, "不谈了", {"to"}),
        (S.POOL, S.DROPPED, "", {"reason"}),
        (S.POOL, S.DROPPED, "三年内不扩产", {}),
        (S.CONTACTED, S.PLANNED, "", {"reason"}),
    ],
)
def test_what_a_move_by_hand_has_to_say(stage: S, to: S, reason: str, refused: set[str]) -> None:
    kind = rules.STAGES.kind_of_move(stage, to)
    assert kind is not None
    assert set(rules.missing_words(stage, to, kind, reason)) == set(refused)


def test_nobody_chooses_talks_and_out_of_talks_nothing_is_offered() -> None:
    offered = {stage: {move.to for move in rules.offered(stage, may_correct=True)} for stage in S}
    assert all(S.IN_TALKS not in to for to in offered.values())
    assert offered[S.IN_TALKS] == offered[S.DROPPED] == set()
    by_officer = {move.to for move in rules.offered(S.CONTACTED, may_correct=False)}
    assert by_officer == {S.DROPPED}


@pytest.mark.parametrize(
    ("last", "registered", "today", "kind"),
    [
        (None, on(0), on(90), None),
        (None, on(0), on(91), "red"),
        (on(5), on(0), on(95), None),
        (on(5), on(0), on(96), "red"),
        (on(-30), on(0), on(60), None),
        (on(-30), on(0), on(61), "red"),
        (None, on(0), on(0), None),
    ],
)
def test_ninety_days_without_contact_are_silence(
    last: date | None, registered: date, today: date, kind: str | None
) -> None:
    assert rules.silence(last, registered, today).kind == kind


NOBODY = Dealings()
MET = Dealings({1: on(3)})
TALKING = Dealings({1: on(3)}, {7: LeadTalk(on(5))})
LOST = Dealings({1: on(3)}, {7: LeadTalk(on(5), on(9))})


@pytest.mark.parametrize(
    ("stage", "dealings", "said", "follows"),
    [
        (S.POOL, NOBODY, set(), None),
        (S.POOL, MET, set(), Follow(S.CONTACTED, on(3), visit_id=1)),
        (S.PLANNED, MET, set(), Follow(S.CONTACTED, on(3), visit_id=1)),
        (S.PLANNED, MET, {("visit", 1, S.CONTACTED)}, None),
        (S.CONTACTED, MET, set(), None),
        (S.POOL, TALKING, set(), Follow(S.CONTACTED, on(3), visit_id=1)),
        (S.CONTACTED, TALKING, set(), Follow(S.IN_TALKS, on(5), lead_id=7)),
        (S.CONTACTED, TALKING, {("lead", 7, S.IN_TALKS)}, None),
        (S.IN_TALKS, TALKING, {("lead", 7, S.IN_TALKS)}, None),
        (S.IN_TALKS, LOST, {("lead", 7, S.IN_TALKS)}, Follow(S.CONTACTED, on(9), lead_id=7)),
        (S.IN_TALKS, LOST, {("lead", 7, S.CONTACTED)}, None),
        (S.CONTACTED, LOST, set(), None),
        (S.DROPPED, TALKING, set(), None),
        (S.IN_TALKS, Dealings({}, {7: LeadTalk(on(5), on(9)), 8: LeadTalk(on(6))}), set(), None),
    ],
)
def test_visits_and_leads_move_it_by_themselves(
    stage: S, dealings: Dealings, said: set[tuple[str, int, S]], follows: Follow | None
) -> None:
    assert rules.next_follow(stage, on(0), dealings, said) == follows


def test_a_move_never_takes_effect_before_the_last_one() -> None:
    late = rules.next_follow(S.PLANNED, on(8), MET, set())
    assert late is not None and late.on == on(8)


def test_after_a_step_back_by_hand_only_a_later_visit_counts() -> None:
    met = Dealings({1: on(3), 2: on(9)})
    again = rules.next_follow(S.PLANNED, on(6), met, set(), on(6))
    assert again == Follow(S.CONTACTED, on(9), visit_id=2)
    assert rules.next_follow(S.PLANNED, on(9), met, set(), on(9)) is None


FIRST = Row(1, S.POOL, on(0))
VISITED = Row(2, S.CONTACTED, on(3), visit_id=1)
OPENED = Row(3, S.IN_TALKS, on(5), lead_id=7)
BACK = Row(4, S.CONTACTED, on(9), lead_id=7)


@pytest.mark.parametrize(
    ("moves", "dealings", "gone"),
    [
        ([FIRST, VISITED], MET, []),
        ([FIRST, VISITED], NOBODY, [2]),
        ([FIRST, VISITED], Dealings({1: on(4)}), [2]),
        ([FIRST, VISITED], Dealings({1: on(-4)}), [2]),
        ([FIRST, Row(2, S.CONTACTED, on(0), visit_id=1)], Dealings({1: on(-4)}), []),
        ([FIRST, VISITED, OPENED], TALKING, []),
        ([FIRST, VISITED, OPENED, BACK], LOST, []),
        ([FIRST, VISITED, OPENED, BACK], TALKING, [4]),
        ([FIRST, VISITED, OPENED, BACK], MET, [3, 4]),
        ([FIRST, Row(2, S.PLANNED, on(7)), Row(3, S.CONTACTED, on(7), visit_id=1)], MET, []),
    ],
)
def test_what_followed_something_that_is_no_more_counts_no_longer(
    moves: list[Row], dealings: Dealings, gone: list[int]
) -> None:
    assert [row.id for row in rules.untrue(moves, dealings)] == gone


def test_what_people_voided_is_not_said_again_and_what_was_no_more_may_be() -> None:
    by_hand = Row(8, None, on(3), kind=EntryKind.CORRECT, voids=2)
    followed = Row(8, None, on(3), kind=EntryKind.CORRECT, voids=2, cause=Cause.FOLLOWED)
    said = ("visit", 1, S.CONTACTED)
    assert said in rules.settled([FIRST, VISITED])
    assert said in rules.settled([FIRST, VISITED, by_hand])
    assert said not in rules.settled([FIRST, VISITED, followed])


_DAYS = st.integers(-80, 60).map(on)
_TALKS = st.tuples(st.integers(-80, 60), st.none() | st.integers(0, 30)).map(
    lambda told: LeadTalk(on(told[0]), None if told[1] is None else on(told[0] + told[1]))
)


def _followed(dealings: Dealings) -> list[Row]:
    """The moves that a target makes which was taken up on DAY."""
    rows = [Row(1, S.POOL, on(0))]
    while True:
        last = rows[-1]
        assert last.stage is not None
        step = rules.next_follow(last.stage, last.effective_on, dealings, rules.settled(rows))
        if step is None:
            return rows
        assert len(rows) < 100, "it never comes to rest"
        rows.append(Row(len(rows) + 1, step.to, step.on, step.visit_id, step.lead_id, cause=Cause.FOLLOWED))


@given(
    st.dictionaries(st.integers(1, 5), _DAYS),
    st.dictionaries(st.integers(1, 5), _TALKS),
)
def test_whatever_was_entered_it_comes_to_rest_in_order_where_the_dealings_say(
    visits: Mapping[int, date], leads: Mapping[int, LeadTalk]
) -> None:
    dealings = Dealings(visits, leads)
    rows = _followed(dealings)
    days = [row.effective_on for row in rows]
    assert days == sorted(days)
    assert rules.untrue(rows, dealings) == []
    is_talking = any(talk.ended_on is None for talk in leads.values())
    assert (rows[-1].stage is S.IN_TALKS) == is_talking
    assert is_talking or (rows[-1].stage is S.CONTACTED) == bool(visits)


def test_kinds_of_moves_that_ask_for_a_reason() -> None:
    assert {MoveKind.JUMP, MoveKind.BACK, MoveKind.END} == rules.WITH_REASON
