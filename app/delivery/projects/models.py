"""Projects after the contract (or from the reserve) and their ledger, of the same kind as that of leads."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, and_
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from app.core.records.ledger import LedgerRow
from app.core.storage.db import Archivable, Base, Record, enum_type
from app.core.values.labels import labelled
from app.delivery.projects.enums import ProjectKind, ProjectStage
from app.promotion.leads.models import Lead
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.models import Step
from app.register.accounts.models import Person, Unit
from app.register.enterprises.models import Enterprise


class Project(Base, Record, Archivable):
    """A project to be built; it may have a lead or none. Holding and stage repeat the ledger."""

    __tablename__ = "project"
    __called__ = "项目"
    __table_args__ = (
        Index("ix_project_archived_signed", "archived_at", "signed_on", "id"),
        Index("ix_project_archived_amount", "archived_at", "amount", "id"),
    )

    number: Mapped[str] = labelled("编号", String(20), unique=True)
    name: Mapped[str] = labelled("项目名称", String(120))
    kind: Mapped[ProjectKind] = labelled("类别")
    enterprise_id: Mapped[int] = labelled("企业", ForeignKey("enterprise.id"), index=True)
    lead_id: Mapped[int | None] = labelled("线索", ForeignKey("lead.id"), index=True)
    agreement_id: Mapped[int | None] = labelled("协议", ForeignKey("agreement.id"), unique=True)
    stage: Mapped[ProjectStage] = labelled("阶段", default=ProjectStage.SIGNED)
    stage_since: Mapped[date] = labelled("进入阶段日期", part_of="stage")
    signed_on: Mapped[date | None] = labelled("签约日期")
    amount: Mapped[int] = labelled("合同金额", default=0, unit="元")
    industry_code: Mapped[str | None] = labelled("行业", String(6))
    project_code: Mapped[str | None] = labelled("项目代码", String(24), index=True)
    unit_id: Mapped[int] = labelled("责任单位", ForeignKey("unit.id"), index=True)
    team_id: Mapped[int | None] = labelled("驻点组", ForeignKey("unit.id"), index=True)
    owner_id: Mapped[int] = labelled("负责人", ForeignKey("person.id"), index=True)
    author_id: Mapped[int] = labelled("登记人", ForeignKey("person.id"))
    confidential: Mapped[bool] = labelled("保密", default=False)

    enterprise: Mapped[Enterprise] = relationship()
    lead: Mapped[Lead | None] = relationship()
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    team: Mapped[Unit | None] = relationship(foreign_keys=[team_id])
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    next_steps: Mapped[list[Step]] = relationship(
        viewonly=True,
        primaryjoin=lambda: and_(
            foreign(Step.subject_id) == Project.public_id,
            Step.subject_kind == Project.__tablename__,
            Step.state == StepState.OPEN,
            Step.kind == StepKind.NEXT,
        ),
        order_by=lambda: (Step.due_on, Step.id),
    )
    entries: Mapped[list["ProjectEntry"]] = relationship(back_populates="project", order_by="ProjectEntry.id")


class ProjectEntry(Base, LedgerRow):
    """One row of the project ledger."""

    __tablename__ = "project_entry"
    __audited__ = False
    __table_args__ = (Index("ix_project_entry_project", "project_id", "effective_on", "id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    stage_from: Mapped[ProjectStage | None] = mapped_column(enum_type(ProjectStage, "stage_from"))
    stage: Mapped[ProjectStage | None]

    project: Mapped[Project] = relationship(back_populates="entries")
    actor: Mapped[Person | None] = relationship(foreign_keys="ProjectEntry.actor_id")
