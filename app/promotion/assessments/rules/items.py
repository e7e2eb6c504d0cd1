"""One item of a scheme as the arithmetic takes it, and its numbers as people write them.

Points are whole hundredths; what is counted is thousandths of a record (`core.values.credit.WHOLE`), what
is summed up is 元. So nothing is ever a float, and what is shown is what is stored.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from app.core.values.money import YI
from app.promotion.assessments.enums import Counting, ItemPart, RuleKind

POINT = 100
FULL = 100 * POINT  # what the weights of a scheme make together
COUNTED_IN = {Counting.COUNT: 1000, Counting.AMOUNT: YI}  # one piece, one 亿元
_STEP = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)\s*[=＝:：]\s*(-?\d{1,4}(?:\.\d{1,2})?)")
_POINTS = re.compile(r"-?\d{1,4}(?:\.\d{1,2})?")
_QUANTITY = re.compile(r"\d{1,7}(?:\.\d{1,3})?")
_SPLIT = re.compile(r"[,，;；、\s]+")

Steps = tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreItem:
    """`measure` is empty for a number that is entered by hand. `each` is what one piece (one 亿元) adds or
    takes off; below the last of `steps`, what each piece that is missing takes off. Without `most` or
    `least` there is no such bound.
    """

    code: str
    name: str
    part: ItemPart
    rule: RuleKind
    measure: str = ""
    counting: Counting = Counting.COUNT
    weight: int = 0
    goal: int = 0
    each: int = 0
    steps: Steps = ()
    most: int | None = None
    least: int | None = None
    digits: int = 2

    @property
    def piece(self) -> int:
        return COUNTED_IN[self.counting]


def shown_points(points: int) -> str:
    """6.67, 10, −2.5."""
    return _trimmed(Decimal(points) / POINT)


def shown_quantity(quantity: int, counting: Counting) -> str:
    """12, 0.5; of amounts 亿元."""
    return _trimmed(Decimal(quantity) / COUNTED_IN[counting])


def _trimmed(number: Decimal) -> str:
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−") or "0"


def read_points(text: str) -> int | None:
    """`10`, `0.5`, `-2`: points as people write them; None when it is no such number."""
    return int(Decimal(_plain(text)) * POINT) if _POINTS.fullmatch(_plain(text)) else None


def read_quantity(text: str, counting: Counting) -> int | None:
    """`12`, `0.5`; of amounts 亿元."""
    if not _QUANTITY.fullmatch(_plain(text)):
        return None
    return int(Decimal(_plain(text)) * COUNTED_IN[counting])


def _plain(text: str) -> str:
    return text.strip().replace("−", "-").replace("－", "-")


def read_steps(text: str, counting: Counting) -> Steps | None:
    """`20=10，15=9，10=8`: from how many on which points, the highest first; None when it is no such line."""
    found = []
    for part in filter(None, _SPLIT.split(text.strip())):
        step = _STEP.fullmatch(part)
        if step is None:
            return None
        found.append((int(Decimal(step[1]) * COUNTED_IN[counting]), int(Decimal(step[2]) * POINT)))
    if len({at for at, _points in found}) < len(found):
        return None
    return tuple(sorted(found, reverse=True))


def written_steps(steps: Steps, counting: Counting) -> str:
    """The same as people write it."""
    told = (f"{shown_quantity(at, counting)}={shown_points(points)}" for at, points in steps)
    return "，".join(told).replace("−", "-")
