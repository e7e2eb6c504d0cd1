"""What money goes for."""

from app.core.values.enums import LabelledEnum


class ExpenseKind(LabelledEnum):
    TRAVEL = "travel", "差旅"
    RECEPTION = "reception", "接待"
    VENUE = "venue", "会务场地"
    MATERIALS = "materials", "资料宣传"
    RENT = "rent", "房租物业"
    OFFICE = "office", "办公设备"
    AGENCY = "agency", "委托服务"
    OTHER = "other", "其他"
