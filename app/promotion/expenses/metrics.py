"""What the numbers of expenses mean: what was spent out of what was given, and by whom."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select

from app.core.access.auth import Actor
from app.core.records.listing import ListAsked
from app.core.records.measures import By, Measure, measured
from app.promotion.expenses import queries
from app.promotion.expenses.enums import ExpenseKind
from app.promotion.expenses.listing import EXPENSES
from app.promotion.expenses.models import Expense
from app.promotion.expenses.policy import visible
from app.register.accounts.enums import Permission
from app.register.accounts.models import Unit

_OF_THE_DAY = "按支出日期，算在经办人那天所在的驻点组，不在组里的算在单位，以后换了组也不动"
SPENT = EXPENSES.narrowed(
    code="expense.spent",
    name="已支出",
    words="支出日期在那一年的经费支出，不含已归档的",
    cohort=_OF_THE_DAY,
)
OWN = (SPENT,)
_HOLDERS = {By.TEAM: Expense.team_id, By.PERSON: Expense.owner_id, By.UNIT: Expense.unit_id}


def _spent(by: By, first: date, last: date) -> Select[Any]:
    rows = measured(_HOLDERS[by], Expense.id, Expense.spent_on, Expense.created_at, amount=Expense.amount)
    return rows.where(Expense.is_kept(), Expense.spent_on.between(first, last))


MEASURED = (
    Measure(
        code="expense.amount",
        name="经费支出",
        of=Expense.__called__,
        words="支出日期在所选日期之内的经费支出；不含已归档的",
        formula="每笔金额之和",
        unit="笔，金额记到元",
        cohort=_OF_THE_DAY,
        cut_off="支出日期在所选日期之内",
        reads=Permission.EXPENSES_READ,
        model=Expense,
        visible=visible,
        counted=_spent,
        has_amount=True,
    ),
)


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

    def address(self, year: int, kind: ExpenseKind | None = None) -> dict[str, Any]:
        """What the list is asked for to show what was spent."""
        of_kind = {"kind": frozenset({kind})} if kind else {}
        return EXPENSES.address(_of_year(year, holder=self.unit, **of_kind))


def _of_year(year: int, **more: Any) -> ListAsked:
    first, last = queries.in_year(year)
    return SPENT.asked({"from": first, "to": last, **more})


def accounts_of(year: int, actor: Actor) -> list[Account]:
    """Those units and teams that were given something for a year or spent something in it, and all resident
    teams in use, as far as this person sees them.
    """
    spent, given = _spent_by_holder(year, actor), queries.given(year)
    units = queries.holders([*spent, *given], actor)
    return [Account(unit, given.get(unit.id, {}), spent.get(unit.id, {})) for unit in units]


def account_of(unit: Unit, year: int, actor: Actor) -> Account:
    """That of one unit or team."""
    spent, given = _spent_by_holder(year, actor), queries.given(year)
    return Account(unit, given.get(unit.id, {}), spent.get(unit.id, {}))


def _spent_by_holder(year: int, actor: Actor) -> Mapping[int, Mapping[ExpenseKind, int]]:
    rows = SPENT.rows(actor, _of_year(year))
    found: dict[int, dict[ExpenseKind, int]] = defaultdict(dict)
    for (unit_id, kind), told in rows.by(queries.HOLDER, Expense.kind).items():
        found[unit_id][kind] = told.amount
    return found
