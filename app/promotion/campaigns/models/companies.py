"""The companies of a campaign: plan, who introduced them, what people have noted, the route, the result."""

from datetime import date

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Base, Keyed, Record
from app.core.values.labels import labelled
from app.promotion.campaigns.enums import CampaignResult, MarkKind
from app.promotion.campaigns.models.campaigns import Campaign
from app.promotion.targets.models import TargetEnterprise
from app.register.accounts.models import Person
from app.register.enterprises.models import Enterprise


class CampaignTarget(Base, Record):
    """A target company that a campaign works on. How far it is follows from visits, leads and marks of its
    days; the result is what people say in the end.
    """

    __tablename__ = "campaign_target"
    __called__ = "定向招商的企业"
    __table_args__ = (
        UniqueConstraint("campaign_id", "enterprise_id", name="uq_campaign_target_company"),
        Index("ix_campaign_target_campaign", "campaign_id", "id"),
    )

    campaign_id: Mapped[int] = labelled("定向招商", ForeignKey("campaign.id"))
    target_id: Mapped[int] = labelled("目标企业", ForeignKey("target.id"), index=True)
    enterprise_id: Mapped[int] = labelled("企业", ForeignKey("enterprise.id"), index=True)
    owner_id: Mapped[int] = labelled("负责人", ForeignKey("person.id"), index=True)
    author_id: Mapped[int] = labelled("登记人", ForeignKey("person.id"))
    added_on: Mapped[date] = labelled("加入日期")
    why: Mapped[str] = labelled("为什么找这家", default="")
    known: Mapped[str] = labelled("我们认识谁", default="")
    offer: Mapped[str] = labelled("能提供什么", default="")
    never_offer: Mapped[str] = labelled("不能承诺什么", default="")
    next_action: Mapped[str] = labelled("打算怎么做", default="")
    result: Mapped[CampaignResult | None] = labelled("结果")
    result_note: Mapped[str] = labelled("结果说明", String(200), default="")
    result_on: Mapped[date | None] = labelled("定结果的日期", part_of="result")

    campaign: Mapped[Campaign] = relationship()
    target: Mapped[TargetEnterprise] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    introducers: Mapped[list["CampaignIntroducer"]] = relationship(
        cascade="all, delete-orphan", order_by="CampaignIntroducer.id"
    )

    @property
    def name(self) -> str:
        """What it is called: as its company."""
        return self.enterprise.name


class CampaignIntroducer(Base, Keyed):
    """Who introduced a company, one of ours or somebody else, and how much of the credit is theirs."""

    __tablename__ = "campaign_introducer"
    __called__ = "定向招商引荐人"

    row_id: Mapped[int] = labelled("企业", ForeignKey("campaign_target.id"), index=True)
    person_id: Mapped[int | None] = labelled("我方人员", ForeignKey("person.id"), index=True)
    name: Mapped[str] = labelled("外面的人", String(60), default="")
    share: Mapped[int] = labelled("占比", Integer, unit="%")

    person: Mapped[Person | None] = relationship()

    @property
    def called(self) -> str:
        return self.person.name if self.person else self.name


class CampaignMark(Base, Record):
    """Something with a company that no visit and no lead tells, such as an invitation that was sent. It is
    not changed; what was noted by mistake is taken back.
    """

    __tablename__ = "campaign_mark"
    __called__ = "定向招商的联系"
    __table_args__ = (Index("ix_campaign_mark_row", "row_id", "marked_on"),)

    row_id: Mapped[int] = labelled("企业", ForeignKey("campaign_target.id"))
    kind: Mapped[MarkKind] = labelled("做了什么")
    marked_on: Mapped[date] = labelled("哪天")
    words: Mapped[str] = labelled("具体情况", String(200), default="")
    author_id: Mapped[int] = labelled("谁记的", ForeignKey("person.id"))
    void_on: Mapped[date | None] = labelled("撤销日期")

    row: Mapped[CampaignTarget] = relationship()
    author: Mapped[Person] = relationship()


class RouteStop(Base, Record):
    """A company on a day of the door-knocking route."""

    __tablename__ = "route_stop"
    __called__ = "敲门路线的一站"
    __table_args__ = (
        UniqueConstraint("row_id", "stop_on", name="uq_route_stop_day"),
        Index("ix_route_stop_campaign", "campaign_id", "stop_on", "position"),
    )

    campaign_id: Mapped[int] = labelled("定向招商", ForeignKey("campaign.id"))
    row_id: Mapped[int] = labelled("企业", ForeignKey("campaign_target.id"))
    stop_on: Mapped[date] = labelled("哪天")
    position: Mapped[int] = labelled("顺序", Integer)
    note: Mapped[str] = labelled("备注", String(120), default="")

    campaign: Mapped[Campaign] = relationship()
    row: Mapped[CampaignTarget] = relationship()
