"""Who may see and change an expense."""

from sqlalchemy import ColumnElement, and_, or_, true

from app.core.access.auth import Actor
from app.core.access.scopes import Access, Scope
from app.promotion.expenses.models import Expense
from app.register.accounts.enums import Permission, UnitKind
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
    """Of which units and teams this person reads what they were given: of those all of whose expenses they
    see, since a part of them would be a wrong figure.
    """
    scope = Scope.of(actor)
    if scope.is_county:
        return true()
    is_team = Unit.kind == UnitKind.RESIDENT_TEAM
    return or_(and_(is_team, Unit.id.in_(scope.team_ids)), and_(~is_team, Unit.id.in_(scope.unit_ids)))
