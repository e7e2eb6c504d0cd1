"""Schemes that counties use, to begin with. What the product does not count yet is entered by hand. Pure."""

from dataclasses import dataclass

from app.core.values.credit import WHOLE, By
from app.core.values.money import YI
from app.promotion.assessments.enums import Counting, ItemPart, RuleKind, SpanKind
from app.promotion.assessments.rules.items import POINT, ScoreItem

_ACTIVITY, _OUTCOME = ItemPart.ACTIVITY, ItemPart.OUTCOME


@dataclass(frozen=True, slots=True)
class ShippedScheme:
    """A scheme to begin with: its items have numbers for codes until they are kept."""

    code: str
    name: str
    note: str
    kind: SpanKind
    by: By
    items: tuple[ScoreItem, ...]


def _to_max(code: str, name: str, weight: int, measure: str = "", part: ItemPart = _ACTIVITY) -> ScoreItem:
    return ScoreItem(
        code=code, name=name, part=part, rule=RuleKind.TO_MAX, measure=measure, weight=weight * POINT
    )


def _deduct(code: str, name: str, hundredths: int, measure: str = "") -> ScoreItem:
    return ScoreItem(
        code=code, name=name, part=_ACTIVITY, rule=RuleKind.DEDUCT, measure=measure, each=hundredths
    )


def _of_unit(
    rule: RuleKind, code: str, name: str, weight: int, measure: str, counting: Counting
) -> ScoreItem:
    capped = rule is RuleKind.TO_GOAL
    goal = 10 * (WHOLE if counting is Counting.COUNT else YI)
    return ScoreItem(
        code=code,
        name=name,
        part=_OUTCOME,
        rule=rule,
        measure=measure,
        counting=counting,
        weight=weight * POINT,
        goal=goal if capped else 0,
        most=weight * POINT if capped else None,
    )


RESIDENT_MONTH = ShippedScheme(
    "resident_month",
    "驻点组月度比拼",
    "驻点天数按 20 天分档，查岗离岗一次扣 10 分，外资签约一个加 20 分、两人引进各算一半；"
    "拜访、接待、项目、优质项目、领导对接和最多的组比；总分不低于 0",
    SpanKind.MONTH,
    By.TEAM,
    (
        ScoreItem(
            code="days",
            name="驻点天数",
            part=_ACTIVITY,
            rule=RuleKind.STEPS,
            measure="duty.days",
            weight=10 * POINT,
            each=POINT,
            steps=((20 * WHOLE, 10 * POINT), (15 * WHOLE, 9 * POINT), (10 * WHOLE, 8 * POINT)),
        ),
        _deduct("absent", "查岗离岗", 10 * POINT, "duty.absent"),
        ScoreItem(
            code="foreign",
            name="外资签约",
            part=_OUTCOME,
            rule=RuleKind.EACH,
            weight=20 * POINT,
            each=20 * POINT,
        ),
        _to_max("visits", "外出拜访", 10, "visit.outbound"),
        _to_max("receptions", "来访接待", 10, "visit.reception"),
        _to_max("projects", "项目（有效线索）", 15, "lead.valid", _OUTCOME),
        _to_max("fine", "优质项目", 15, "", _OUTCOME),
        _to_max("leaders", "领导对接", 20),
    ),
)
UNIT_GOALS = ShippedScheme(
    "unit_goals",
    "单位签约任务",
    "（个数 ÷ 目标 × 50% + 金额 ÷ 目标 × 50%）× 分值，超过目标不加分；"
    "超时限未开工一个扣 0.1 分，弄虚作假一个扣 0.2 分",
    SpanKind.YEAR,
    By.UNIT,
    (
        _of_unit(RuleKind.TO_GOAL, "count", "正式签约个数", 50, "lead.signed", Counting.COUNT),
        _of_unit(RuleKind.TO_GOAL, "amount", "正式签约金额", 50, "lead.signed", Counting.AMOUNT),
        _deduct("late", "超时限未开工", 10),
        _deduct("false", "弄虚作假", 20),
    ),
)
UNIT_POWER = ShippedScheme(
    "unit_power",
    "单位功效系数",
    "每项按（自己的 − 最少的）÷（最多的 − 最少的）× 40 + 60 折算，再乘分值",
    SpanKind.QUARTER,
    By.UNIT,
    (
        _of_unit(RuleKind.POWER, "valid", "有效线索", 30, "lead.valid", Counting.COUNT),
        _of_unit(RuleKind.POWER, "talks", "进入在谈", 30, "lead.negotiating", Counting.COUNT),
        _of_unit(RuleKind.POWER, "signed", "正式签约金额", 40, "lead.signed", Counting.AMOUNT),
    ),
)
SHIPPED = (RESIDENT_MONTH, UNIT_GOALS, UNIT_POWER)
SHIPPED_BY_CODE = {scheme.code: scheme for scheme in SHIPPED}
