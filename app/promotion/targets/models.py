"""Target companies, the links that each is wanted for, their ledger, and what their score goes by."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from app.core.records.dated import Dated
from app.core.records.ledger import LedgerRow
from app.core.storage.db import Archivable, Base, Keyed, Record, enum_type
from app.core.values.labels import labelled
from app.promotion.leads.enums import LeadSource
from app.promotion.leads.models import Lead
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.models import Step
from app.promotion.targets.enums import FactKind, ScorePart, TargetStage
from app.promotion.visits.models import Visit
from app.register.accounts.models import Person, Unit
from app.register.chains.models import ChainNode
from app.register.enterprises.models import Enterprise


class TargetEnterprise(Base, Record, Archivable):
    """A company that is to be won. Stage and holding repeat the ledger; `open_enterprise_id` repeats the
    company while the target is neither dropped nor archived: it alone is unique.
    """

    __tablename__ = "target"
    __called__ = "目标企业"
    __table_args__ = (
        Index("ix_target_archived_registered", "archived_at", "registered_on", "id"),
        Index("ix_target_archived_updated", "archived_at", "updated_at", "id"),
    )

    enterprise_id: Mapped[int] = labelled("企业", ForeignKey("enterprise.id"), index=True)
    open_enterprise_id: Mapped[int | None] = labelled(
        "在库企业", ForeignKey("enterprise.id"), unique=True, part_of="stage"
    )
    stage: Mapped[TargetStage] = labelled("状态", default=TargetStage.POOL)
    stage_since: Mapped[date] = labelled("进入状态日期", part_of="stage")
    registered_on: Mapped[date] = labelled("列入日期")
    method: Mapped[LeadSource] = labelled("招商方式")
    origin: Mapped[str] = labelled("来源", String(120), default="")
    note: Mapped[str] = labelled("说明", default="")
    owner_id: Mapped[int | None] = labelled("负责人", ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = labelled("责任单位", ForeignKey("unit.id"), index=True)
    team_id: Mapped[int | None] = labelled("驻点组", ForeignKey("unit.id"), index=True)
    author_id: Mapped[int] = labelled("登记人", ForeignKey("person.id"), index=True)

    enterprise: Mapped[Enterprise] = relationship(foreign_keys=[enterprise_id])
    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id])
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    team: Mapped[Unit | None] = relationship(foreign_keys=[team_id])
    wanted_for: Mapped[list["TargetNode"]] = relationship(
        cascade="all, delete-orphan", order_by="TargetNode.id"
    )
    next_steps: Mapped[list[Step]] = relationship(
        viewonly=True,
        primaryjoin=lambda: and_(
            foreign(Step.subject_id) == TargetEnterprise.public_id,
            Step.subject_kind == TargetEnterprise.__tablename__,
            Step.state == StepState.OPEN,
            Step.kind == StepKind.NEXT,
        ),
        order_by=lambda: (Step.due_on, Step.id),
    )

    @property
    def name(self) -> str:
        """What it is called where its line stands: as its company."""
        return self.enterprise.name


class TargetNode(Base, Keyed):
    """A link that a target is wanted for."""

    __tablename__ = "target_node"
    __called__ = "目标企业的环节"
    __table_args__ = (UniqueConstraint("target_id", "node_id", name="uq_target_node"),)

    target_id: Mapped[int] = labelled("目标企业", ForeignKey("target.id"))
    node_id: Mapped[int] = labelled("环节", ForeignKey("chain_node.id"), index=True)

    node: Mapped[ChainNode] = relationship()


class TargetEntry(Base, LedgerRow):
    """One row of the ledger of targets. One that followed a visit or a lead names it."""

    __tablename__ = "target_entry"
    __audited__ = False
    __table_args__ = (Index("ix_target_entry_target", "target_id", "effective_on", "id"),)

    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"))
    stage_from: Mapped[TargetStage | None] = mapped_column(enum_type(TargetStage, "stage_from"))
    stage: Mapped[TargetStage | None]
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"))

    target: Mapped[TargetEnterprise] = relationship()
    actor: Mapped[Person | None] = relationship(foreign_keys="TargetEntry.actor_id")
    visit: Mapped[Visit | None] = relationship()
    lead: Mapped[Lead | None] = relationship()


class TargetFact(Base, Record):
    """Something that a person enters of a target with its source: a veto, or what the library does not know.
    It is not changed; what is no longer so is lifted, with the reason.
    """

    __tablename__ = "target_fact"
    __called__ = "目标企业的依据"
    __table_args__ = (Index("ix_target_fact_target", "target_id", "lifted_on"),)

    target_id: Mapped[int] = labelled("目标企业", ForeignKey("target.id"))
    kind: Mapped[FactKind] = labelled("哪一类")
    what: Mapped[str] = labelled("具体情况", String(200))
    source: Mapped[str] = labelled("出处", String(120))
    told_on: Mapped[date] = labelled("哪天的")
    author_id: Mapped[int] = labelled("谁记的", ForeignKey("person.id"))
    lifted_on: Mapped[date | None] = labelled("取消日期")
    lifted_why: Mapped[str] = labelled("为什么取消", String(200), default="")
    lifted_by_id: Mapped[int | None] = labelled("谁取消的", ForeignKey("person.id"))

    target: Mapped[TargetEnterprise] = relationship()
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    lifted_by: Mapped[Person | None] = relationship(foreign_keys=[lifted_by_id])


class TargetWeights(Base, Dated):
    """What each part of the score is worth from a day on, 100 together."""

    __tablename__ = "target_weights"
    __called__ = "评分权重"
    __table_args__ = (
        CheckConstraint("fit + anchors + expansion + strength + site + reach = 100", name="hundred"),
    )

    fit: Mapped[int] = labelled(ScorePart.FIT.label, Integer)
    anchors: Mapped[int] = labelled(ScorePart.ANCHORS.label, Integer)
    expansion: Mapped[int] = labelled(ScorePart.EXPANSION.label, Integer)
    strength: Mapped[int] = labelled(ScorePart.STRENGTH.label, Integer)
    site: Mapped[int] = labelled(ScorePart.SITE.label, Integer)
    reach: Mapped[int] = labelled(ScorePart.REACH.label, Integer)

    @property
    def weights(self) -> dict[ScorePart, int]:
        return {part: getattr(self, part.value) for part in ScorePart}
