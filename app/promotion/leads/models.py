"""Leads, their ledger and its two projections, the dated stage tables, agreements and their review."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.access.scopes import HELD_BY
from app.core.records.ledger import LedgerRow
from app.core.storage.db import Archivable, Base, Keyed, Record, enum_type
from app.core.values.labels import labelled
from app.promotion.leads.enums import (
    AgreementKind,
    Criterion,
    LeadSource,
    LeadStage,
    LossReason,
    ReviewVerdict,
)
from app.promotion.steps.models import Step
from app.register.accounts.models import Person, Unit
from app.register.enterprises.models import Enterprise


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


class LeadEntry(Base, LedgerRow):
    """One row of the lead ledger."""

    __tablename__ = "lead_entry"
    __audited__ = False  # the entry is itself the record; the change of the lead beside it is audited
    __table_args__ = (
        Index("ix_lead_entry_lead", "lead_id", "effective_on", "id"),
        Index("ix_lead_entry_effective_on", "effective_on"),
        Index("ix_lead_entry_recorded_at", "recorded_at"),
    )

    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    stage_from: Mapped[LeadStage | None] = mapped_column(enum_type(LeadStage, "stage_from"))
    stage: Mapped[LeadStage | None]
    amount_text: Mapped[str | None] = mapped_column(String(60))  # as written; None before it was kept here
    reason_code: Mapped[LossReason | None] = labelled("流失原因")
    stage_set_id: Mapped[int] = mapped_column(ForeignKey("stage_set.id"))

    lead: Mapped[Lead] = relationship(back_populates="entries")
    actor: Mapped[Person | None] = relationship(foreign_keys="LeadEntry.actor_id")


class _Seen:
    """Visibility and fixed dimensions of the lead as it is now, repeated so that a figure needs no join."""

    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), index=True)
    confidential: Mapped[bool]
    seen_unit_id: Mapped[int]
    seen_team_id: Mapped[int | None]
    seen_owner_id: Mapped[int]
    seen_author_id: Mapped[int]
    source: Mapped[LeadSource]
    industry_code: Mapped[str | None] = mapped_column(String(6))


# The funnel is answered from the index alone, stage by stage and without sorting: a third of the time on
# SQLite at 100,000 leads. Few spans are losses, so those have a small index of their own.
_SEEN_ACCESS = ("confidential", "seen_unit_id", "seen_team_id", "seen_owner_id", "seen_author_id", "lead_id")
_LOST = text("stage = 'lost'")
_WHERE_LOST: dict[str, Any] = {"sqlite_where": _LOST, "postgresql_where": _LOST}


class LeadSpan(Base, Keyed, _Seen):
    """Projection: one stretch [d1, d2) of a lead in one stage under one holding."""

    __tablename__ = "lead_span"
    __audited__ = False
    __table_args__ = (
        Index(
            "ix_lead_span_stage",
            "stage",
            "d2",
            "d1",
            "amount",
            *_SEEN_ACCESS,
            "unit_id",
            "team_id",
            "owner_id",
        ),
        Index("ix_lead_span_lost", "d1", "came_from", "amount", **_WHERE_LOST),
    )

    stage: Mapped[LeadStage]
    d1: Mapped[date]
    d2: Mapped[date]
    came_from: Mapped[LeadStage | None] = mapped_column(enum_type(LeadStage, "came_from"))
    is_entry: Mapped[bool]  # the stretch begins with a move, not with a new holding
    unit_id: Mapped[int | None]
    team_id: Mapped[int | None]
    owner_id: Mapped[int | None]
    amount: Mapped[int]


class LeadReach(Base, Keyed, _Seen):
    """Projection: first arrival of a lead at a stage. The cohort columns repeat its first arrival of all."""

    __tablename__ = "lead_reach"
    __audited__ = False
    __table_args__ = (
        Index(
            *("ix_lead_reach_first", "stage", "first_date", "amount", *_SEEN_ACCESS),
            *("unit_id", "team_id", "owner_id"),
        ),
        Index(
            *("ix_lead_reach_cohort", "stage", "cohort_date", "first_date", "next_date", "days", "amount"),
            *(*_SEEN_ACCESS, "cohort_unit_id", "cohort_team_id", "cohort_owner_id"),
        ),
    )

    stage: Mapped[LeadStage]
    first_date: Mapped[date]
    next_date: Mapped[date]
    days: Mapped[int | None] = mapped_column(Integer)  # from first_date to next_date, None while open
    unit_id: Mapped[int | None]
    team_id: Mapped[int | None]
    owner_id: Mapped[int | None]
    amount: Mapped[int]
    cohort_date: Mapped[date]
    cohort_unit_id: Mapped[int | None]
    cohort_team_id: Mapped[int | None]
    cohort_owner_id: Mapped[int | None]


class StageSet(Base, Record):
    """A dated configuration of stages; entries keep the id of the one they were judged by."""

    __tablename__ = "stage_set"
    __called__ = "阶段方案"

    valid_from: Mapped[date] = labelled("生效日期", unique=True)
    note: Mapped[str] = labelled("说明", String(200), default="")

    stages: Mapped[list["StageSetting"]] = relationship(
        order_by="StageSetting.position", back_populates="stage_set"
    )


class StageSetting(Base, Keyed):
    """How one stage is called, ordered, grouped and timed under a stage set."""

    __tablename__ = "stage_setting"
    __called__ = "阶段设置"
    __table_args__ = (UniqueConstraint("stage_set_id", "stage", name="uq_stage_setting"),)

    stage_set_id: Mapped[int] = labelled("阶段方案", ForeignKey("stage_set.id"))
    stage: Mapped[LeadStage] = labelled("阶段")
    label: Mapped[str] = labelled("名称", String(20))
    position: Mapped[int] = labelled("排序", Integer)
    reporting_group: Mapped[str] = labelled("统计分组", String(20), default="")
    clock_days: Mapped[int | None] = labelled("时限", Integer, unit="天")

    stage_set: Mapped[StageSet] = relationship(back_populates="stages")


class StageCriterion(Base, Keyed):
    """A stage of a stage set asks for this."""

    __tablename__ = "stage_criterion"
    __called__ = "阶段条件"
    __table_args__ = (UniqueConstraint("stage_set_id", "stage", "criterion", name="uq_stage_criterion"),)

    stage_set_id: Mapped[int] = labelled(
        "阶段方案", ForeignKey("stage_set.id", name="fk_stage_criterion_set")
    )
    stage: Mapped[LeadStage] = labelled("阶段")
    criterion: Mapped[Criterion] = labelled("条件")
    position: Mapped[int] = labelled("排序", Integer, default=0)


class Agreement(Base, Record):
    """A paper with the company; only one of kind contract moves a lead to 签约."""

    __tablename__ = "agreement"
    __called__ = "协议"

    lead_id: Mapped[int] = labelled("线索", ForeignKey("lead.id"), index=True)
    kind: Mapped[AgreementKind] = labelled("种类")
    title: Mapped[str] = labelled("协议名称", String(120))
    signed_on: Mapped[date | None] = labelled("签订日期")
    amount: Mapped[int | None] = labelled("合同金额", unit="元")
    amount_text: Mapped[str] = labelled("合同金额原文", String(60), default="", part_of="amount")
    drafter_id: Mapped[int] = labelled("起草人", ForeignKey("person.id"))

    lead: Mapped[Lead] = relationship(back_populates="agreements")
    drafter: Mapped[Person] = relationship()
    review: Mapped["FairReview | None"] = relationship(back_populates="agreement")


class FairReview(Base, Record):
    """公平竞争审查 of one agreement (《公平竞争审查条例》, in force 2024-08-01); never by its drafter.

    Asked of somebody it waits, without a verdict, until they conclude it under their own sign-in, or until
    somebody who did not draft the agreement enters it from a paper. `recorder_id` is who entered the verdict;
    reviews of before it was kept have a verdict and no recorder.
    """

    __tablename__ = "fair_review"
    __called__ = "公平竞争审查"

    agreement_id: Mapped[int] = labelled("协议", ForeignKey("agreement.id"), unique=True)
    number: Mapped[str] = labelled("文号", String(60), default="")
    reviewed_on: Mapped[date | None] = labelled("审查日期")
    verdict: Mapped[ReviewVerdict | None] = labelled("结论")
    opinion: Mapped[str] = labelled("审查意见", default="")
    reviewer_id: Mapped[int] = labelled("审查人", ForeignKey("person.id"))
    asked_on: Mapped[date | None] = labelled("请审日期")
    asker_id: Mapped[int | None] = labelled("请审人", ForeignKey("person.id"))
    recorder_id: Mapped[int | None] = labelled("结论登记人", ForeignKey("person.id"))
    step_id: Mapped[int | None] = labelled("待办", ForeignKey("step.id"))  # what the reviewer was asked to do

    agreement: Mapped[Agreement] = relationship(back_populates="review")
    reviewer: Mapped[Person] = relationship(foreign_keys=[reviewer_id])
    asker: Mapped[Person | None] = relationship(foreign_keys=[asker_id])
    recorder: Mapped[Person | None] = relationship(foreign_keys=[recorder_id])
    step: Mapped[Step | None] = relationship()

    @property
    def waits(self) -> bool:
        """Whether it was asked for and has no conclusion yet."""
        return self.verdict is None

    @property
    def is_own(self) -> bool:
        """Whether the reviewer concluded under their own sign-in; else it came on paper or from before."""
        return self.recorder_id is not None and self.recorder_id == self.reviewer_id

    @property
    def came_on_paper(self) -> bool:
        return not self.waits and not self.is_own
