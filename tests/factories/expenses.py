"""Expenses in the states that matter."""

from dataclasses import replace
from typing import Any

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.expenses import services
from app.promotion.expenses.enums import ExpenseKind
from app.promotion.expenses.models import Expense
from tests.factories.visits import person_of


def expense_data(owner: Actor, **told: Any) -> services.ExpenseData:
    """A ticket of 856 元, of today."""
    data = services.ExpenseData("去苏州的高铁票", ExpenseKind.TRAVEL, today(), 856, person_of(owner))
    return replace(data, **told)


def an_expense(owner: Actor, **told: object) -> Expense:
    """Entered by its owner, committed."""
    with acting_as(owner):
        expense = services.create_expense(expense_data(owner, **told))
        db.session.commit()
    return expense


def an_archived_expense(owner: Actor, **told: object) -> Expense:
    expense = an_expense(owner, **told)
    with acting_as(owner):
        services.ARCHIVING.archive(expense, expense.version, "记重了")
        db.session.commit()
    return expense
