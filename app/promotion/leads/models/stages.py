"""The dated tables of stages."""

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from app.core.records.dated import Dated
from app.core.storage.db import Base, Keyed
from app.core.values.labels import labelled
from app.promotion.leads.enums import Criterion, LeadStage


class StageSet(Base, Dated):
    """A dated configuration of stages; entries keep the id of the one they were judged by."""

    __tablename__ = "stage_set"
    __called__ = "阶段方案"

    stages: Mapped[list["StageSetting"]] = relationship(
        order_by="StageSetting.position", back_populates="stage_set", cascade="all, delete-orphan"
    )
    criteria: Mapped[list["StageCriterion"]] = relationship(
        order_by="(StageCriterion.position, StageCriterion.id)", cascade="all, delete-orphan"
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
