"""What is wrong with an item, and with the items of a scheme together. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from app.promotion.assessments.enums import Counting, RuleKind
from app.promotion.assessments.rules.items import FULL, ScoreItem, shown_points

WEIGHED = (RuleKind.TO_MAX, RuleKind.TO_GOAL, RuleKind.POWER, RuleKind.STEPS)
Measured = Mapping[str, bool]  # code of a measure -> whether it has an amount


def problem_of_item(item: ScoreItem, measured: Measured) -> dict[str, str]:
    """By field, what has to be mended before the item can be kept."""
    return _of_measure(item, measured) or _of_rule(item) or _of_bounds(item)


def _of_measure(item: ScoreItem, measured: Measured) -> dict[str, str]:
    if item.measure and item.measure not in measured:
        return {
            "measure": f"没有「{item.measure}」这个数，或者它不按考核的对象记。从列表里选一个，或者选人工填数"
        }
    if item.counting is Counting.AMOUNT and item.measure and not measured[item.measure]:
        return {"counting": "这个数没有金额，只能按个数算"}
    return {}


def _of_rule(item: ScoreItem) -> dict[str, str]:
    wanting: dict[RuleKind, tuple[Callable[[], bool], str, str]] = {
        RuleKind.TO_GOAL: (lambda: item.goal > 0, "goal", "和目标比，写上目标是多少，要大于 0"),
        RuleKind.STEPS: (lambda: bool(item.steps), "steps", "写上各档，例如 20=10，15=9，10=8"),
        RuleKind.EACH: (lambda: item.each > 0, "each", "写上每件加几分，要大于 0"),
        RuleKind.DEDUCT: (lambda: item.each > 0, "each", "写上每件扣几分，要大于 0"),
    }
    if item.rule in WEIGHED and item.weight <= 0:
        return {"weight": "写上这一项满分多少，要大于 0"}
    if item.rule in (RuleKind.DEDUCT, RuleKind.VETO) and item.weight:
        return {"weight": f"{item.rule.label}不占分值，这里写 0"}
    is_there, field, sentence = wanting.get(item.rule, (lambda: True, "", ""))
    return {} if is_there() else {field: sentence}


def _of_bounds(item: ScoreItem) -> dict[str, str]:
    if item.most is not None and item.least is not None and item.most < item.least:
        return {"most": f"最多 {shown_points(item.most)} 分，比最少 {shown_points(item.least)} 分还少"}
    return {}


def problem_of_items(items: Sequence[ScoreItem], measured: Measured) -> str:
    """Why these items cannot be put in force together; empty when they can."""
    if not items:
        return "还没有考核项，先加上"
    twice = [name for name, number in Counter(item.name for item in items).items() if number > 1]
    if twice:
        return f"「{twice[0]}」写了两次，改一个名称"
    for item in items:
        if problems := problem_of_item(item, measured):
            return f"「{item.name}」：{next(iter(problems.values()))}"
    total = sum(item.weight for item in items)
    if total != FULL:
        more = "多" if total > FULL else "少"
        off = shown_points(abs(total - FULL))
        return f"各项分值加起来是 {shown_points(total)} 分，要正好 100 分，现在{more} {off} 分"
    return ""
