"""Pages of expenses: list, one expense, its form."""

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.archiving import ArchiveForm, must_be_live, serve_archiving
from app.core.records.bulk import serve_acts
from app.core.records.editing import saved
from app.core.records.kinds import naming, subject_kind
from app.core.records.routes import serve
from app.core.records.timeline import About, timeline
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.errors import NotAllowed
from app.core.web import pages
from app.core.web.idempotency import once
from app.promotion.expenses import policy, queries, services
from app.promotion.expenses.enums import ExpenseKind
from app.promotion.expenses.forms import ExpenseForm
from app.promotion.expenses.listing import EXPENSES
from app.promotion.expenses.models import Expense
from app.register.accounts.enums import Permission as P
from app.register.accounts.models import Person
from app.register.accounts.queries import get_person, people_to_choose
from app.register.tags.views import on_many

bp = Blueprint("expenses", __name__)
Answer = str | Response | tuple[str, int]

serve(bp, EXPENSES, "expenses/index.html")
serve_acts(bp, EXPENSES, on_many("expense", P.EXPENSES_WRITE), *services.ARCHIVING.acts)


def page_of(expense: Expense) -> str:
    return url_for("expenses.detail", public_id=expense.public_id)


def _form(*already: Person, **values: object) -> ExpenseForm:
    form = ExpenseForm(**values)
    form.owner.choices = [("", "请选择"), *people_to_choose(*already, may=P.EXPENSES_WRITE)]
    return form


def _data(form: ExpenseForm) -> services.ExpenseData:
    return services.ExpenseData(
        name=form.name.data,
        kind=ExpenseKind(form.kind.data),
        spent_on=form.spent_on.data,
        amount=form.amount.reading.yuan or 0,
        owner=get_person(form.owner.data),
        receipt_no=form.receipt_no.data or "",
        notes=form.notes.data or "",
    )


def _form_page(form: ExpenseForm, expense: Expense | None = None, status: int = 200) -> Answer:
    return render_template("expenses/form.html", form=form.ready(), expense=expense), status


@bp.get("/expenses/new")
@requires(P.EXPENSES_WRITE)
def new() -> Answer:
    """登记经费支出."""
    me = db.session.get_one(Person, require_actor().person_id)
    return _form_page(_form(me, formdata=None, spent_on=today(), owner=me.public_id))


@bp.post("/expenses/new")
@requires(P.EXPENSES_WRITE)
@once
def create() -> Answer:
    """登记经费支出：保存."""
    form, made = _form(), list[Expense]()
    if not pages.took(form, lambda: made.append(services.create_expense(_data(form)))):
        return _form_page(form, status=422)
    return pages.done(page_of(made[0]), "已登记")


@bp.get("/expenses/<public_id>")
@requires(P.EXPENSES_READ)
def detail(public_id: str) -> str:
    """一笔经费支出."""
    return _detail_page(public_id)


def _detail_page(public_id: str, archiving: ArchiveForm | None = None) -> str:
    actor, expense = require_actor(), queries.get_expense(public_id)
    return render_template(
        "expenses/detail.html",
        expense=expense,
        may_change=policy.may_change(actor, expense),
        may_restore=expense.is_archived and policy.may_write(actor, expense),
        archiving=archiving or ArchiveForm(formdata=None, version=expense.version),
        past=timeline(About((subject_of(expense),)), actor, pages.read_page_number()),
    )


serve_archiving(bp, services.ARCHIVING, _detail_page)


def for_change(public_id: str) -> Expense:
    """The expense that is to be changed; a refusal leads back to its page."""
    expense = queries.get_expense(public_id)
    pages.refusal_leads_to(page_of(expense))
    must_be_live(expense)
    if not policy.may_change(require_actor(), expense):
        raise NotAllowed
    return expense


def _opened(expense: Expense) -> ExpenseForm:
    return _form(expense.owner, formdata=None, obj=expense)


@bp.get("/expenses/<public_id>/edit")
@requires(P.EXPENSES_WRITE)
def edit(public_id: str) -> Answer:
    """改经费支出."""
    expense = for_change(public_id)
    return _form_page(_opened(expense), expense)


@bp.post("/expenses/<public_id>/edit")
@requires(P.EXPENSES_WRITE)
def update(public_id: str) -> Answer:
    """改经费支出：保存."""
    expense = for_change(public_id)
    form = _form(expense.owner)
    if not saved(
        form, lambda: services.change_expense(expense, form.seen, _data(form)), lambda: _opened(expense)
    ):
        return _form_page(form, expense, 422)
    return pages.done(page_of(expense), "已保存")


KIND = subject_kind(
    policy.EXPENSE_ACCESS,
    endpoint="expenses.detail",
    reads=P.EXPENSES_READ,
    found=queries.get_expense,
    may_change=policy.may_change,
    takes_steps=False,
)
NAMED_IN = naming(
    policy.EXPENSE_ACCESS,
    Expense.name,
    Expense.notes,
    Expense.archive_reason,
    endpoint="expenses.detail",
    reads=P.EXPENSES_READ,
    where="经费支出：用途、说明、归档原因",
)
