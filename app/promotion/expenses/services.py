"""Writes of expenses: entered, changed, archived; what is given for a year. Never commits."""

from dataclasses import dataclass
from datetime import date

from app.core.access.auth import require_actor
from app.core.records.archiving import Archiving, must_be_live
from app.core.records.versions import archived, claim
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken
from app.promotion.expenses import policy, queries, rules
from app.promotion.expenses.enums import ExpenseKind
from app.promotion.expenses.models import Expense, ExpenseBudget
from app.register.accounts.enums import Permission
from app.register.accounts.models import Person, Unit
from app.register.accounts.queries import team_on

_NOT_THEIRS = "只有看得到这笔经费支出、又能登记经费支出的人可以改、归档和恢复"


@dataclass(frozen=True, slots=True)
class ExpenseData:
    """What is typed about an expense; `amount` in 元."""

    name: str
    kind: ExpenseKind
    spent_on: date
    amount: int
    owner: Person
    receipt_no: str = ""
    notes: str = ""


def create_expense(data: ExpenseData) -> Expense:
    """Enters an expense in the name of who acts. Raises NotAllowed, and RuleBroken, also where its receipt is
    known.
    """
    actor = require_actor()
    if actor.person_id is None or not actor.may(Permission.EXPENSES_WRITE):
        raise NotAllowed
    expense = Expense(author_id=actor.person_id)
    _write(expense, data)
    db.session.add(expense)
    db.session.flush()
    return expense


def change_expense(expense: Expense, version: int | None, data: ExpenseData) -> None:
    """Changes an expense. Raises as `create_expense` does, and Stale when somebody saved since `version`."""
    if not policy.may_write(require_actor(), expense):
        raise NotAllowed(_NOT_THEIRS)
    claim(expense, version or 0, fixed=lambda: archived(expense))
    must_be_live(expense)
    _write(expense, data)
    db.session.flush()


def _write(expense: Expense, data: ExpenseData) -> None:
    if problems := rules.problems(spent_on=data.spent_on, amount=data.amount, today=today()):
        raise RuleBroken(problems)
    receipt_no = rules.same_receipt(data.receipt_no)
    _must_be_new(expense, receipt_no)
    if (expense.owner_id, expense.spent_on) != (data.owner.id, data.spent_on):
        expense.owner_id, expense.unit_id = data.owner.id, data.owner.unit_id
        expense.team_id = team_on(data.owner.id, data.spent_on)
    expense.name, expense.kind, expense.spent_on = data.name, data.kind, data.spent_on
    expense.amount, expense.receipt_no, expense.notes = data.amount, receipt_no, data.notes


def _must_be_new(expense: Expense, receipt_no: str) -> None:
    """One receipt is one expense, also of two that are entered at once."""
    if not receipt_no:
        return
    wait_turn(Turn.RECEIPTS)
    if queries.is_known(receipt_no, but=expense):
        words = f"票据号 {receipt_no} 已经登记过一笔，一张票只记一次；不是同一张票，就在前面加上发票代码"
        raise RuleBroken({"receipt_no": words})


def _stays_alone(expense: Expense) -> None:
    """One that comes back must not have the receipt of another one."""
    if not expense.is_archived:
        _must_be_new(expense, expense.receipt_no)


ARCHIVING = Archiving(
    right=Permission.EXPENSES_WRITE,
    found=queries.get_expense,
    may=policy.may_write,
    refusal=_NOT_THEIRS,
    follow=_stays_alone,
)


def set_budget(unit: Unit, year: int, kind: ExpenseKind, amount: int, reason: str) -> ExpenseBudget:
    """What a unit or team is given for one kind in a year, in 元; it takes the place of what was set before.
    Raises NotAllowed and RuleBroken.
    """
    actor = require_actor()
    if actor.person_id is None or not actor.may(Permission.EXPENSES_BUDGET):
        raise NotAllowed("经费预算由招商局负责人来定")
    if problems := rules.problems_of_budget(year=year, amount=amount, today=today()):
        raise RuleBroken(problems)
    row = ExpenseBudget(
        unit_id=unit.id, year=year, kind=kind, amount=amount, reason=reason, actor_id=actor.person_id
    )
    db.session.add(row)
    db.session.flush()
    return row
