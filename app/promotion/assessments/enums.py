"""Words of assessments: how long, by which rule, which part, how an entry and an objection stand."""

from app.core.values.enums import LabelledEnum


class SpanKind(LabelledEnum):
    """How long one assessment lasts."""

    MONTH = "month", "每月"
    QUARTER = "quarter", "每季"
    YEAR = "year", "每年"


class ItemPart(LabelledEnum):
    """Which part of a score an item belongs to; the two are told apart."""

    ACTIVITY = "activity", "干了多少"
    OUTCOME = "outcome", "干成多少"


class RuleKind(LabelledEnum):
    """How a number becomes points."""

    TO_MAX = "to_max", "和最多的比"
    TO_GOAL = "to_goal", "和目标比"
    POWER = "power", "功效系数"
    STEPS = "steps", "分档"
    EACH = "each", "每件加分"
    DEDUCT = "deduct", "每件扣分"
    VETO = "veto", "一票否决"


class Counting(LabelledEnum):
    """What of a number is scored."""

    COUNT = "count", "个数"
    AMOUNT = "amount", "金额"


class EntryState(LabelledEnum):
    """How a number that was entered by hand stands."""

    WAITING = "waiting", "等复核"
    CONFIRMED = "confirmed", "已复核"
    REFUSED = "refused", "退回"


class ObjectionState(LabelledEnum):
    """How an objection stands."""

    OPEN = "open", "等答复"
    UPHELD = "upheld", "成立，已重算"
    DISMISSED = "dismissed", "不成立"
