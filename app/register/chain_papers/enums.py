"""What is kept for a chain."""

from app.core.values.enums import LabelledEnum


class PaperForm(LabelledEnum):
    MAP = "map", "图"
    LIST = "list", "清单"
