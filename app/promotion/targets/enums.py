"""How far the county is with a company that it wants to win."""

from app.core.values.enums import LabelledEnum


class TargetStage(LabelledEnum):
    POOL = "pool", "待研判"
    PLANNED = "planned", "拟拜访"
    CONTACTED = "contacted", "已接触"
    IN_TALKS = "in_talks", "在谈"
    DROPPED = "dropped", "放弃"


PATH: tuple[TargetStage, ...] = tuple(TargetStage)[:4]
