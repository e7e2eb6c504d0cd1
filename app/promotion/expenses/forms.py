"""The forms of expenses and of what is given for a year."""

from wtforms.validators import DataRequired, InputRequired

from app.core.values.labels import label_of
from app.core.web.forms import (
    BaseForm,
    ChoiceField,
    PersonField,
    VersionedForm,
    count_field,
    date_field,
    line_field,
    text_field,
    yuan_field,
)
from app.promotion.expenses.enums import ExpenseKind
from app.promotion.expenses.models import Expense, ExpenseBudget
from app.promotion.expenses.rules import LONGEST_NAME, LONGEST_RECEIPT


class ExpenseForm(VersionedForm):
    """An expense, new or changed."""

    name = line_field(
        label_of(Expense.name), LONGEST_NAME, required="写一句花在什么上，例如：去苏州拜访的高铁票"
    )
    kind = ChoiceField(
        label_of(Expense.kind),
        [InputRequired("选费用类别")],
        choices=[("", "请选择"), *ExpenseKind.choices()],
    )
    spent_on = date_field(label_of(Expense.spent_on), required="选支出日期")
    amount = yuan_field(
        label_of(Expense.amount), required="写金额，按元，例如 856.50", hint="按元写，角分四舍五入到元"
    )
    receipt_no = line_field(label_of(Expense.receipt_no), LONGEST_RECEIPT, hint="发票号码；没有就空着")
    owner = PersonField(label_of(Expense.owner_id), [DataRequired("选经办人")], choices=[("", "请选择")])
    notes = text_field(label_of(Expense.notes), 2000, hint="没有就空着")


class BudgetForm(BaseForm):
    """What a unit or team is given for one kind in a year."""

    year = count_field(
        label_of(ExpenseBudget.year), 2100, least=2000, required="写哪一年，例如 2026", unit="年"
    )
    kind = ChoiceField(
        label_of(ExpenseBudget.kind),
        [InputRequired("选费用类别")],
        choices=[("", "请选择"), *ExpenseKind.choices()],
    )
    amount = yuan_field(
        label_of(ExpenseBudget.amount),
        required="写全年给多少，例如 8万；不给了写 0",
        hint="按元写，也可以写 8万",
    )
    reason = line_field(label_of(ExpenseBudget.reason), 200, required="写一句依据，例如：2026 年部门预算批复")
