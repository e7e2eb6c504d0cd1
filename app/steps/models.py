"""What somebody has to do next for a company by a date: from a lead, a visit or a promise."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, relationship

from app.accounts.models import Person
from app.core.clock import today
from app.core.db import Base, Record
from app.core.labels import labelled
from app.core.scopes import HELD_BY
from app.enterprises.models import Enterprise
from app.steps import rules
from app.steps.enums import StepKind, StepState


class Step(Base, Record):
    """A next step or a promise. Unit, team and confidentiality are those of what it came from.

    `lead_id` and `visit_id` name rows of higher features by id, so that this room imports neither.
    """

    __tablename__ = "step"
    __table_args__ = (
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
    enterprise_id: Mapped[int] = labelled("企业", ForeignKey("enterprise.id"), index=True)
    lead_id: Mapped[int | None] = labelled("线索", ForeignKey("lead.id"), index=True)
    visit_id: Mapped[int | None] = labelled("走访", ForeignKey("visit.id"), index=True)
    owner_id: Mapped[int] = labelled("谁办", ForeignKey("person.id"))
    author_id: Mapped[int | None] = labelled("登记人", ForeignKey("person.id"))
    unit_id: Mapped[int | None] = labelled("责任单位", ForeignKey("unit.id"))
    team_id: Mapped[int | None] = labelled("驻点组", ForeignKey("unit.id"))
    confidential: Mapped[bool] = labelled("保密", default=False)

    enterprise: Mapped[Enterprise] = relationship()
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])

    @property
    def light(self) -> rules.Light:
        """How it stands today, as a light with its words."""
        return rules.light_of(self.due_on, today())
