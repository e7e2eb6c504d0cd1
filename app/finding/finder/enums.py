"""Vocabulary of the global search."""

from app.core.values.enums import LabelledEnum


class FoundBy(LabelledEnum):
    INDEX = "index", "搜索引擎"
    DATABASE = "database", "简易搜索"


class SortedBy(LabelledEnum):
    RELEVANCE = "relevance", "相关度"
    RECENT = "recent", "最近动态"
    AMOUNT = "amount", "金额"


class Condition(LabelledEnum):
    """What results can be narrowed by; the value is the parameter in the address."""

    KIND = "kind", "种类"
    STAGE = "stage", "阶段"
    REGION = "region", "注册地"
    INDUSTRY = "industry", "行业"
    UNIT = "unit", "责任单位"
    TEAM = "team", "驻点组"
    OWNER = "owner", "负责人"
    STATUS = "status", "存续状态"
    AMOUNT = "amount", "金额"
    DAY = "day", "最近动态"
