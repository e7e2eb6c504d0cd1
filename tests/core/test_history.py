"""The ledger's arithmetic: spans, first arrivals, corrections, what was known when."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.core.records.history import FOREVER, Entry, EntryKind, arrivals, effective, spans

PATH = ("lead", "assessed", "first_talk", "negotiating")
DAY = date(2026, 3, 1)
ENTERED = datetime(2026, 3, 1, tzinfo=UTC)


def move(number, stage, day, entered=0):
    return Entry(
        number, EntryKind.MOVE, DAY + timedelta(days=day), ENTERED + timedelta(days=entered), stage=stage
    )


def assign(number, unit, day, entered=0):
    return Entry(
        number, EntryKind.ASSIGN, DAY + timedelta(days=day), ENTERED + timedelta(days=entered), unit_id=unit
    )


def amount(number, yuan, day):
    return Entry(number, EntryKind.AMOUNT, DAY + timedelta(days=day), ENTERED, amount=yuan)


def correct(number, voids, entered=0):
    return Entry(number, EntryKind.CORRECT, DAY, ENTERED + timedelta(days=entered), voids=voids)


def test_a_move_ends_the_stretch_before_it():
    found = spans(effective([move(1, "lead", 0), move(2, "assessed", 5)]))
    assert [(span.stage, span.d1, span.d2) for span in found] == [
        ("lead", DAY, DAY + timedelta(days=5)),
        ("assessed", DAY + timedelta(days=5), FOREVER),
    ]


def test_a_new_holder_splits_a_stretch_and_keeps_the_history_of_the_old_one():
    found = spans(effective([move(1, "lead", 0), assign(2, 7, 0), assign(3, 8, 10)]))
    assert [(span.holding.unit_id, span.d1) for span in found] == [(7, DAY), (8, DAY + timedelta(days=10))]


def test_an_amount_entered_on_the_day_of_a_move_belongs_to_the_new_stretch():
    found = spans(effective([move(1, "lead", 0), move(2, "assessed", 3), amount(3, 500, 3)]))
    assert [span.holding.amount for span in found] == [0, 500]


def test_a_stage_of_no_days_leaves_no_span_but_was_reached():
    entries = effective([move(1, "lead", 0), move(2, "assessed", 0)])
    assert [span.stage for span in spans(entries)] == ["assessed"]
    assert [arrival.stage for arrival in arrivals(entries, PATH)] == ["lead", "assessed"]


def test_a_jump_passes_the_stages_between_on_its_own_date():
    entries = effective([move(1, "lead", 0), move(2, "negotiating", 9)])
    assert [(arrival.stage, arrival.first_date) for arrival in arrivals(entries, PATH)][1:] == [
        (stage, DAY + timedelta(days=9)) for stage in PATH[1:]
    ]


def test_a_step_back_does_not_change_the_first_arrival():
    there = [move(1, "lead", 0), move(2, "assessed", 2), move(3, "lead", 4), move(4, "assessed", 8)]
    assert arrivals(effective(there), PATH)[1].first_date == DAY + timedelta(days=2)


def test_a_correction_takes_back_a_move_that_never_was():
    entries = effective([move(1, "lead", 0), move(2, "assessed", 2), correct(3, voids=2)])
    assert [span.stage for span in spans(entries)] == ["lead"]
    assert len(arrivals(entries, PATH)) == 1


def test_what_was_known_before_the_correction_can_be_asked_again():
    entries = [move(1, "lead", 0), move(2, "assessed", 2, entered=2), correct(3, voids=2, entered=30)]
    known = effective(entries, known_at=ENTERED + timedelta(days=10))
    assert [span.stage for span in spans(known)] == ["lead", "assessed"]


def test_a_late_entry_is_not_known_before_it_was_entered():
    entries = [move(1, "lead", 0), move(2, "assessed", 2, entered=40)]
    known = effective(entries, known_at=ENTERED + timedelta(days=10))
    assert [span.stage for span in spans(known)] == ["lead"]


@st.composite
def ledgers(draw):
    """Any ledger that begins with a move: on and off the path, holders, sums, corrections, any order."""
    stages = (*PATH, "on_hold", "lost")
    entries = [move(1, "lead", 0)]
    for number in range(2, draw(st.integers(2, 14))):
        day = draw(st.integers(0, 60))
        kind = draw(st.sampled_from(("move", "assign", "amount", "correct")))
        if kind == "move":
            entries.append(move(number, draw(st.sampled_from(stages)), day))
        elif kind == "assign":
            entries.append(assign(number, draw(st.integers(1, 3)), day))
        elif kind == "amount":
            entries.append(amount(number, draw(st.integers(0, 9)), day))
        else:
            entries.append(correct(number, voids=draw(st.integers(2, number))))
    return entries


@given(ledgers())
def test_spans_follow_each_other_without_gap_or_overlap(entries):
    found = spans(effective(entries))
    assert found[-1].d2 == FOREVER
    assert all(span.d1 < span.d2 for span in found)
    assert all(before.d2 == after.d1 for before, after in pairwise(found))


@given(ledgers(), st.integers(0, 70))
def test_the_stage_as_of_a_day_is_that_of_the_last_move_up_to_it(entries, day):
    asked = DAY + timedelta(days=day)
    counted = effective(entries)
    moves = [entry.stage for entry in counted if entry.kind is EntryKind.MOVE and entry.effective_on <= asked]
    on_that_day = [span.stage for span in spans(counted) if span.d1 <= asked < span.d2]
    assert on_that_day == moves[-1:]


@given(ledgers())
def test_arrivals_are_in_the_order_of_the_path_and_never_go_back_in_time(entries):
    found = arrivals(effective(entries), PATH)
    assert [arrival.stage for arrival in found] == list(PATH[: len(found)])
    assert all(arrival.first_date <= arrival.next_date for arrival in found)
