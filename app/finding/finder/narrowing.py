"""What results are narrowed to, by the address and by what was understood, as filters of the index. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.core.index.searching import Between, Filter, OneOf
from app.finding.finder.enums import Condition
from app.finding.finder.understanding import ReadCondition, together

FIELDS: Mapping[Condition, str] = {
    Condition.KIND: "kind",
    Condition.STAGE: "stage",
    Condition.REGION: "region",
    Condition.INDUSTRY: "industry",
    Condition.UNIT: "units",
    Condition.TEAM: "teams",
    Condition.OWNER: "owners",
    Condition.STATUS: "status",
    Condition.AMOUNT: "amount",
    Condition.DAY: "day",
}
NUMBERS = frozenset({Condition.AMOUNT, Condition.DAY})
Bounds = tuple[int | None, int | None]  # both included; 元 or ordinals of days


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The conditions of the address: values by condition (any of them), and bounds of numbers."""

    values: Mapping[Condition, tuple[str, ...]] = field(default_factory=dict)
    bounds: Mapping[Condition, Bounds] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.values or self.bounds)

    def chosen(self, condition: Condition) -> tuple[str, ...]:
        return self.values.get(condition, ())

    def filters(self) -> tuple[Filter, ...]:
        named = [OneOf(FIELDS[condition], values) for condition, values in self.values.items()]
        numbers = [Between(FIELDS[condition], *bounds) for condition, bounds in self.bounds.items()]
        return (*named, *numbers)


def filters_of(parts: Iterable[ReadCondition]) -> tuple[Filter, ...]:
    """What was understood: several words of one sort mean any of them, amounts and times hold together."""
    found = list(parts)
    numbers = [
        Between(FIELDS[part.condition], part.least, part.most) for part in found if part.condition in NUMBERS
    ]
    named = []
    for condition in dict.fromkeys(part.condition for part in found if part.condition not in NUMBERS):
        values = [part.values for part in found if part.condition is condition]
        named.append(OneOf(FIELDS[condition], together(values)))
    return (*named, *numbers)
