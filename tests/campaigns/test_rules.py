"""What is decided about campaigns and their companies, case by case."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.promotion.campaigns.enums import CampaignState, CompanyStage
from app.promotion.campaigns.rules import (
    IntroducerShare,
    Log,
    LogKind,
    light_of,
    moved,
    problem_of_mark,
    problem_of_stop,
    problems_of_days,
    problems_of_details,
    problems_of_shares,
    reached,
    state_of,
)
from app.promotion.leads.enums import LeadSource

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
DAY = timedelta(days=1)
S, K = CompanyStage, LogKind


def on(day: int, kind: LogKind) -> Log:
    return Log(kind, date(2026, 3, day))


@pytest.mark.parametrize(
    ("today", "closed", "state", "words"),
    [
        (FIRST - DAY, None, CampaignState.PLANNED, "1 天后开始"),
        (FIRST, None, CampaignState.RUNNING, "还有 30 天"),
        (LAST, None, CampaignState.RUNNING, "今天到期"),
        (LAST + DAY, None, CampaignState.OVERDUE, "到期 1 天，还没有结束"),
        (FIRST, datetime(2026, 3, 1, tzinfo=UTC), CampaignState.ENDED, "已结束"),
    ],
)
def test_a_campaign_stands_by_its_days(
    today: date, closed: datetime | None, state: CampaignState, words: str
) -> None:
    assert state_of(FIRST, LAST, closed, today) is state
    assert light_of(FIRST, LAST, closed, today).words == words


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(LAST, FIRST, "last_on"), (date(1026, 3, 1), LAST, "first_on"), (FIRST, date(2062, 3, 1), "last_on")],
)
def test_a_period_that_cannot_be_is_refused(first: date, last: date, field: str) -> None:
    assert list(problems_of_days(first, last)) == [field]
    assert problems_of_days(FIRST, FIRST) == {}


def test_what_another_method_has_stays_empty() -> None:
    assert problems_of_details(LeadSource.FUND, {"fund_name": "基金", "agency": ""}) == {}
    assert list(problems_of_details(LeadSource.CHAIN, {"fund_name": "基金"})) == ["fund_name"]


@pytest.mark.parametrize(
    ("logs", "stage", "day"),
    [
        ([], S.UNTOUCHED, None),
        ([on(3, K.CALL)], S.CONTACTED, 3),
        ([on(3, K.VISIT), on(3, K.VISIT)], S.CONTACTED, 3),
        ([on(9, K.INVITATION), on(3, K.CALL)], S.INVITED, 9),
        ([on(3, K.VISIT), on(9, K.VISIT), on(12, K.VISIT)], S.MET_AGAIN, 9),
        ([on(3, K.VISIT), on(7, K.RECEPTION), on(9, K.VISIT)], S.MET_AGAIN, 7),
        ([on(20, K.TALK), on(3, K.VISIT)], S.IN_TALKS, 20),
        ([on(20, K.TALK), on(25, K.CONTRACT)], S.SIGNED, 25),
        ([Log(K.CONTRACT, LAST + DAY), Log(K.CALL, FIRST - DAY)], S.UNTOUCHED, None),
    ],
)
def test_how_far_a_company_is_follows_from_what_was_logged(
    logs: list[Log], stage: CompanyStage, day: int | None
) -> None:
    found = reached(logs, FIRST, LAST)
    assert (found.stage, found.on) == (stage, None if day is None else date(2026, 3, day))


LOGS = st.lists(
    st.builds(Log, st.sampled_from(LogKind), st.dates(FIRST - 5 * DAY, LAST + 5 * DAY)), max_size=8
)


@given(LOGS, st.randoms(use_true_random=False))
def test_any_order_of_the_same_logs_tells_the_same(logs: list[Log], chance: object) -> None:
    shuffled = list(logs)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert reached(shuffled, FIRST, LAST) == reached(logs, FIRST, LAST)


@given(LOGS, LOGS)
def test_more_logs_never_bring_a_company_back(logs: list[Log], more: list[Log]) -> None:
    order = list(CompanyStage)
    before, after = reached(logs, FIRST, LAST), reached(logs + more, FIRST, LAST)
    assert order.index(after.stage) >= order.index(before.stage)


NOBODY = IntroducerShare(None, "", None)


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [
        (IntroducerShare(None, "张三", 100), NOBODY, None),
        (IntroducerShare(1, "", 60), IntroducerShare(None, "张三", 40), None),
        (NOBODY, NOBODY, None),
        (IntroducerShare(None, "张三", 90), NOBODY, "first_share"),
        (IntroducerShare(1, "", 60), IntroducerShare(None, "张三", 60), "second_share"),
        (IntroducerShare(1, "", 50), IntroducerShare(1, "", 50), "second_person"),
        (IntroducerShare(1, "张三", 100), NOBODY, "first_name"),
        (IntroducerShare(None, "", 100), NOBODY, "first_person"),
        (NOBODY, IntroducerShare(1, "", 100), "first_person"),
    ],
)
def test_shares_come_to_a_hundred(first: IntroducerShare, second: IntroducerShare, field: str | None) -> None:
    assert list(problems_of_shares(first, second)) == ([] if field is None else [field])


def test_days_of_marks_and_stops_lie_within_the_campaign() -> None:
    assert problem_of_mark(FIRST, FIRST, LAST) is None
    assert problem_of_mark(FIRST - DAY, FIRST, LAST)
    assert problem_of_mark(LAST, FIRST, FIRST)
    assert problem_of_stop(LAST, FIRST, LAST) is None
    assert problem_of_stop(LAST + DAY, FIRST, LAST)


@pytest.mark.parametrize(
    ("which", "by", "order"),
    [(2, -1, [2, 1, 3]), (2, 1, [1, 3, 2]), (1, -1, [1, 2, 3]), (3, 1, [1, 2, 3])],
)
def test_a_stop_moves_one_place_and_not_over_the_end(which: int, by: int, order: list[int]) -> None:
    assert moved([1, 2, 3], which, by) == order
