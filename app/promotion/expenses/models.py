"""Expenses, and what units and resident teams are given for a year."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Archivable, Base, Keyed, Record
from app.core.values.clock import now
from app.core.values.labels import labelled
from app.promotion.expenses.enums import ExpenseKind
from app.promotion.expenses.rules import LONGEST_NAME, LONGEST_RECEIPT
from app.register.accounts.models import Person, Unit


class Expense(Base, Record, Archivable):
    """Money spent by one of our people on one day. Unit and team are theirs of that day and stay so: what a
    team has spent is not carried along by whoever moves on. Its receipts are its attachments.
    """

    __tablename__ = "expense"
    __called__ = "经费支出"
    __table_args__ = (
        Index("ix_expense_archived_spent", "archived_at", "spent_on", "id"),
        Index("ix_expense_archived_amount", "archived_at", "amount", "id"),
        Index("ix_expense_receipt", "receipt_no"),
    )

    name: Mapped[str] = labelled("用途", String(LONGEST_NAME))
    kind: Mapped[ExpenseKind] = labelled("费用类别")
    spent_on: Mapped[date] = labelled("支出日期")
    amount: Mapped[int] = labelled("金额", unit="元")
    receipt_no: Mapped[str] = labelled("票据号", String(LONGEST_RECEIPT), default="")
    notes: Mapped[str] = labelled("说明", default="")
    owner_id: Mapped[int] = labelled("经办人", ForeignKey("person.id"), index=True)
    author_id: Mapped[int] = labelled("登记人", ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = labelled("责任单位", ForeignKey("unit.id"), index=True)
    team_id: Mapped[int | None] = labelled("驻点组", ForeignKey("unit.id"), index=True)

    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    team: Mapped[Unit | None] = relationship(foreign_keys=[team_id])


class ExpenseBudget(Base, Keyed):
    """What a unit or a resident team is given for one kind in a year. Of a kind the row entered last counts,
    and the earlier ones stay.
    """

    __tablename__ = "expense_budget"
    __called__ = "经费预算"
    __table_args__ = (Index("ix_expense_budget_year", "year", "unit_id", "kind", "id"),)

    unit_id: Mapped[int] = labelled("给谁的", ForeignKey("unit.id"))
    year: Mapped[int] = labelled("年度", Integer)
    kind: Mapped[ExpenseKind] = labelled("费用类别")
    amount: Mapped[int] = labelled("预算", unit="元")
    reason: Mapped[str] = labelled("依据", String(200))
    entered_at: Mapped[datetime] = labelled("录入时间", default=now)
    actor_id: Mapped[int] = labelled("谁定的", ForeignKey("person.id"))

    actor: Mapped[Person] = relationship()
