"""Vocabulary of the funnel."""

from app.core.values.enums import LabelledEnum


class Figure(LabelledEnum):
    """What a number of the funnel counts; each opens to exactly its rows."""

    STOCK = "stock", "期末存量"
    ENTERED = "entered", "本期进入"
    COHORT = "cohort", "同一批走到"
    STUCK = "stuck", "没有走到下一步"
    PASSED = "passed", "走到了下一步"
    LOST = "lost", "本期流失"


class Extent(LabelledEnum):
    """Whose leads a figure counts."""

    MINE = "mine", "本人可见"
    COUNTY = "county", "全县"
