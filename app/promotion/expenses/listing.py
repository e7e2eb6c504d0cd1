"""The list of expenses, declared."""

from app.core.records.columns import day, holder, leading, money, of
from app.core.records.filters import Archived, Text, any_of, days
from app.core.records.listing import Listing, Sum
from app.core.records.tabs import whose
from app.core.values.money import in_figures
from app.promotion.expenses import policy, queries
from app.promotion.expenses.enums import ExpenseKind
from app.promotion.expenses.filters import ByHolder
from app.promotion.expenses.models import Expense
from app.register.accounts.enums import Permission
from app.register.accounts.filters import ByPerson, ByUnit
from app.register.tags.filters import ByTag

EXPENSES = Listing(
    model=Expense,
    title="经费支出",
    counter="笔",
    reads=Permission.EXPENSES_READ,
    takes=Permission.LISTS_EXPORT,
    visible=policy.visible,
    load=queries.load,
    filters=(
        Text(name="q", label="用途", holds=queries.by_text, hint="用途、说明或票据号"),
        any_of(Expense.kind, ExpenseKind),
        ByPerson(column=Expense.owner_id),
        ByUnit(column=Expense.unit_id),
        ByHolder(),
        *days(Expense.spent_on, "支出不早于", "支出不晚于"),
        ByTag(column=Expense.public_id),
        Archived(column=Expense.archived_at),
    ),
    views=whose(Expense.owner_id, Expense.unit_id, Expense.team_id),
    sorted_by="-spent",
    sum=Sum("amount", Expense.amount, in_figures, unit="元"),
    columns=(
        leading(Expense.name, width="name"),
        of(Expense.kind, phone="stage", kind="nowrap"),
        day(Expense.spent_on, phone="more", sorts=True),
        money(Expense.amount, in_figures, "元"),
        of(Expense.owner_id, phone="owner", kind="nowrap"),
        holder(Expense.unit_id),
        of(Expense.receipt_no, kind="nowrap"),
    ),
)
