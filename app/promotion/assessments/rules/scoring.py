"""Numbers become points, points a score, scores places. Exact: fractions until an item is rounded."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.promotion.assessments.enums import ItemPart, RuleKind
from app.promotion.assessments.rules.items import POINT, ScoreItem

LEAST = 0  # no total lies below
_BASE, _SPAN = Fraction(60, 100), Fraction(40, 100)  # 功效系数: the worst has 60, the best 100 of a hundred

Quantities = Mapping[str, int]  # by the code of the item


@dataclass(frozen=True, slots=True)
class ScoredLine:
    """What one item gave."""

    item: ScoreItem
    quantity: int
    points: int


@dataclass(frozen=True, slots=True)
class Scored:
    """A score and all that it is the sum of: its lines and what levelled it, at 0 or by a veto."""

    lines: tuple[ScoredLine, ...]
    levelled: int
    total: int
    vetoed_by: str = ""  # the name of the item

    @property
    def levelled_because(self) -> tuple[str, str]:
        """What levelled it, and why."""
        if self.levelled < 0:
            return "一票否决", "有一票否决的事，总分记 0"
        return "总分不低于 0", "各项相加不到 0，补到 0"

    def part(self, part: ItemPart) -> int:
        return sum(line.points for line in self.lines if line.item.part is part)


def scored(items: Sequence[ScoreItem], quantities: Mapping[int, Quantities]) -> dict[int, Scored]:
    """The scores of all who are compared, from how much each has of each item."""
    columns = {item.code: [of.get(item.code, 0) for of in quantities.values()] for item in items}
    return {group: _scored(items, of, columns) for group, of in quantities.items()}


def _scored(items: Sequence[ScoreItem], of: Quantities, columns: Mapping[str, list[int]]) -> Scored:
    lines = tuple(
        ScoredLine(item, of.get(item.code, 0), points_of(item, of.get(item.code, 0), columns[item.code]))
        for item in items
    )
    vetoes = [line.item.name for line in lines if line.item.rule is RuleKind.VETO and line.quantity > 0]
    earned = sum(line.points for line in lines)
    total = LEAST if vetoes else max(LEAST, earned)
    return Scored(lines, total - earned, total, vetoes[0] if vetoes else "")


def points_of(item: ScoreItem, quantity: int, all_of_them: Collection[int]) -> int:
    """Points of one item, in hundredths, rounded half up and within its bounds."""
    points = _rounded(_RULES[item.rule](item, quantity, all_of_them), item.digits)
    if item.most is not None:
        points = min(points, item.most)
    return points if item.least is None else max(points, item.least)


def _rounded(points: Fraction, digits: int) -> int:
    """Half away from zero, as people round."""
    step = 10 ** (2 - digits)
    units = abs(points) / step
    whole = (2 * units.numerator + units.denominator) // (2 * units.denominator)
    return int(whole * step * (1 if points >= 0 else -1))


def _to_max(item: ScoreItem, quantity: int, all_of_them: Collection[int]) -> Fraction:
    best = max(all_of_them, default=0)
    return Fraction(item.weight * quantity, best) if best > 0 else Fraction(0)


def _to_goal(item: ScoreItem, quantity: int, _all: Collection[int]) -> Fraction:
    return Fraction(item.weight * quantity, item.goal) if item.goal > 0 else Fraction(0)


def _power(item: ScoreItem, quantity: int, all_of_them: Collection[int]) -> Fraction:
    """Who has as much as everybody else has the full share, if that is more than nothing."""
    least, best = min(all_of_them), max(all_of_them)
    if best == least:
        share = Fraction(1) if best > 0 else _BASE
    else:
        share = _BASE + _SPAN * Fraction(quantity - least, best - least)
    return item.weight * share


def _steps(item: ScoreItem, quantity: int, _all: Collection[int]) -> Fraction:
    for at, points in item.steps:
        if quantity >= at:
            return Fraction(points)
    if not item.steps:
        return Fraction(0)
    lowest, points = item.steps[-1]
    return points - Fraction(item.each * (lowest - quantity), item.piece)


def _each(item: ScoreItem, quantity: int, _all: Collection[int]) -> Fraction:
    return Fraction(item.each * quantity, item.piece)


def _deduct(item: ScoreItem, quantity: int, _all: Collection[int]) -> Fraction:
    return -Fraction(item.each * quantity, item.piece)


def _nothing(_item: ScoreItem, _quantity: int, _all: Collection[int]) -> Fraction:
    return Fraction(0)


_RULES = {
    RuleKind.TO_MAX: _to_max,
    RuleKind.TO_GOAL: _to_goal,
    RuleKind.POWER: _power,
    RuleKind.STEPS: _steps,
    RuleKind.EACH: _each,
    RuleKind.DEDUCT: _deduct,
    RuleKind.VETO: _nothing,
}
assert POINT == 10**2  # what `digits` counts


def places_of(totals: Mapping[int, int]) -> dict[int, int]:
    """Who comes where: equal totals share a place, and the next one is as many further on."""
    ordered = sorted(totals.values(), reverse=True)
    return {group: ordered.index(total) + 1 for group, total in totals.items()}
