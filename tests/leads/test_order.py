"""The order of the dates of a lead, as a table."""

from datetime import date

import pytest

from app.promotion.leads import order
from app.promotion.leads.enums import Criterion, LeadStage
from app.promotion.leads.order import Fact, Mark

S, F = LeadStage, Fact
EARLY, DAY, LATE = date(2026, 11, 3), date(2026, 11, 10), date(2026, 11, 17)
LABELS = {stage: stage.label for stage in LeadStage}
CRITERIA = {S.NEGOTIATING: (Criterion.CONTACT_MADE,)}


def said(mark: Mark, day: date, known: dict[Mark, date], criteria: order.Criteria = CRITERIA) -> str | None:
    return order.why_not_dated(mark, day, known, LABELS, criteria)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (F.FIRST_TALK, S.FIRST_TALK),
        (F.MET, S.NEGOTIATING),
        (F.CONCLUSION, S.APPROVED),
        (F.CONCLUSION, F.CONTRACT),
        (F.REVIEW, F.CONTRACT),
        (F.REVIEW, S.SIGNED),
    ],
)
def test_what_opens_comes_before_what_it_opens_whichever_is_written_last(earlier: Mark, later: Mark) -> None:
    for day in (DAY, LATE):
        assert said(later, day, {earlier: DAY}) is None
    for day in (EARLY, DAY):
        assert said(earlier, day, {later: DAY}) is None
    too_early, too_late = said(later, EARLY, {earlier: DAY}), said(earlier, LATE, {later: DAY})
    assert too_early and "2026-11-03" in too_early and "不能早于" in too_early
    assert "改成 2026-11-10 或以后" in too_early
    assert too_late and "不能晚于" in too_late and "改成 2026-11-10 或以前" in too_late


@pytest.mark.parametrize("day", [EARLY, LATE])
def test_a_signing_is_of_the_day_of_its_contract(day: date) -> None:
    assert said(S.SIGNED, DAY, {F.CONTRACT: DAY}) is None
    assert said(S.SIGNED, day, {F.CONTRACT: DAY}) == (
        f"进入「签约」的日期（{day}）要和合同签订日期（2026-11-10）是同一天：改成 2026-11-10；"
        "合同日期写错了，先改协议"
    )


def test_a_meeting_decides_after_the_review_began_but_a_second_review_keeps_the_old_conclusion() -> None:
    refused = said(F.CONCLUSION, EARLY, {S.REVIEWING: DAY})
    assert refused and "进入「评审」的日期（2026-11-10）" in refused and "阶段台账里更正" in refused
    assert said(S.REVIEWING, LATE, {F.CONCLUSION: DAY}) is None


def test_a_first_talk_may_come_before_the_registration() -> None:
    assert said(F.FIRST_TALK, EARLY, {S.LEAD: DAY, S.ASSESSED: DAY, S.FIRST_TALK: LATE}) is None


def test_meetings_count_only_where_the_stage_asks_for_them() -> None:
    assert said(S.NEGOTIATING, EARLY, {F.MET: DAY}, {S.NEGOTIATING: ()}) is None


def test_what_is_not_dated_contradicts_nothing() -> None:
    marks: list[Mark] = [*Fact, *LeadStage]
    assert all(said(mark, day, {}) is None for mark in marks for day in (EARLY, LATE))


def test_no_fact_is_taken_for_a_stage() -> None:
    assert not {fact.value for fact in Fact} & {stage.value for stage in LeadStage}


@pytest.mark.parametrize(
    ("day", "refused"),
    [
        (DAY, ""),
        (date(2000, 1, 1), ""),
        (LATE, "首谈日期不能晚于今天（2026-11-10）"),
        (date(1999, 12, 31), "首谈日期不能早于 2000-01-01，请核对年份"),
    ],
)
def test_a_date_is_a_day_of_this_age_that_has_come(day: date, refused: str) -> None:
    assert (order.why_not_a_day("首谈日期", day, DAY) or "") == refused


@pytest.mark.parametrize(
    ("stage", "known", "day", "words"),
    [
        (S.SIGNED, {F.CONTRACT: DAY}, DAY, "照合同签订日期 2026-11-10"),
        (S.APPROVED, {F.CONCLUSION: DAY}, DAY, "照会议日期 2026-11-10"),
        (S.SIGNED, {}, LATE, ""),
        (S.NEGOTIATING, {F.MET: DAY}, LATE, ""),
        (S.SIGNED, {F.CONTRACT: date(2026, 11, 1)}, LATE, "早于上一次阶段变动（2026-11-03），两个日期对不上"),
        (
            S.SIGNED,
            {F.CONTRACT: date(2026, 11, 1), S.LEAD: date(2026, 11, 2)},
            LATE,
            "早于登记日期（2026-11-02）",
        ),
    ],
)
def test_the_day_of_a_stage_is_proposed_from_its_paper(
    stage: S, known: dict[Mark, date], day: date, words: str
) -> None:
    found = order.proposed(stage, known, EARLY, LATE)
    assert found.day == day
    assert words in found.words and bool(words) is bool(found.words)
