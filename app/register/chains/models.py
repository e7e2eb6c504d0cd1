"""Chains, their links as a tree, who supplies whom, and the ledger of judgements on each link."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Archivable, Base, Keyed, Record
from app.core.values.clock import now
from app.core.values.labels import label_of, labelled
from app.register.accounts.models import Person
from app.register.chains.enums import ChainTier, NodeAction, NodeState
from app.register.chains.rules import LEAST, LONGEST_WORDS, MOST, in_words


class Chain(Base, Record, Archivable):
    """One industry chain of the county. While it has its code no other one is given it, also when it is
    archived.
    """

    __tablename__ = "chain"
    __called__ = "产业链"

    code: Mapped[str] = labelled("代号", String(20), unique=True)
    name: Mapped[str] = labelled("名称", String(60))
    aliases: Mapped[str] = labelled("别的叫法", String(300), default="")
    note: Mapped[str] = labelled("说明", default="")
    is_example: Mapped[bool] = labelled("示例", default=False)
    position: Mapped[int] = labelled("顺序", Integer, default=0)


class ChainNode(Base, Record, Archivable):
    """One link (环节) of a chain, of which others may be parts. One that was taken off is archived, and keeps
    its judgements; `live_code` keeps codes apart among those that are there.
    """

    __tablename__ = "chain_node"
    __called__ = "环节"
    __table_args__ = (
        UniqueConstraint("chain_id", "live_code", name="uq_chain_node_code"),
        CheckConstraint(f"importance BETWEEN {LEAST} AND {MOST}", name="importance"),
        Index("ix_chain_node_chain", "chain_id", "archived_at", "position"),
    )

    chain_id: Mapped[int] = labelled("产业链", ForeignKey("chain.id"))
    parent_id: Mapped[int | None] = labelled("上级环节", ForeignKey("chain_node.id"), index=True)
    merged_into_id: Mapped[int | None] = labelled("并入", ForeignKey("chain_node.id"), index=True)
    code: Mapped[str] = labelled("代号", String(30))
    live_code: Mapped[str | None] = labelled("在用代号", String(30), part_of="code")
    name: Mapped[str] = labelled("名称", String(60))
    tier: Mapped[ChainTier] = labelled("位置")
    position: Mapped[int] = labelled("顺序", Integer, default=0)
    importance: Mapped[int] = labelled("重要程度", Integer, default=3)
    keywords: Mapped[str] = labelled("关键词", String(LONGEST_WORDS), default="")
    products: Mapped[str] = labelled("产品", String(LONGEST_WORDS), default="")
    action: Mapped[NodeAction | None] = labelled("打算")

    chain: Mapped[Chain] = relationship()
    parent: Mapped["ChainNode | None"] = relationship(foreign_keys=[parent_id], remote_side="ChainNode.id")
    industries: Mapped[list["NodeIndustry"]] = relationship(
        cascade="all, delete-orphan", order_by="NodeIndustry.industry_code"
    )

    @property
    def codes(self) -> list[str]:
        """Its industries: C3841, …"""
        return [row.industry_code for row in self.industries]

    @property
    def labelled_words(self) -> tuple[tuple[str, str], ...]:
        """What it is also found by, under what it is called."""
        return (
            (label_of(ChainNode.keywords), in_words(self.keywords)),
            (label_of(ChainNode.products), in_words(self.products)),
        )


class NodeIndustry(Base, Keyed):
    """A class of GB/T 4754 in which companies of a link are mostly registered."""

    __tablename__ = "node_industry"
    __called__ = "环节的行业"
    __table_args__ = (UniqueConstraint("node_id", "industry_code", name="uq_node_industry"),)

    node_id: Mapped[int] = labelled("环节", ForeignKey("chain_node.id"))
    industry_code: Mapped[str] = labelled("行业", String(6))


class ChainSupply(Base, Keyed):
    """That one link supplies another of the same chain. Circles are as they should be: cells are recycled
    into what cells are made of.
    """

    __tablename__ = "chain_supply"
    __called__ = "供应关系"
    __table_args__ = (
        UniqueConstraint("supplier_id", "buyer_id", name="uq_chain_supply"),
        CheckConstraint("supplier_id <> buyer_id", name="not_itself"),
    )

    supplier_id: Mapped[int] = labelled("供应方", ForeignKey("chain_node.id"))
    buyer_id: Mapped[int] = labelled("需求方", ForeignKey("chain_node.id"), index=True)


class ChainChange(Base, Record):
    """What the links of a chain were before they were added to, moved, joined, divided or taken off as a
    whole, so that it can be undone. What changed is in the audit by the links themselves.
    """

    __tablename__ = "chain_change"
    __audited__ = False

    chain_id: Mapped[int] = labelled("产业链", ForeignKey("chain.id"), index=True)
    told: Mapped[str] = labelled("改了什么", String(200))
    nodes_before: Mapped[dict[str, Any]] = labelled("原来的环节", JSON)
    supplies_before: Mapped[list[Any]] = labelled("原来的供应关系", JSON)
    supplies_after: Mapped[list[Any]] = labelled("改后的供应关系", JSON)
    versions_after: Mapped[dict[str, int]] = labelled("改后的版本", JSON)
    made_id: Mapped[int | None] = labelled("新增的环节", ForeignKey("chain_node.id"))
    author_id: Mapped[int] = labelled("谁改的", ForeignKey("person.id"))
    undone_at: Mapped[datetime | None] = labelled("撤销时间")

    chain: Mapped[Chain] = relationship()


class NodeJudgement(Base, Keyed):
    """What somebody judged a link to be from a day on. Rows are only ever inserted, triggers refuse the rest;
    whoever was mistaken judges again, and of one day the row entered last counts.
    """

    __tablename__ = "node_judgement"
    __called__ = "环节判断"
    __table_args__ = (
        CheckConstraint("local_rate BETWEEN 0 AND 100", name="local_rate"),
        Index("ix_node_judgement_node", "node_id", "effective_on", "id"),
    )

    node_id: Mapped[int] = labelled("环节", ForeignKey("chain_node.id"))
    state: Mapped[NodeState] = labelled("强弱缺")
    local_rate: Mapped[int | None] = labelled("本地配套率", Integer, unit="%")
    reason: Mapped[str] = labelled("理由", String(300))
    evidence: Mapped[str] = labelled("依据", String(300), default="")
    effective_on: Mapped[date] = labelled("判断日期")
    entered_at: Mapped[datetime] = labelled("录入时间", default=now)
    actor_id: Mapped[int] = labelled("谁判断的", ForeignKey("person.id"))

    actor: Mapped[Person] = relationship()
