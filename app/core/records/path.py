"""The path of a record's stages: what going from one to another is, who may, and what refuses it. Pure.

A kind of record declares its stages once; what each stage asks for stays with the kind.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from app.core.values.enums import LabelledEnum

S = TypeVar("S", bound=LabelledEnum)


class MoveKind(LabelledEnum):
    """What a move is; each kind asks for something else."""

    FORWARD = "forward", "推进"
    JUMP = "jump", "跳步"
    BACK = "back", "退步"
    HOLD = "hold", "暂缓"
    RESUME = "resume", "恢复"
    END = "end", "结束"  # into an end beside the path, whose own name says more


BY_CORRECTORS = frozenset({MoveKind.JUMP, MoveKind.BACK})  # need the right to correct, and a reason


@dataclass(frozen=True, slots=True)
class Move(Generic[S]):
    """One stage that may be entered from where a record stands."""

    to: S
    kind: MoveKind


@dataclass(frozen=True)
class Path(Generic[S]):
    """The stages of a kind of record, which `noun` names. `steps` are walked one after another; from a stage
    in `holds` a record goes back to where it came from; nothing leaves a stage in `ends`, which may be the
    last step.
    """

    noun: str
    steps: tuple[S, ...]
    holds: frozenset[S] = frozenset()
    ends: frozenset[S] = frozenset()

    def stage_of(self, code: str | None) -> S | None:
        """The stage of a code that the ledger's arithmetic hands back as text."""
        return type(self.steps[0]).parse(code)

    def kind_of_move(self, stage: S, to: S, came_from: S | None = None) -> MoveKind | None:
        """What going from `stage` to `to` would be; None when it is never possible. `came_from` is the stage
        before, which matters to a record on hold.
        """
        if stage in self.ends or stage is to:
            return None
        if to not in self.steps:
            return MoveKind.HOLD if to in self.holds else MoveKind.END
        if stage in self.holds:
            return MoveKind.RESUME if to is came_from else None
        ahead = self.steps.index(to) - self.steps.index(stage)
        if ahead < 0:
            return MoveKind.BACK
        return MoveKind.FORWARD if ahead == 1 else MoveKind.JUMP

    def allowed_moves(self, stage: S, came_from: S | None = None, *, may_correct: bool) -> list[Move[S]]:
        """Every stage that somebody may choose, in the order of the path; without regard to what it asks."""
        moves = [(to, self.kind_of_move(stage, to, came_from)) for to in type(stage)]
        return [Move(to, kind) for to, kind in moves if kind and (may_correct or kind not in BY_CORRECTORS)]

    def next_stage(self, stage: S, came_from: S | None = None) -> S | None:
        """The stage that the page prepares for: the next one, or the one that a record on hold came from."""
        if stage in self.holds:
            return came_from
        if stage in self.ends or stage is self.steps[-1]:
            return None
        return self.steps[self.steps.index(stage) + 1]

    def why_not_move(
        self, stage: S, to: S, came_from: S | None = None, *, may_correct: bool, label: str = ""
    ) -> str | None:
        """The sentence that refuses a move, None when it may be tried. `label` is the target's name where it
        has another one than its own.
        """
        kind, name = self.kind_of_move(stage, to, came_from), label or to.label
        if stage in self.ends:
            return f"已经{stage.label}，不能再变动；如果记错了，请有更正权限的人在阶段台账里更正"
        if stage is to:
            return f"现在就在「{name}」，不用再移"
        if kind is None:
            return f"{stage.label}的{self.noun}只能恢复到原来的阶段，不能直接到「{name}」"
        if kind in BY_CORRECTORS and not may_correct:
            return for_correctors(kind, name)
        return None


def for_correctors(kind: MoveKind, label: str) -> str:
    """The sentence for who may not jump or step back."""
    return f"到「{label}」是{kind.label}，不在您的职责内，要由招商局负责人办理"
