"""Vocabulary of projects."""

from app.core.values.enums import LabelledEnum


class ProjectStage(LabelledEnum):
    SIGNED = "signed", "已签约"
    REGISTERED = "registered", "注册"
    LANDED = "landed", "落地"
    STARTED = "started", "开工"
    IN_LIBRARY = "in_library", "入库"
    COMPLETED = "completed", "竣工"
    IN_PRODUCTION = "in_production", "投产"
    FULL_CAPACITY = "full_capacity", "达产"
    TERMINATED = "terminated", "终止"


PATH: tuple[ProjectStage, ...] = tuple(ProjectStage)[:8]


class ProjectKind(LabelledEnum):
    SIGNED = "signed", "签约项目"
    RESERVE = "reserve", "储备项目"
