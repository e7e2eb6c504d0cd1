"""A company on a link of a chain, and how far the job that proposes them has come."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Base, Keyed, Record
from app.core.values.labels import labelled
from app.register.accounts.models import Person
from app.register.chains.models import ChainNode
from app.register.enterprises.models import Enterprise
from app.register.placements.enums import PlacementSource, PlacementState, ShareOf


class NodePlacement(Base, Record):
    """That a company belongs on a link, as a job proposes and a person decides; one row for the two, whatever
    becomes of it, so that a refusal is remembered. What a person has decided no job changes: `decided_at` is
    theirs. `known_then` stands for what was known of the company at that moment (rules.CompanyFacts).
    """

    __tablename__ = "node_placement"
    __called__ = "环节上的企业"
    __table_args__ = (
        UniqueConstraint("node_id", "enterprise_id", name="uq_node_placement"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        CheckConstraint("share BETWEEN 0 AND 100", name="share"),
        Index("ix_node_placement_enterprise", "enterprise_id", "state"),
        Index("ix_node_placement_state", "state", "score", "id"),
    )

    node_id: Mapped[int] = labelled("环节", ForeignKey("chain_node.id"))
    enterprise_id: Mapped[int] = labelled("企业", ForeignKey("enterprise.id"))
    state: Mapped[PlacementState] = labelled("状态", default=PlacementState.PROPOSED)
    source: Mapped[PlacementSource] = labelled("来源", default=PlacementSource.ENGINE)
    engine: Mapped[str] = labelled("判断版本", String(40), default="")
    score: Mapped[int | None] = labelled("得分", Integer)
    hits: Mapped[list[dict[str, Any]]] = labelled("依据", JSON, default=list)
    proposed_on: Mapped[date] = labelled("建议日期")
    known_then: Mapped[str] = labelled("判断时的企业信息", String(32), default="", part_of="state")
    was_refused: Mapped[bool] = labelled("否决过", default=False)
    decided_by_id: Mapped[int | None] = labelled("谁判断的", ForeignKey("person.id"), index=True)
    decided_at: Mapped[datetime | None] = labelled("判断时间", short="判断")
    note: Mapped[str] = labelled("备注", String(300), default="")
    share: Mapped[int | None] = labelled("产值占比", Integer, unit="%")
    share_of: Mapped[ShareOf | None] = labelled("占谁的")

    node: Mapped[ChainNode] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
    decided_by: Mapped[Person | None] = relationship()

    @property
    def is_archived(self) -> bool:
        """Read-only as soon as what it joins is: its company or its chain."""
        return self.enterprise.is_archived or self.node.chain.is_archived


class PlacementRun(Base, Keyed):
    """How far the companies have been judged: one row, `after_id` the last of them. `judged_by` stands for
    the words of all links and the version of what judges; `since` leaves out what has not changed.
    """

    __tablename__ = "placement_run"
    __audited__ = False

    judged_by: Mapped[str] = labelled("依据的环节和版本", String(80), default="")
    full_at: Mapped[datetime | None] = labelled("上次全部判断")
    since: Mapped[datetime | None] = labelled("从何时的变化起")
    started_at: Mapped[datetime | None] = labelled("开始")
    after_id: Mapped[int] = labelled("判断到", default=0)
    ended_at: Mapped[datetime | None] = labelled("结束")
