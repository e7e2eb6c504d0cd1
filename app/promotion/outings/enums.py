"""Words of outings."""

from app.core.values.enums import LabelledEnum


class OutingDirection(LabelledEnum):
    """Who goes to whom."""

    OUT = "out", "带队外出"
    IN = "in", "来访批次"


class OutingState(LabelledEnum):
    """How one stands: it follows from its days."""

    PLANNED = "planned", "未开始"
    RUNNING = "running", "进行中"
    OVER = "over", "已结束"


class StopState(LabelledEnum):
    """What came of a company of the schedule: it follows from the visits of its day."""

    AHEAD = "ahead", "还没到"
    MET = "met", "已记走访"
    MISSED = "missed", "没有谈成"
    SILENT = "silent", "还没有记"
