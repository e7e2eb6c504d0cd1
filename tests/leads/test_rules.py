"""Moves, dates, gates and clocks of leads, as tables."""

from datetime import date

import pytest

from app.core.records.path import MoveKind
from app.promotion.leads import rules
from app.promotion.leads.enums import PATH, Criterion, LeadStage, LossReason, ReviewVerdict
from app.promotion.leads.rules import ContractFacts, LeadFacts, ReviewFacts

S, K, C = LeadStage, MoveKind, Criterion
DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("stage", "came_from", "to", "kind"),
    [
        (S.LEAD, None, S.ASSESSED, K.FORWARD),
        (S.APPROVED, S.REVIEWING, S.SIGNED, K.FORWARD),
        (S.LEAD, None, S.NEGOTIATING, K.JUMP),
        (S.REVIEWING, S.INSPECTING, S.FIRST_TALK, K.BACK),
        (S.NEGOTIATING, S.FIRST_TALK, S.ON_HOLD, K.HOLD),
        (S.ON_HOLD, S.NEGOTIATING, S.NEGOTIATING, K.RESUME),
        (S.ON_HOLD, S.NEGOTIATING, S.INSPECTING, None),
        (S.ON_HOLD, S.NEGOTIATING, S.LOST, K.END),
        (S.LEAD, None, S.LOST, K.END),
        (S.LEAD, None, S.LEAD, None),
        (S.SIGNED, S.APPROVED, S.APPROVED, None),
        (S.SIGNED, S.APPROVED, S.LOST, None),
        (S.LOST, S.NEGOTIATING, S.NEGOTIATING, None),
        (S.LOST, S.NEGOTIATING, S.ON_HOLD, None),
    ],
)
def test_what_a_move_is(stage: S, came_from: S | None, to: S, kind: K | None) -> None:
    assert rules.kind_of_move(stage, to, came_from) is kind


def test_without_the_right_to_correct_only_one_step_forward_hold_and_loss_are_offered() -> None:
    moves = rules.allowed_moves(S.NEGOTIATING, S.FIRST_TALK, may_correct=False)
    assert {move.to for move in moves} == {S.INSPECTING, S.ON_HOLD, S.LOST}


def test_with_it_every_other_stage_is_offered() -> None:
    moves = rules.allowed_moves(S.NEGOTIATING, S.FIRST_TALK, may_correct=True)
    assert {move.to for move in moves} == set(LeadStage) - {S.NEGOTIATING}


@pytest.mark.parametrize("end", [S.SIGNED, S.LOST])
def test_ends_offer_nothing_and_say_how_they_are_undone(end: S) -> None:
    assert rules.allowed_moves(end, S.APPROVED, may_correct=True) == []
    said = rules.why_not_move(end, S.APPROVED, S.APPROVED, may_correct=True, label="上会")
    assert said and "更正" in said


def test_each_stage_of_the_path_prepares_for_the_next() -> None:
    assert [rules.next_stage(stage) for stage in PATH] == [*PATH[1:], None]
    assert rules.next_stage(S.ON_HOLD, S.REVIEWING) is S.REVIEWING
    assert rules.next_stage(S.LOST, S.REVIEWING) is None


@pytest.mark.parametrize(
    ("day", "refused"),
    [(DAY, False), (date(2026, 11, 21), True), (date(2026, 11, 10), False), (date(2026, 11, 9), True)],
)
def test_an_effective_date_lies_between_the_last_move_and_today(day: date, refused: bool) -> None:
    registered_on, moved_on = date(2026, 10, 1), date(2026, 11, 10)
    found = rules.why_not_on(day, today=DAY, registered_on=registered_on, moved_on=moved_on)
    assert bool(found) is refused


def test_a_day_before_the_registration_names_the_way_out() -> None:
    registered_on, moved_on = date(2026, 10, 1), date(2026, 11, 10)
    day = date(2026, 9, 30)
    found = rules.why_not_on(day, today=DAY, registered_on=registered_on, moved_on=moved_on)
    assert found is not None and "登记日期（2026-10-01）" in found and "改登记日期" in found


REVIEW = ReviewFacts(
    "公审〔2026〕7 号", DAY, ReviewVerdict.PASSED, reviewer_id=2, reviewer="常怀远", recorder_id=2
)
CONTRACT = ContractFacts(DAY, 580_000_000, True, drafter_id=1, review=REVIEW)


def _contract(**changed: object) -> LeadFacts:
    values = {name: getattr(CONTRACT, name) for name in ContractFacts.__slots__}
    return LeadFacts(contracts=(ContractFacts(**(values | changed)),))


def _review(**changed: object) -> LeadFacts:
    values = {name: getattr(REVIEW, name) for name in ReviewFacts.__slots__}
    return _contract(review=ReviewFacts(**(values | changed)))


