"""Reads of expenses, all within what somebody may see."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
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


def in_year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def given(year: int) -> Mapping[int, Mapping[ExpenseKind, int]]:
    """What units and teams are given for a year, by their inner ids and by kind, in 元."""
    last = (
        select(func.max(ExpenseBudget.id))
        .where(ExpenseBudget.year == year)
        .group_by(ExpenseBudget.unit_id, ExpenseBudget.kind)
    )
    found: dict[int, dict[ExpenseKind, int]] = defaultdict(dict)
    for row in db.session.scalars(select(ExpenseBudget).where(ExpenseBudget.id.in_(last))):
        found[row.unit_id][row.kind] = row.amount
    return found


def holders(unit_ids: Iterable[int], actor: Actor) -> Sequence[Unit]:
    """These units and all resident teams in use, as far as this person reads what they were given: teams
    first, each in the county's order.
    """
    is_team = Unit.kind == UnitKind.RESIDENT_TEAM
    wanted = or_(Unit.id.in_(unit_ids), and_(is_team, Unit.archived_at.is_(None)))
    query = select(Unit).where(wanted, policy.sees_account(actor))
    return db.session.scalars(query.order_by(is_team.desc(), Unit.position, Unit.id)).all()


def get_holder(public_id: str, actor: Actor) -> Unit:
    """A unit or team, if this person reads what it was given; NotFound otherwise."""
    query = select(Unit).where(Unit.public_id == public_id, policy.sees_account(actor))
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def budget_rows(unit: Unit, year: int) -> Sequence[ExpenseBudget]:
    """All that was ever written down of what it is given for a year, the latest first."""
    query = select(ExpenseBudget).where(ExpenseBudget.unit_id == unit.id, ExpenseBudget.year == year)
    return db.session.scalars(
        query.options(joinedload(ExpenseBudget.actor)).order_by(ExpenseBudget.id.desc())
    ).all()
