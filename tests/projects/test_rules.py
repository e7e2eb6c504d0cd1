"""What a project may do next and what it must show."""

from datetime import date, timedelta

import pytest

from app.core.records.path import MoveKind
from app.delivery.projects import rules
from app.delivery.projects.enums import PATH, ProjectStage

S = ProjectStage
DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("stage", "to", "kind"),
    [
        (S.SIGNED, S.REGISTERED, MoveKind.FORWARD),
        (S.SIGNED, S.STARTED, MoveKind.JUMP),
        (S.STARTED, S.LANDED, MoveKind.BACK),
        (S.STARTED, S.TERMINATED, MoveKind.END),
        (S.FULL_CAPACITY, S.TERMINATED, MoveKind.END),
        (S.STARTED, S.STARTED, None),
        (S.TERMINATED, S.REGISTERED, None),
    ],
)
def test_a_move_is_forward_a_jump_back_or_the_end(
    stage: ProjectStage, to: ProjectStage, kind: MoveKind | None
) -> None:
    assert rules.kind_of_move(stage, to) is kind


def test_every_stage_after_the_contract_asks_for_a_paper() -> None:
    assert set(rules.EVIDENCE) == set(PATH[1:])
    for to in PATH[1:]:
        said = rules.missing_words(MoveKind.FORWARD, to, "", "")
        assert to.label in said["evidence"]
    assert "施工许可证" in rules.missing_words(MoveKind.FORWARD, S.STARTED, "", "")["evidence"]


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        ("91320506YY1234563E", None),
        ("营业执照 91320506yy1234563e，2026-11-20 成立", None),
        ("9132 0506 YY12 3456 3E", None),
        ("公司已经注册好了", "没有统一社会信用代码，照营业执照写上 18 位代码"),
        ("营业执照（2026）第 1234 号", "没有统一社会信用代码"),
        ("91320506YY12345630", "最后一位校验不对，请对照营业执照"),
        ("91320506YY1234563", "现在是 17 位"),
        ("320506000012345", "旧的 15 位注册号"),
    ],
)
def test_a_registration_is_shown_by_the_code_of_the_new_company(evidence: str, said: str | None) -> None:
    refused = rules.missing_words(MoveKind.FORWARD, S.REGISTERED, "", evidence)
    assert (said is None) == (refused == {})
    assert said is None or said in refused["evidence"]


def test_jumps_steps_back_and_the_end_ask_for_a_reason() -> None:
    for kind in (MoveKind.JUMP, MoveKind.BACK, MoveKind.END):
        assert "原因" in rules.missing_words(kind, S.STARTED, "", "许可证")["reason"]
    assert rules.missing_words(MoveKind.END, S.TERMINATED, "解约", "") == {}
    assert rules.missing_words(MoveKind.FORWARD, S.STARTED, "", "许可证") == {}


def test_only_who_may_correct_is_offered_jumps_and_steps_back() -> None:
    plain = rules.allowed_moves(S.LANDED, may_correct=False)
    assert [move.to for move in plain] == [S.STARTED, S.TERMINATED]
    assert {move.to for move in rules.allowed_moves(S.LANDED, may_correct=True)} == set(S) - {S.LANDED}
    assert rules.allowed_moves(S.TERMINATED, may_correct=True) == []
    assert "招商局负责人" in (rules.why_not_move(S.SIGNED, S.STARTED, may_correct=False) or "")
    assert rules.why_not_move(S.SIGNED, S.STARTED, may_correct=True) is None


def test_a_date_lies_between_the_last_move_and_today() -> None:
    assert rules.why_not_on(DAY, today=DAY, moved_on=DAY) is None
    assert "晚于今天" in (rules.why_not_on(DAY + timedelta(1), today=DAY, moved_on=DAY) or "")
    assert "早于上一次" in (rules.why_not_on(DAY - timedelta(1), today=DAY, moved_on=DAY) or "")


def test_the_path_ends_at_full_capacity() -> None:
    assert rules.next_stage(S.SIGNED) is S.REGISTERED
    assert rules.next_stage(S.FULL_CAPACITY) is None
    assert rules.next_stage(S.TERMINATED) is None


@pytest.mark.parametrize("code", ["", "2609-320506-04-01-123456"])
def test_a_project_code_may_be_missing_or_whole(code: str) -> None:
    assert rules.code_problem(code) is None


@pytest.mark.parametrize("code", ["2609-320506-04-01", "2609-32050６-04-01-12345", "abc"])
def test_a_broken_project_code_is_refused_with_an_example(code: str) -> None:
    assert "例如" in (rules.code_problem(code) or "")
