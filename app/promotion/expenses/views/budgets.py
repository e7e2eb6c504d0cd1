"""What units and teams are given for a year, beside what they spent of it."""

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.values.clock import today
from app.core.values.labels import label_of
from app.core.web import pages
from app.core.web.idempotency import once
from app.promotion.expenses import metrics, queries, services
from app.promotion.expenses.enums import ExpenseKind
from app.promotion.expenses.forms import BudgetForm
from app.promotion.expenses.models import ExpenseBudget
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Unit

bp = Blueprint("expense_budgets", __name__)
Answer = str | Response | tuple[str, int]


def _year() -> int:
    """`?year=`, this year unless told."""
    return pages.read_int("year", label_of(ExpenseBudget.year), least=2000, most=2100) or today().year


@bp.get("/expenses/budgets")
@requires(P.EXPENSES_READ)
def index() -> Answer:
    """经费预算和支出."""
    year = _year()
    accounts = metrics.accounts_of(year, require_actor())
    return render_template("expenses/budgets.html", year=year, accounts=accounts, metric=metrics.SPENT)


def _unit_page(unit: Unit, year: int, form: BudgetForm | None = None, status: int = 200) -> Answer:
    account = metrics.account_of(unit, year, require_actor())
    return render_template(
        "expenses/budget.html",
        year=year,
        account=account,
        kinds=ExpenseKind,
        rows=queries.budget_rows(unit, year),
        form=(form or BudgetForm(formdata=None, year=year)).ready(),
        metric=metrics.SPENT,
    ), status


@bp.get("/expenses/budgets/<public_id>")
@requires(P.EXPENSES_READ)
def detail(public_id: str) -> Answer:
    """一个组或单位的经费预算和支出."""
    return _unit_page(queries.get_holder(public_id, require_actor()), _year())


@bp.post("/expenses/budgets/<public_id>")
@requires(P.EXPENSES_BUDGET)
@once
def set_budget(public_id: str) -> Answer:
    """定经费预算：保存."""
    unit, form = queries.get_holder(public_id, require_actor()), BudgetForm()

    def act() -> None:
        amount = form.amount.reading.yuan or 0
        services.set_budget(unit, form.year.data, ExpenseKind(form.kind.data), amount, form.reason.data)

    if not pages.took(form, act):
        return _unit_page(unit, _year(), form, 422)
    return pages.done(
        url_for("expense_budgets.detail", public_id=public_id, year=form.year.data), "已记下预算"
    )
