"""What expenses give the guards over the whole app."""

from collections.abc import Mapping

from app.core.storage.db import Record, db
from app.core.values.clock import now, today
from app.promotion.expenses.enums import ExpenseKind
from app.promotion.expenses.models import Expense, ExpenseBudget
from app.register.accounts.models import Unit
from tests.factories.leads import person_id
from tests.house.acting import (
    ARCHIVE,
    EVERYBODY,
    HELD,
    HELD_READ,
    REASON,
    REFUSED,
    RESTORE,
    SAME,
    Act,
    colleague,
    in_days,
    many,
    typed,
)
from tests.house.county import Seeding
from tests.house.furnishing import Furnishing
from tests.house.relations import Ties

FORM = typed(
    name="另一笔经费支出", kind="travel", spent_on=lambda _tried: in_days(0), amount="856", owner=colleague
)
OF_EXPENSE = {"kind": "expense"}


def _expense(name: str, owner_id: int, unit: Unit, team: Unit | None) -> Expense:
    held = {"owner_id": owner_id, "author_id": owner_id, "unit_id": unit.id}
    told = {"kind": ExpenseKind.TRAVEL, "spent_on": today(), "amount": 856, "notes": "储能"}
    row = Expense(name=name, team_id=team.id if team else None, **told, **held)
    db.session.add(row)
    db.session.flush()
    return row


def _filled(at: Seeding, number: int) -> Record:
    return _expense(f"经费支出{number}", at.person.id, at.bureau, at.team)


def _holder(expense: Record) -> str:
    assert isinstance(expense, Expense)
    return expense.unit.public_id


def _shared(ties: Ties) -> Mapping[str, Record]:
    maker = person_id(ties.maker)
    row, old = (_expense(name, maker, ties.unit, ties.team) for name in ("经费支出", "旧经费支出"))
    old.archived_at = now()
    db.session.flush()
    return {"expense": row, "old expense": old}


FURNISHING = Furnishing(
    at="/expenses/",
    filled=_filled,
    shared=_shared,
    fills={"expenses.ExpenseForm": (Expense,), "expenses.BudgetForm": (ExpenseBudget,)},
    edited="notes",
    below={"/expenses/budgets/": _holder},
    acts={
        "expense_budgets.set_budget": Act(
            "unit",
            EVERYBODY,
            typed(year=lambda _tried: str(today().year), kind="travel", amount="8万", reason="年度批复"),
        ),
        "expenses.create": Act("", EVERYBODY, FORM),
        "expenses.update": Act("expense", HELD, FORM),
        "expenses.archive": Act("expense", HELD, REASON),
        "expenses.restore": Act("old expense", HELD),
        "expenses.exported": Act(
            "",
            EVERYBODY,
            typed(format="csv", purpose="调度会"),
            but={"* OFF none": REFUSED, "* OFF named": REFUSED},  # who sees none has nothing to take along
            arguments={"view": "all"},
        ),
        "expenses.done_to_many": Act(
            "", HELD, many("expense", reason="核实过"), otherwise=SAME, arguments=ARCHIVE
        ),
        "expenses.done_to_many#restore": Act(
            "", HELD, many("old expense"), otherwise=SAME, arguments=RESTORE
        ),
        "attachments.create#of an expense": Act("expense", HELD, outcome=REFUSED, arguments=OF_EXPENSE),
        "comments.create#of an expense": Act(
            "expense", HELD_READ, typed(text="请盯紧"), arguments=OF_EXPENSE
        ),
        "tags.choose#on an expense": Act("expense", HELD, outcome=SAME, arguments=OF_EXPENSE),
    },
)
