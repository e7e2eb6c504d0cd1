"""How an item is scored and how a line came about, in words. Pure."""

from collections.abc import Collection

from app.promotion.assessments.enums import Counting, RuleKind
from app.promotion.assessments.rules.items import ScoreItem, shown_points, shown_quantity
from app.promotion.assessments.rules.scoring import ScoredLine


def words_of(item: ScoreItem) -> str:
    """The rule of an item with its numbers: 和最多的比，最多的得 10 分."""
    unit = "个" if item.counting is Counting.COUNT else "亿元"
    weight, each = shown_points(item.weight), shown_points(item.each)
    told = {
        RuleKind.TO_MAX: f"自己的 ÷ 最多的 × {weight} 分",
        RuleKind.TO_GOAL: f"自己的 ÷ 目标 {shown_quantity(item.goal, item.counting)} {unit} × {weight} 分",
        RuleKind.POWER: f"（（自己的 − 最少的）÷（最多的 − 最少的）× 40 + 60）÷ 100 × {weight} 分",
        RuleKind.STEPS: "，".join(
            f"满 {shown_quantity(much, item.counting)} 得 {shown_points(points)} 分"
            for much, points in item.steps
        )
        + (f"，不到最低一档每差 1 {unit}再扣 {each} 分" if item.each else ""),
        RuleKind.EACH: f"每{unit}加 {each} 分",
        RuleKind.DEDUCT: f"每{unit}扣 {each} 分",
        RuleKind.VETO: "有一次，总分记 0",
    }[item.rule]
    return told + _bounds(item)


def _bounds(item: ScoreItem) -> str:
    most = f"，最多 {shown_points(item.most)} 分" if item.most is not None else ""
    return most + (f"，最少 {shown_points(item.least)} 分" if item.least is not None else "")


def explained(line: ScoredLine, all_of_them: Collection[int]) -> str:
    """The sum behind the points of a line: 12 ÷ 20 × 10."""
    item = line.item
    own, best, least = (
        shown_quantity(number, item.counting)
        for number in (line.quantity, max(all_of_them, default=0), min(all_of_them, default=0))
    )
    weight, each = shown_points(item.weight), shown_points(item.each)
    nobody = not max(all_of_them, default=0)
    return {
        RuleKind.TO_MAX: "都没有" if nobody else f"{own} ÷ {best} × {weight}",
        RuleKind.TO_GOAL: f"{own} ÷ {shown_quantity(item.goal, item.counting)} × {weight}",
        RuleKind.POWER: f"（（{own} − {least}）÷（{best} − {least}）× 40 + 60）÷ 100 × {weight}",
        RuleKind.STEPS: f"{own}，按档",
        RuleKind.EACH: f"{own} × {each}",
        RuleKind.DEDUCT: f"−{own} × {each}" if line.quantity else "没有",
        RuleKind.VETO: f"{own} 次",
    }[item.rule]
