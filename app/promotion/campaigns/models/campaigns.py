"""Directed campaigns, and who takes part in one."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Archivable, Base, Keyed, Record
from app.core.values.labels import labelled
from app.promotion.leads.enums import LeadSource
from app.register.accounts.models import Person, Unit
from app.register.chains.models import Chain


class Campaign(Base, Record, Archivable):
    """One campaign. Unit and team are the owner's of the day on which they took it over; how it stands
    follows from its days and `closed_at`.
    """

    __tablename__ = "campaign"
    __called__ = "定向招商"
    __table_args__ = (Index("ix_campaign_archived_first", "archived_at", "first_on", "id"),)

    name: Mapped[str] = labelled("名称", String(120))
    method: Mapped[LeadSource] = labelled("招商方式")
    chain_id: Mapped[int | None] = labelled("产业链", ForeignKey("chain.id"), index=True)
    theme: Mapped[str] = labelled("主题", String(60), default="")
    region_codes: Mapped[str] = labelled("目标地区", String(200), default="")  # of GB/T 2260, 330500,320500
    first_on: Mapped[date] = labelled("第一天")
    last_on: Mapped[date] = labelled("最后一天")
    goal_visits: Mapped[int | None] = labelled("目标走访", Integer, unit="次")
    goal_leads: Mapped[int | None] = labelled("目标有效线索", Integer, unit="条")
    goal_talks: Mapped[int | None] = labelled("目标在谈", Integer, unit="条")
    goal_signed: Mapped[int | None] = labelled("目标签约", Integer, unit="个")
    goal_amount: Mapped[int | None] = labelled("目标签约金额", unit="元")
    fund_name: Mapped[str] = labelled("合作基金", String(120), default="")
    fund_manager: Mapped[str] = labelled("基金管理人", String(120), default="")
    scenario: Mapped[str] = labelled("开放的场景", String(200), default="")
    scenario_unit: Mapped[str] = labelled("提供场景的单位", String(120), default="")
    agency: Mapped[str] = labelled("受托机构或商协会", String(120), default="")
    agency_until: Mapped[date | None] = labelled("委托到哪天")
    notes: Mapped[str] = labelled("说明", default="")
    owner_id: Mapped[int] = labelled("负责人", ForeignKey("person.id"), index=True)
    author_id: Mapped[int] = labelled("登记人", ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = labelled("责任单位", ForeignKey("unit.id"), index=True)
    team_id: Mapped[int | None] = labelled("驻点组", ForeignKey("unit.id"), index=True)
    closed_at: Mapped[datetime | None] = labelled("结束时间")

    chain: Mapped[Chain | None] = relationship()
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    team: Mapped[Unit | None] = relationship(foreign_keys=[team_id])
    parts: Mapped[list["CampaignPart"]] = relationship(
        cascade="all, delete-orphan", order_by="CampaignPart.id"
    )

    @property
    def regions(self) -> list[str]:
        """The codes of the places where its companies are."""
        return self.region_codes.split(",") if self.region_codes else []


class CampaignPart(Base, Keyed):
    """A unit or a resident team that takes part, or a person who was given companies of it: they see it."""

    __tablename__ = "campaign_part"
    __called__ = "定向招商参加方"

    campaign_id: Mapped[int] = labelled("定向招商", ForeignKey("campaign.id"), index=True)
    unit_id: Mapped[int | None] = labelled("单位", ForeignKey("unit.id"), index=True)
    team_id: Mapped[int | None] = labelled("驻点组", ForeignKey("unit.id"), index=True)
    person_id: Mapped[int | None] = labelled("人员", ForeignKey("person.id"), index=True)

    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_id])
    team: Mapped[Unit | None] = relationship(foreign_keys=[team_id])
    person: Mapped[Person | None] = relationship()

    @property
    def called(self) -> str:
        """Who it is."""
        each = self.person or self.unit or self.team
        return each.name if each else ""
