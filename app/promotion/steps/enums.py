"""Vocabulary of next steps and promises."""

from app.core.values.enums import LabelledEnum


class StepKind(LabelledEnum):
    NEXT = "next", "下一步"
    PROMISE = "promise", "承诺"
    REVIEW = "review", "审查"

    @property
    def is_ticked(self) -> bool:
        """Whether a press closes such a step; a review is closed by its conclusion alone."""
        return self is not StepKind.REVIEW


class StepState(LabelledEnum):
    OPEN = "open", "待办"
    DONE = "done", "已办结"
    DROPPED = "dropped", "不再办"


class DueGroup(LabelledEnum):
    OVERDUE = "overdue", "逾期"
    TODAY = "today", "今天"
    THIS_WEEK = "this_week", "本周"
    LATER = "later", "以后"
