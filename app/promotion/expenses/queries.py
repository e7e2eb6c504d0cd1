"""Reads of expenses, all within what somebody may see."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import joinedload

from app.core.access.auth import Actor, require_actor
from app.core.records.typed import contains, each_term
from app.core.storage.db import db
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.promotion.expenses import policy
from app.promotion.expenses.enums import ExpenseKind
from app.promotion.expenses.models import Expense, ExpenseBudget
from app.promotion.expenses.policy import visible
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import Unit

_FULL = [joinedload(each) for each in (Expense.owner, Expense.author, Expense.unit, Expense.team)]


def get_expense(public_id: str, actor: Actor | None = None) -> Expense:
    """The expense, if this person may see it; NotFound otherwise."""
    query = select(Expense).where(Expense.public_id == public_id, visible(actor or require_actor()))
    found = db.session.scalar(query.options(*_FULL)) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def is_known(receipt_no: str, but: Expense) -> bool:
    """Whether another live expense has this receipt, seen by who asks or not."""
    same = select(Expense.id).where(Expense.receipt_no == receipt_no, Expense.is_kept())
    if but.id is not None:
        same = same.where(Expense.id != but.id)
    return db.session.scalar(same.limit(1)) is not None


def by_text(text: str) -> ColumnElement[bool]:
    """What the text box of the list asks, and the search without its index."""
    return each_term(text, lambda term: contains(term, Expense.name, Expense.notes, Expense.receipt_no))


def load(ids: list[int]) -> Sequence[Expense]:
    """The rows of one page of the list."""
    return db.session.scalars(select(Expense).where(Expense.id.in_(ids)).options(*_FULL)).all()


# --- beside what was given ---------------------------------------------------------------------------

HOLDER = func.coalesce(Expense.team_id, Expense.unit_id)  # whose money it is: the team's, else the unit's


def of_holder(unit: Unit) -> ColumnElement[bool]:
    """That it was spent out of what this very unit or team was given."""
    is_theirs: ColumnElement[bool] = literal(unit.id) == HOLDER
    return is_theirs


@dataclass(frozen=True, slots=True)
class Account:
    """A unit or team in a year: what it was given, and what of that is spent, by kind, in 元."""

    unit: Unit
    given: Mapping[ExpenseKind, int]
    spent: Mapping[ExpenseKind, int]

    @property
    def total_given(self) -> int:
        return sum(self.given.values())

    @property
    def total_spent(self) -> int:
        return sum(self.spent.values())


def in_year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def accounts_of(year: int, actor: Actor) -> list[Account]:
    """Those units and teams that were given something for a year or spent something in it, and all resident
    teams in use, as far as this person sees them: teams first, each in the county's order.
    """
    first, last = in_year(year)
    spending = (
        select(HOLDER, Expense.kind, func.sum(Expense.amount))
        .where(Expense.spent_on.between(first, last), Expense.is_kept(), visible(actor))
        .group_by(HOLDER, Expense.kind)
    )
    spent = _by_unit(db.session.execute(spending).all())
    given = _by_unit(db.session.execute(_given(year)).all())
    is_team = Unit.kind == UnitKind.RESIDENT_TEAM
    wanted = or_(Unit.id.in_([*spent, *given]), and_(is_team, Unit.archived_at.is_(None)))
    units = (
        select(Unit)
        .where(wanted, policy.sees_account(actor))
        .order_by(is_team.desc(), Unit.position, Unit.id)
    )
    return [
        Account(unit, given.get(unit.id, {}), spent.get(unit.id, {})) for unit in db.session.scalars(units)
    ]


def _given(year: int) -> Select[int, ExpenseKind, int]:
    newest = (
        select(func.max(ExpenseBudget.id))
        .where(ExpenseBudget.year == year)
        .group_by(ExpenseBudget.unit_id, ExpenseBudget.kind)
    )
    row = (ExpenseBudget.unit_id, ExpenseBudget.kind, ExpenseBudget.amount)
    return select(*row).where(ExpenseBudget.id.in_(newest))


def _by_unit(rows: Sequence[Any]) -> dict[int, dict[ExpenseKind, int]]:
    found: dict[int, dict[ExpenseKind, int]] = defaultdict(dict)
    for unit_id, kind, amount in rows:
        found[unit_id][kind] = int(amount)
    return found


def account_of(unit: Unit, year: int, actor: Actor) -> Account:
    """That of one unit or team; NotFound for who does not see it."""
    found = next((one for one in accounts_of(year, actor) if one.unit.id == unit.id), None)
    if found is not None:
        return found
    if db.session.scalar(select(Unit.id).where(Unit.id == unit.id, policy.sees_account(actor))) is None:
        raise NotFound
    return Account(unit, {}, {})


def budget_rows(unit: Unit, year: int) -> Sequence[ExpenseBudget]:
    """All that was ever written down of what it is given for a year, the latest first."""
    query = select(ExpenseBudget).where(ExpenseBudget.unit_id == unit.id, ExpenseBudget.year == year)
    return db.session.scalars(
        query.options(joinedload(ExpenseBudget.actor)).order_by(ExpenseBudget.id.desc())
    ).all()
