"""Vocabulary of tags."""

from app.core.values.enums import LabelledEnum


class TagColor(LabelledEnum):
    """The colours of the charts, which mean nothing: red, yellow and green are those of lights."""

    BLUE = "blue", "蓝"
    TEAL = "teal", "青"
    VIOLET = "violet", "紫"
    BROWN = "brown", "棕"
    GREY = "grey", "灰"
    ROSE = "rose", "玫红"
