"""Vocabulary of the reference tables."""

from app.core.values.enums import LabelledEnum


class DivisionKind(LabelledEnum):
    ORDINARY = "ordinary", "行政区"
    PLACEHOLDER = "placeholder", "占位"
    ZONE = "zone", "开发区"
