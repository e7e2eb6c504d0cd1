"""What the county spent on its teams."""

from collections.abc import Callable
from typing import Any

from app.county.demo import acts
from app.promotion.expenses import services as expenses


def _set_budget(loader: Any, act: acts.SetBudget) -> None:
    expenses.set_budget(loader.units[act.unit], act.year, act.kind, act.amount, act.reason)


def _enter(loader: Any, act: acts.EnterExpense) -> None:
    owner = loader.people[act.by]
    expenses.create_expense(
        expenses.ExpenseData(act.name, act.kind, act.on, act.amount, owner, act.receipt_no)
    )


DOING: dict[type[acts.Deed], Callable[[Any, Any], None]] = {
    acts.SetBudget: _set_budget,
    acts.EnterExpense: _enter,
}
