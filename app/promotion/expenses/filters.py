"""Filters of lists that know whose money was spent."""

from dataclasses import dataclass

from app.core.records.filters import Choices, Column, Condition
from app.promotion.expenses import queries
from app.promotion.expenses.models import Expense
from app.register.accounts.enums import UnitKind
from app.register.accounts.filters import ByUnit
from app.register.accounts.models import Unit
from app.register.accounts.queries import units_to_narrow_by


@dataclass(frozen=True, kw_only=True, slots=True)
class ByHolder(ByUnit):
    """What this very unit or team was given is where it came from."""

    name: str = "holder"
    label: str = "用谁的经费"
    column: Column = Expense.unit_id
    folded: bool = True

    def condition(self, value: Unit) -> Condition:
        return queries.of_holder(value)

    def choices(self, value: Unit | None) -> Choices:
        return units_to_narrow_by(*UnitKind)
