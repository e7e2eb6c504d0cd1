"""Anchors of a chain from day to day, and the rows of what each buys and cannot get here."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Base, Record
from app.core.values.labels import labelled
from app.core.values.terms import Days
from app.register.chains.models import Chain, ChainNode
from app.register.enterprises.models import Enterprise


class ChainAnchor(Base, Record):
    """A company around which a chain stands, from when to when; both days belong to it. What it needs hangs
    on the term: who was an anchor once does not speak for the chain of today.
    """

    __tablename__ = "chain_anchor"
    __called__ = "链主"
    __table_args__ = (Index("ix_chain_anchor_chain", "chain_id", "starts_on"),)

    chain_id: Mapped[int] = labelled("产业链", ForeignKey("chain.id"))
    enterprise_id: Mapped[int] = labelled("企业", ForeignKey("enterprise.id"), index=True)
    starts_on: Mapped[date] = labelled("第一天")
    ends_on: Mapped[date | None] = labelled("最后一天")
    note: Mapped[str] = labelled("备注", String(300), default="")

    chain: Mapped[Chain] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
    needs: Mapped[list["AnchorNeed"]] = relationship(
        back_populates="anchor", cascade="all, delete-orphan", order_by="AnchorNeed.id"
    )

    @property
    def days(self) -> Days:
        return Days(self.starts_on, self.ends_on)


class AnchorNeed(Base, Record):
    """Something that an anchor buys and cannot get here: of which link, how much in a year where it is known,
    from where it comes today, who says so and when.
    """

    __tablename__ = "anchor_need"
    __called__ = "链主的采购需求"

    anchor_id: Mapped[int] = labelled("链主", ForeignKey("chain_anchor.id"), index=True)
    node_id: Mapped[int] = labelled("环节", ForeignKey("chain_node.id"), index=True)
    what: Mapped[str] = labelled("要买什么", String(120))
    amount: Mapped[int | None] = labelled("一年采购额", unit="元")
    bought_from: Mapped[str] = labelled("现在从哪里买", String(120), default="")
    source: Mapped[str] = labelled("谁说的", String(200))
    told_on: Mapped[date] = labelled("哪天说的")

    anchor: Mapped[ChainAnchor] = relationship(back_populates="needs")
    node: Mapped[ChainNode] = relationship()
