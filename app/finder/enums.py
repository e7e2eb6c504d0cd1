"""Vocabulary of the global search."""

from app.core.enums import LabelledEnum


class FoundBy(LabelledEnum):
    INDEX = "index", "搜索引擎"
    DATABASE = "database", "简易搜索"
