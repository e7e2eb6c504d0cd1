"""Who may see and change an expense."""

from sqlalchemy import ColumnElement, or_, true

from app.core.access.auth import Actor
from app.core.access.reach import Reach
from app.core.access.scopes import Access
from app.promotion.expenses.models import Expense
from app.register.accounts.enums import Permission
from app.register.accounts.models import Unit

EXPENSE_ACCESS = Access(Expense)
visible, may_see = EXPENSE_ACCESS.visible, EXPENSE_ACCESS.may_see


def may_write(actor: Actor, expense: Expense) -> bool:
    """Whoever sees it and may write any: they change, archive and restore it."""
    return actor.may(Permission.EXPENSES_WRITE) and may_see(actor, expense)


def may_change(actor: Actor, expense: Expense) -> bool:
    """An archived one is read-only."""
    return not expense.is_archived and may_write(actor, expense)


def sees_account(actor: Actor) -> ColumnElement[bool]:
    """Of which units and teams this person reads what they were given: all, or their own."""
    if Reach(actor.reach) is Reach.COUNTY:
        return true()
    return or_(Unit.id.in_(actor.team_ids), Unit.id.in_(actor.unit_ids))
