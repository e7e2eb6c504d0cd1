"""Pages of expenses, and of what units and teams are given for a year."""

from app.promotion.expenses.views.budgets import bp as budgets
from app.promotion.expenses.views.entering import KIND, NAMED_IN, bp

__all__ = ["KIND", "NAMED_IN", "bp", "budgets"]
