"""What a resident team is beside its unit: its place and zone, the associations it keeps."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Base, Keyed, Record
from app.core.values.labels import labelled
from app.promotion.residents.enums import AssociationKind
from app.register.accounts.models import Unit
from app.register.enterprises.models import Enterprise

CODE = String(6)  # of GB/T 2260


class TeamProfile(Base, Record):
    """What is kept of a resident team; the team itself is a unit, its members are terms (`TeamMembership`).
    A team stands in a city, which is as near as anybody is told.
    """

    __tablename__ = "team_profile"
    __called__ = "驻点组资料"

    team_id: Mapped[int] = labelled("驻点组", ForeignKey("unit.id"), unique=True)
    city_code: Mapped[str | None] = labelled("地点", CODE)
    tasks: Mapped[str] = labelled("任务", default="")
    equipment: Mapped[str] = labelled("设备", default="")  # one thing a line
    opened_on: Mapped[date] = labelled("设立日期")
    closed_on: Mapped[date | None] = labelled("撤销日期")

    team: Mapped[Unit] = relationship()
    zone: Mapped[list["TeamRegion"]] = relationship(cascade="all, delete-orphan", order_by="TeamRegion.id")

    @property
    def name(self) -> str:
        """What it is called where its line stands: as its team."""
        return self.team.name

    @property
    def is_archived(self) -> bool:
        """With its team."""
        return self.team.is_archived

    @property
    def things(self) -> list[str]:
        """The equipment, thing by thing."""
        return self.equipment.splitlines()


class TeamRegion(Base, Keyed):
    """A place in the zone of a team."""

    __tablename__ = "team_region"
    __called__ = "驻点组的片区"
    __table_args__ = (UniqueConstraint("profile_id", "region_code", name="uq_team_region"),)

    profile_id: Mapped[int] = labelled("驻点组资料", ForeignKey("team_profile.id"))
    region_code: Mapped[str] = labelled("片区", CODE, index=True)


class TeamAssociation(Base, Record):
    """An association that a team keeps up with. It is an organisation of the library, and its people are
    contacts there, masked as everywhere: no number stands here.
    """

    __tablename__ = "team_association"
    __called__ = "驻点组联系的商会"
    __table_args__ = (Index("ix_team_association_team", "team_id", "since"),)

    team_id: Mapped[int] = labelled("驻点组", ForeignKey("unit.id"))
    enterprise_id: Mapped[int] = labelled("商会、协会", ForeignKey("enterprise.id"), index=True)
    kind: Mapped[AssociationKind] = labelled("类别")
    since: Mapped[date] = labelled("从哪天起")
    until: Mapped[date | None] = labelled("到哪天")
    note: Mapped[str] = labelled("说明", String(200), default="")

    team: Mapped[Unit] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
