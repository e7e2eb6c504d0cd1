"""Expense -> search document; which changes re-index it."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.core.access.auth import Actor
from app.core.index.searching import Document, Shown, Source, join_index
from app.core.storage.db import db
from app.core.values.labels import label_of
from app.promotion.expenses import queries
from app.promotion.expenses.models import Expense
from app.promotion.expenses.policy import EXPENSE_ACCESS, visible
from app.register.accounts.enums import Permission
from app.register.accounts.indexing import Holders

KIND = "expense"


def _live() -> Select[Expense]:
    return select(Expense).where(Expense.is_kept())


def _documents(asked: Select[Expense]) -> list[Document]:
    expenses = db.session.scalars(asked.options(*EXPENSE_ACCESS.loads())).all()
    holders = Holders.of(expenses, (row.owner_id for row in expenses))
    return [_document_of(expense, holders) for expense in expenses]


def _document_of(expense: Expense, holders: Holders) -> Document:
    return Document(
        kind=KIND,
        id=expense.public_id,
        title=expense.name,
        text=f"{expense.kind.label} {expense.receipt_no} {expense.notes}",
        access=EXPENSE_ACCESS.tokens(expense),
        units=holders.units(expense.unit_id),
        teams=holders.units(expense.team_id),
        owners=holders.people(expense.owner_id),
        day=expense.spent_on.toordinal(),
    )


def _shown(seen: Select[Expense], _actor: Actor) -> list[Shown]:
    return [
        Shown(
            public_id=expense.public_id,
            title=expense.name,
            fields=(
                (label_of(Expense.receipt_no), expense.receipt_no),
                (label_of(Expense.notes), expense.notes),
            ),
            status=expense.kind.label,
            who=expense.owner.name,
            when=expense.spent_on.isoformat(),
            active_on=expense.spent_on,
        )
        for expense in db.session.scalars(seen.options(joinedload(Expense.owner)))
    ]


SOURCE = Source(
    kind=KIND,
    label="经费支出",
    place=90,
    icon="wallet",
    endpoint="expenses.detail",
    right=Permission.EXPENSES_READ,
    key=Expense.id,
    public_id=Expense.public_id,
    live=_live,
    documents=_documents,
    seen=visible,
    shown=_shown,
    holds=queries.by_text,
)


def register() -> None:
    """Joins expenses to the index."""
    join_index(SOURCE)
