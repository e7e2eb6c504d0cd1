"""Words of outings."""

from app.core.values.enums import LabelledEnum


class OutingDirection(LabelledEnum):
    """Who goes to whom."""

    OUT = "out", "带队外出"
    IN = "in", "来访批次"


class StopState(LabelledEnum):
    """What came of a company of the schedule: it follows from the visits of its day."""

    AHEAD = "ahead", "还没到"
    MET = "met", "已记走访"
    MISSED = "missed", "没有谈成"
    SILENT = "silent", "还没有记"
