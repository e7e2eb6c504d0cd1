"""A lead, and who is named on it."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, Integer, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from app.core.access.scopes import HELD_BY
from app.core.storage.db import Archivable, Base, Keyed, Record
from app.core.values.labels import labelled
from app.promotion.leads.enums import LeadSource, LeadStage, LossReason
from app.register.accounts.models import Person, Unit
from app.register.enterprises.models import Enterprise

if TYPE_CHECKING:  # they name the lead themselves
    from app.promotion.leads.models.agreements import Agreement
    from app.promotion.leads.models.ledger import LeadEntry


class Lead(Base, Record, Archivable):
    """One intention to invest, from the first word to the contract.

    `stage`, `stage_since` and the holding columns repeat what the ledger says of today; only
    `services` writes them, together with a ledger row.
    """

    __tablename__ = "lead"
    __called__ = "线索"
    __table_args__ = (
        # They carry along what visibility asks, so that lists and counts of any scope walk an index alone:
        # over the wide rows, page 1,000 of 100,000 took 230 ms and the counts of the tabs 350 ms.
        Index("ix_lead_archived_updated", "archived_at", "updated_at", "id", *HELD_BY),
        Index("ix_lead_archived_amount", "archived_at", "amount", "id", *HELD_BY),
        Index("ix_lead_archived_since", "archived_at", "stage_since", "id", *HELD_BY),
        Index("ix_lead_archived_number", "archived_at", "number", "id", *HELD_BY),
        Index("ix_lead_archived_registered", "archived_at", "registered_on", "id", *HELD_BY),
        Index("ix_lead_unit", "unit_id", "archived_at", "id", "confidential", "owner_id", "author_id"),
        Index(
            "ix_lead_counts", "archived_at", "stage", "stage_since", "id", "registered_on", "amount", *HELD_BY
        ),
    )

    number: Mapped[str] = labelled("编号", String(20), unique=True)  # XS-2026-0043, gaps allowed
    name: Mapped[str] = labelled("线索名称", String(120))
    enterprise_id: Mapped[int] = labelled("企业", ForeignKey("enterprise.id"), index=True)
    stage: Mapped[LeadStage] = labelled("阶段", default=LeadStage.LEAD)
    stage_since: Mapped[date] = labelled("进入阶段日期", part_of="stage")
    registered_on: Mapped[date] = labelled("登记日期")
    source: Mapped[LeadSource] = labelled("来源")
    introducer: Mapped[str] = labelled("引荐人", String(60), default="")
    industry_code: Mapped[str | None] = labelled("行业", String(6), index=True)
    # As written: 约2.6亿, 面议
    amount_text: Mapped[str] = labelled("计划总投资原文", String(60), default="", part_of="amount")
    amount: Mapped[int] = labelled("计划总投资", default=0, unit="元")  # as read
    amount_doubtful: Mapped[bool] = labelled("计划总投资待核", default=False, part_of="amount")
    fixed_amount: Mapped[int | None] = labelled("固定资产投资", unit="元")
    land_mu: Mapped[Decimal | None] = labelled("用地", Numeric(10, 2), unit="亩")  # never summed in SQL
    jobs_planned: Mapped[int | None] = labelled("计划用工", Integer, unit="人")
    unit_id: Mapped[int] = labelled("责任单位", ForeignKey("unit.id"))
    team_id: Mapped[int | None] = labelled("驻点组", ForeignKey("unit.id"), index=True)
    owner_id: Mapped[int] = labelled("负责人", ForeignKey("person.id"), index=True)
    author_id: Mapped[int] = labelled("登记人", ForeignKey("person.id"), index=True)
    confidential: Mapped[bool] = labelled("保密", default=False)

    content: Mapped[str] = labelled("建设内容", default="")  # what they want to build
    assessment: Mapped[str] = labelled("研判意见", default="")
    first_negotiator_id: Mapped[int | None] = labelled("首谈人", ForeignKey("person.id"))
    first_talk_on: Mapped[date | None] = labelled("首谈日期")
    summary: Mapped[str] = labelled("项目概要", default="")
    conclusion: Mapped[str] = labelled("会议结论", default="")  # what the meeting decided
    conclusion_on: Mapped[date | None] = labelled("会议日期")
    conclusion_number: Mapped[str] = labelled("纪要文号", String(60), default="")

    loss_reason: Mapped[LossReason | None] = labelled("流失原因")
    loss_note: Mapped[str] = labelled("流失说明", String(200), default="")
    hold_reason: Mapped[str] = labelled("暂缓原因", String(200), default="")
    # registered twice: the lead that counts instead; the ledger of this one then has no row that counts
    duplicate_of_id: Mapped[int | None] = labelled("以哪一条为准", ForeignKey("lead.id"), index=True)
    last_contact_on: Mapped[date | None] = labelled("最近联系")  # kept by visits through the registry

    enterprise: Mapped[Enterprise] = relationship()
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    team: Mapped[Unit | None] = relationship(foreign_keys=[team_id])
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    first_negotiator: Mapped[Person | None] = relationship(foreign_keys=[first_negotiator_id])
    members: Mapped[list["LeadMember"]] = relationship(cascade="all, delete-orphan", back_populates="lead")
    agreements: Mapped[list["Agreement"]] = relationship(back_populates="lead", order_by="Agreement.id")
    entries: Mapped[list["LeadEntry"]] = relationship(back_populates="lead", order_by="LeadEntry.id")
    duplicate_of: Mapped["Lead | None"] = relationship(remote_side="Lead.id")


class LeadMember(Base, Keyed):
    """A person named on a lead beside owner and author: on a confidential lead, the only ones who see it."""

    __tablename__ = "lead_member"
    __called__ = "线索点名的人"
    __table_args__ = (UniqueConstraint("lead_id", "person_id", name="uq_lead_member"),)

    lead_id: Mapped[int] = labelled("线索", ForeignKey("lead.id"))
    person_id: Mapped[int] = labelled("点名的人", ForeignKey("person.id"), index=True)
    # by a request for a review, by nobody's hand
    for_review: Mapped[bool] = labelled("只为审查点名", default=False)

    lead: Mapped[Lead] = relationship(back_populates="members")
    person: Mapped[Person] = relationship()
