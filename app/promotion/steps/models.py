"""What somebody has to do next by a date: for a lead, a project, any record, or for a company alone."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, relationship

from app.core.access.scopes import HELD_BY
from app.core.storage.db import Base, Record
from app.core.storage.subjects import Subject
from app.core.values.clock import today
from app.core.values.labels import labelled
from app.core.values.lights import Light
from app.promotion.steps import rules
from app.promotion.steps.enums import StepKind, StepState
from app.register.accounts.models import Person
from app.register.enterprises.models import Enterprise

COMPANY = Enterprise.__tablename__


class Step(Base, Record):
    """A next step or a promise about a record, which may be the company alone. Company, unit, team and
    confidentiality are those of the record; some records are about no company.

    `visit_id` names the visit with which it was written down, by id, so that this room imports no visits.
    """

    __tablename__ = "step"
    __called__ = "下一步"
    __table_args__ = (
        Index("ix_step_subject", "subject_kind", "subject_id", "state", "due_on"),
        Index("ix_step_owner", "owner_id", "state", "due_on"),
        Index("ix_step_unit", "unit_id", "state", "due_on"),
        Index("ix_step_team", "team_id", "state", "due_on"),
        # the list of all of them, within any scope, from the index alone
        Index("ix_step_due", "state", "due_on", "id", *HELD_BY),
    )

    kind: Mapped[StepKind] = labelled("类别")
    state: Mapped[StepState] = labelled("结果", default=StepState.OPEN)
    what: Mapped[str] = labelled("做什么", String(200))
    due_on: Mapped[date] = labelled("期限")
    done_on: Mapped[date | None] = labelled("办结日期")
    outcome: Mapped[str] = labelled("办得怎样", String(200), default="")
    enterprise_id: Mapped[int | None] = labelled("企业", ForeignKey("enterprise.id"), index=True)
    subject_kind: Mapped[str] = labelled("为了哪类", String(30))
    subject_id: Mapped[str] = labelled("为了哪条", String(16))
    visit_id: Mapped[int | None] = labelled("走访", ForeignKey("visit.id"), index=True)
    owner_id: Mapped[int] = labelled("谁办", ForeignKey("person.id"))
    author_id: Mapped[int | None] = labelled("登记人", ForeignKey("person.id"))
    unit_id: Mapped[int | None] = labelled("责任单位", ForeignKey("unit.id"))
    team_id: Mapped[int | None] = labelled("驻点组", ForeignKey("unit.id"))
    confidential: Mapped[bool] = labelled("保密", default=False)

    enterprise: Mapped[Enterprise | None] = relationship()
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])

    @property
    def about(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id)

    @about.setter
    def about(self, subject: Subject) -> None:
        self.subject_kind, self.subject_id = subject

    @property
    def is_of_company(self) -> bool:
        """Whether it is about the company alone: no other record answers for it."""
        return self.subject_kind == COMPANY

    @property
    def light(self) -> Light:
        """How it stands today, as a light with its words."""
        return rules.light_of(self.due_on, today())
