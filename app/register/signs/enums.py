"""What shows that a company expands."""

from app.core.values.enums import LabelledEnum


class SignKind(LabelledEnum):
    FUNDING = "funding", "融资"
    HIRING = "hiring", "招聘"
    SUBSIDIARY = "subsidiary", "新设子公司"
    CONTRACT = "contract", "中标"
    EXPANSION = "expansion", "扩产"
    FULL_CAPACITY = "full_capacity", "产能满负荷"
    OTHER = "other", "其他"
