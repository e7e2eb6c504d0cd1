"""Periods, deadlines and what is drafted from logs, by tables and for any logs."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.promotion.team_reports import rules
from app.promotion.team_reports.enums import ReportColumn as C
from app.promotion.team_reports.enums import ReportFigure as F
from app.promotion.team_reports.enums import ReportKind as K
from app.promotion.team_reports.enums import ReportState as S
from app.promotion.team_reports.rules import ReportPeriod, StepOutcome, TeamLog


@pytest.mark.parametrize(
    ("kind", "day", "first", "last", "words"),
    [
        (K.WEEK, "2026-11-25", "2026-11-23", "2026-11-29", "2026年11月23日至29日"),
        (K.WEEK, "2026-11-29", "2026-11-23", "2026-11-29", "2026年11月23日至29日"),
        (K.WEEK, "2026-11-30", "2026-11-30", "2026-12-06", "2026年11月30日至12月6日"),
        (K.WEEK, "2027-01-01", "2026-12-28", "2027-01-03", "2026年12月28日至1月3日"),
        (K.MONTH, "2026-02-28", "2026-02-01", "2026-02-28", "2026年2月"),
        (K.MONTH, "2026-12-05", "2026-12-01", "2026-12-31", "2026年12月"),
        (K.QUARTER, "2026-11-25", "2026-10-01", "2026-12-31", "2026年四季度"),
        (K.QUARTER, "2026-01-01", "2026-01-01", "2026-03-31", "2026年一季度"),
    ],
)
def test_a_day_lies_in_one_period_of_each_kind(kind: K, day: str, first: str, last: str, words: str) -> None:
    period = ReportPeriod.of(kind, date.fromisoformat(day))
    assert (str(period.first), str(period.last), period.words) == (first, last, words)
    assert period.after.before == period and period.before.last + timedelta(days=1) == period.first


@pytest.mark.parametrize(
    ("kind", "day", "due", "why"),
    [
        (K.WEEK, "2026-11-25", "2026-11-27", "a plain Friday"),
        (K.WEEK, "2025-05-01", "2025-04-30", "the Friday is 2 May, a holiday, as is the Thursday"),
        (K.WEEK, "2025-10-01", "2025-09-30", "National Day from Wednesday on"),
        (K.WEEK, "2025-10-08", "2025-10-10", "the first working days after it"),
        (K.WEEK, "2024-02-14", "2024-02-18", "a week of holidays: due on the next working day, a Sunday"),
        (K.MONTH, "2025-09-15", "2025-10-09", "the fifth day lies in the holidays"),
        (K.MONTH, "2026-10-15", "2026-11-05", "the fifth day after the month"),
    ],
)
def test_a_report_is_due_on_a_working_day(kind: K, day: str, due: str, why: str) -> None:
    assert str(ReportPeriod.of(kind, date.fromisoformat(day)).due_on(5, 5)) == due, why


def test_it_is_due_at_an_hour_of_beijing() -> None:
    period = ReportPeriod.of(K.WEEK, date(2026, 11, 25))
    assert period.due_at(5, 10, 5) == datetime(2026, 11, 27, 2, tzinfo=UTC)


def log(
    key: str, figure: F = F.OUTBOUND, enterprise: int = 1, lead: int | None = None, **more: object
) -> TeamLog:
    return TeamLog(date(2026, 11, 25), key, figure, enterprise, lead, **more)  # type: ignore[arg-type]


def test_what_was_done_with_a_company_of_one_lead_belongs_to_that_lead() -> None:
    rows = rules.rows_of([log("visit:1"), log("lead:7", F.LEADS, lead=7), log("visit:2", enterprise=2)])
    assert [row.key for row in rows] == ["lead:7", "company:2"]


def test_of_two_leads_nobody_knows_which_one_was_meant() -> None:
    logs = [log("visit:1"), log("lead:7", F.LEADS, lead=7), log("lead:8", F.LEADS, lead=8)]
    assert [row.key for row in rules.rows_of(logs)] == ["lead:7", "lead:8", "company:1"]


def test_numbers_tell_first_meetings_from_later_ones_and_a_call_is_no_meeting() -> None:
    logs = [
        log("visit:1"),
        log("visit:2"),
        log("visit:3", F.RECEPTIONS, 2),
        log("visit:4", F.CALLS, 3),
        log("lead:1", F.LEADS, lead=1),
    ]
    day = date(2026, 11, 26)
    steps = [
        StepOutcome(date(2026, 11, 24), date(2026, 11, 24)),
        StepOutcome(date(2026, 11, 24), date(2026, 11, 25)),
        StepOutcome(date(2026, 11, 25), None),
        StepOutcome(date(2026, 11, 28), None),
    ]
    found = rules.figures_of(logs, {2}, steps, day)
    assert {figure: number for figure, number in found.items() if number} == {
        F.OUTBOUND: 2,
        F.RECEPTIONS: 1,
        F.CALLS: 1,
        F.FIRST_MET: 1,
        F.MET_AGAIN: 1,
        F.LEADS: 1,
        F.KEPT: 1,
        F.SLIPPED: 2,
    }


LOGS = st.lists(
    st.builds(
        TeamLog,
        st.dates(date(2026, 11, 23), date(2026, 11, 29)),
        st.integers(1, 10_000).map(lambda number: f"visit:{number}"),
        st.sampled_from([F.OUTBOUND, F.RECEPTIONS, F.CALLS, F.MOVES]),
        st.integers(1, 4),
        st.none() | st.integers(1, 3),
        st.none(),
        st.sampled_from(["谈用地", "看厂房", ""]),
        st.tuples() | st.tuples(st.sampled_from(["罗曼青", "孟书瑶"])),
        st.tuples() | st.tuples(st.integers(1, 5)),
    ),
    max_size=8,
    unique_by=lambda each: each.key,
)


@given(LOGS, st.randoms(use_true_random=False))
def test_any_order_of_the_same_logs_drafts_the_same_rows_and_numbers(
    logs: list[TeamLog], rng: object
) -> None:
    other = list(logs)
    rng.shuffle(other)  # type: ignore[attr-defined]
    day = date(2026, 11, 30)
    assert rules.rows_of(logs) == rules.rows_of(other)
    assert rules.figures_of(logs, {1}, [], day) == rules.figures_of(other, {1}, [], day)
    assert rules.late_keys(logs, [each.key for each in other]) == []


@given(LOGS)
def test_each_log_stands_in_exactly_one_row(logs: list[TeamLog]) -> None:
    rows = rules.rows_of(logs)
    assert len({row.key for row in rows}) == len(rows)
    assert sum(len(row.progress.split("\n")) for row in rows) == len(logs)


@pytest.mark.parametrize(
    ("kind", "silent", "before", "asks"),
    [
        (K.WEEK, True, [True] * 3, False),
        (K.WEEK, True, [True] * 4, True),
        (K.WEEK, False, [True] * 4, True),
        (K.WEEK, True, [True, False, True, True, True], False),
        (K.MONTH, True, [], True),
        (K.MONTH, False, [True], False),
        (K.QUARTER, True, [], True),
    ],
)
def test_a_silent_month_asks_for_a_reason(kind: K, silent: bool, before: list[bool], asks: bool) -> None:
    assert rules.must_say_why(kind, silent, before) is asks


DUE = datetime(2026, 11, 27, 2, tzinfo=UTC)
EARLY, LATE = DUE - timedelta(hours=1), DUE + timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "sent_at", "moment", "kind", "words"),
    [
        (S.DRAFT, None, EARLY, "yellow", "11-27 10:00 前报"),
        (S.DRAFT, None, LATE, "red", "逾期未报"),
        (S.SUBMITTED, EARLY, LATE, "green", "已报送"),
        (S.SUBMITTED, LATE, LATE, "yellow", "已报送，迟报"),
        (S.ACCEPTED, LATE, LATE, "yellow", "已收下，迟报"),
        (S.RETURNED, EARLY, LATE, "yellow", "退回，待重报"),
    ],
)
def test_a_light_tells_how_a_report_stands(
    state: S, sent_at: datetime | None, moment: datetime, kind: str, words: str
) -> None:
    light = rules.light_of(state, DUE, sent_at, moment)
    assert (light.kind, light.words) == (kind, words)


def test_columns_that_cannot_stand_beside_each_other_are_named() -> None:
    headings = {column: column.label for column in C}
    none = dict.fromkeys(C, 0)
    assert "一列都没有" in str(rules.problems_of_columns(none, headings))
    two = none | {C.PROJECT: 1, C.INVESTOR: 1}
    assert "都排在第 1 列" in rules.problems_of_columns(two, headings)["investor_place"]
    one = none | {C.PROJECT: 1, C.INVESTOR: 2}
    assert "要写列名" in rules.problems_of_columns(one, headings | {C.PROJECT: " "})["project_heading"]
    same = rules.problems_of_columns(one, headings | {C.INVESTOR: "项目名称"})
    assert "同名" in same["investor_heading"]
    assert rules.problems_of_columns(one, headings) == {}


def test_permutations_of_steps_change_no_number() -> None:
    steps = [StepOutcome(date(2026, 11, 24), None), StepOutcome(date(2026, 11, 25), date(2026, 11, 25))]
    found = [rules.figures_of([], set(), each, date(2026, 11, 26)) for each in permutations(steps)]
    assert found[0] == found[1]