@pytest.mark.parametrize(
    ("criterion", "facts", "said"),
    [
        (C.ASSESSMENT, LeadFacts(), "还没有研判意见"),
        (C.ASSESSMENT, LeadFacts(assessment="跟进"), ""),
        (C.FIRST_NEGOTIATOR, LeadFacts(), "首谈人和首谈日期"),
        (C.FIRST_NEGOTIATOR, LeadFacts(first_negotiator=True), "首谈日期"),
        (C.FIRST_NEGOTIATOR, LeadFacts(first_negotiator=True, first_talk_on=DAY), ""),
        (C.CONTACT_MADE, LeadFacts(), "电话视频不算"),
        (C.CONTACT_MADE, LeadFacts(answered=frozenset({"contact_made"})), ""),
        (C.SUMMARY, LeadFacts(), "还没有项目概要"),
        (C.SUMMARY, LeadFacts(summary="年产 2 GWh"), ""),
        (C.CONCLUSION, LeadFacts(conclusion="同意"), "会议日期"),
        (C.CONCLUSION, LeadFacts(conclusion="同意", conclusion_on=DAY), ""),
        (C.AGREEMENT, LeadFacts(), "意向和框架协议不算"),
        (C.AGREEMENT, _contract(signed_on=None), "签订日期"),
        (C.AGREEMENT, _contract(amount=None), "合同金额"),
        (C.AGREEMENT, _contract(has_file=False), "扫描件"),
        (C.AGREEMENT, _contract(), ""),
        (C.FAIR_REVIEW, LeadFacts(), "先登记正式协议"),
        (C.FAIR_REVIEW, _contract(review=None), "还没有公平竞争审查结论"),
        (C.FAIR_REVIEW, _review(verdict=ReviewVerdict.REFUSED), "没有通过"),
        (C.FAIR_REVIEW, _review(verdict=ReviewVerdict.AMENDED), ""),
        (C.FAIR_REVIEW, _review(reviewer_id=1), "同一个人"),
        (C.FAIR_REVIEW, _review(verdict=None, reviewed_on=None), "等常怀远登录后下结论"),
        (C.FAIR_REVIEW, _review(recorder_id=1, has_paper=True), "起草人自己登记的，不能算"),
        (C.FAIR_REVIEW, _review(recorder_id=3), "还缺审查文书的扫描件"),
        (C.FAIR_REVIEW, _review(recorder_id=3, has_paper=True), ""),
        (C.FAIR_REVIEW, _review(recorder_id=None), ""),
        (C.FAIR_REVIEW, _review(number=""), "文号"),
        (C.FAIR_REVIEW, _review(reviewed_on=None), "日期"),
        (C.FAIR_REVIEW, _review(), ""),
    ],
)
def test_a_gate_says_what_to_fill(criterion: C, facts: LeadFacts, said: str) -> None:
    missing = rules.missing_for(S.SIGNED, {S.SIGNED: [criterion]}, facts)
    assert bool(missing) is bool(said)
    assert all(said in item.reason and item.who for item in missing)
    assert rules.met_for(S.SIGNED, {S.SIGNED: [criterion]}, facts) == ([] if said else [criterion])


def test_a_complete_contract_beside_an_incomplete_one_is_enough() -> None:
    draft = ContractFacts(None, None, False, drafter_id=1)
    facts = LeadFacts(contracts=(draft, CONTRACT))
    assert rules.missing_for(S.SIGNED, {S.SIGNED: [C.AGREEMENT, C.FAIR_REVIEW]}, facts) == []


def test_date_of_one_contract_and_review_of_another_do_not_add_up() -> None:
    signed = ContractFacts(DAY, 1, True, drafter_id=1)
    reviewed = ContractFacts(None, None, False, drafter_id=1, review=REVIEW)
    facts = LeadFacts(contracts=(signed, reviewed))
    assert rules.missing_for(S.SIGNED, {S.SIGNED: [C.AGREEMENT, C.FAIR_REVIEW]}, facts)


@pytest.mark.parametrize(
    ("reason", "note", "fields"),
    [
        (None, "", {"reason_code"}),
        (LossReason.SITE, "", set()),
        (LossReason.OTHER, "", {"reason"}),
        (LossReason.OTHER, "老板换了主意", set()),
    ],
)
def test_a_loss_needs_a_coded_reason(reason: LossReason | None, note: str, fields: set[str]) -> None:
    assert set(rules.why_not_lose(reason, note)) == fields


@pytest.mark.parametrize(
    ("since", "clock", "kind", "words"),
    [
        (date(2026, 10, 25), 30, "yellow", "停留还剩 4 天"),
        (date(2026, 11, 1), 30, "green", "停留还剩 11 天"),
        (date(2026, 10, 21), 30, "yellow", "停留今天到限"),
        (date(2026, 10, 18), 30, "red", "停留超 3 天"),
        (date(2026, 11, 19), 3, "green", "停留还剩 2 天"),
        (date(2026, 11, 18), 3, "yellow", "停留还剩 1 天"),
        (date(2026, 11, 12), None, None, "已 8 天"),
        (DAY, None, None, "今天刚到"),
    ],
)
def test_the_clock_of_a_stage(since: date, clock: int | None, kind: str | None, words: str) -> None:
    light = rules.clock_light(since, DAY, clock)
    assert (light.kind, light.words) == (kind, words)


@pytest.mark.parametrize(
    ("days", "kind"), [(0, None), (30, None), (31, "yellow"), (45, "yellow"), (46, "red")]
)
def test_a_silence_is_yellow_after_thirty_days_and_red_after_forty_five(days: int, kind: str | None) -> None:
    light = rules.silence_light(days)
    assert (light.kind, light.words) == (kind, f"{days} 天没有联系")


def test_a_lead_nobody_ever_met_has_been_silent_since_its_registration() -> None:
    registered, met, today = date(2026, 1, 1), date(2026, 3, 1), date(2026, 3, 11)
    assert rules.days_of_silence(None, registered, today) == 69
    assert rules.days_of_silence(met, registered, today) == 10
