"""A kind of record declares its stages, and has its moves, what refuses them and what comes next."""

import pytest

from app.core.records.path import MoveKind, Path
from app.core.values.enums import LabelledEnum


class Stage(LabelledEnum):
    """Of a kind of record that nobody has: three steps, a hold, an end beside the path."""

    PLANNED = "planned", "计划"
    RUNNING = "running", "进行"
    DONE = "done", "完成"
    PAUSED = "paused", "中止"
    DROPPED = "dropped", "取消"


S, K = Stage, MoveKind
OPEN = Path("活动", (S.PLANNED, S.RUNNING, S.DONE), frozenset({S.PAUSED}), frozenset({S.DROPPED}))
CLOSED = Path("活动", OPEN.steps, OPEN.holds, frozenset({S.DONE, S.DROPPED}))


@pytest.mark.parametrize(
    ("stage", "to", "came_from", "kind"),
    [
        (S.PLANNED, S.RUNNING, None, K.FORWARD),
        (S.PLANNED, S.DONE, None, K.JUMP),
        (S.RUNNING, S.PLANNED, None, K.BACK),
        (S.RUNNING, S.PAUSED, None, K.HOLD),
        (S.PAUSED, S.RUNNING, S.RUNNING, K.RESUME),
        (S.PAUSED, S.DONE, S.RUNNING, None),
        (S.PAUSED, S.DROPPED, S.RUNNING, K.END),
        (S.DROPPED, S.PLANNED, S.RUNNING, None),
        (S.DONE, S.RUNNING, S.RUNNING, K.BACK),
    ],
)
def test_what_a_move_is_follows_from_the_stages(
    stage: Stage, to: Stage, came_from: Stage | None, kind: MoveKind | None
) -> None:
    assert OPEN.kind_of_move(stage, to, came_from) is kind


def test_the_last_step_is_left_only_where_it_is_no_end() -> None:
    assert [move.kind for move in OPEN.allowed_moves(S.DONE, may_correct=True)] == [
        K.BACK,
        K.BACK,
        K.HOLD,
        K.END,
    ]
    assert CLOSED.allowed_moves(S.DONE, may_correct=True) == []
    assert OPEN.next_stage(S.DONE) is None


def test_a_refusal_names_the_stage_as_it_is_called_and_the_kind_of_record() -> None:
    said = OPEN.why_not_move(S.PAUSED, S.DONE, S.RUNNING, may_correct=True)
    assert said == "中止的活动只能恢复到原来的阶段，不能直接到「完成」"
    said = OPEN.why_not_move(S.PLANNED, S.DONE, may_correct=False, label="办完")
    assert said is not None and said.startswith("到「办完」是跳步")
    assert OPEN.why_not_move(S.PLANNED, S.RUNNING, may_correct=False) is None
