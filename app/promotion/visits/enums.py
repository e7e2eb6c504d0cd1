"""Vocabulary of visits."""

from app.core.values.enums import LabelledEnum


class VisitKind(LabelledEnum):
    OUTBOUND = "outbound", "外出拜访"
    RECEPTION = "reception", "来访接待"
    CALL = "call", "电话视频"
