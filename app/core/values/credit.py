"""Whom something is credited to, and how much of it."""

from app.core.values.enums import LabelledEnum

WHOLE = 1000  # one record; who shares it with another one has half of it


class By(LabelledEnum):
    """Whom a measure is counted for."""

    TEAM = "team", "驻点组"
    PERSON = "person", "人员"
    UNIT = "unit", "单位"
