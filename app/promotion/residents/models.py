"""What a resident team is beside its unit: its place and zone, whom it keeps up with, its days of duty."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Base, Keyed, Record
from app.core.values.clock import now
from app.core.values.ids import new_public_id
from app.core.values.labels import labelled
from app.promotion.residents.enums import AssociationKind, DutyKind
from app.register.accounts.models import Person, Unit
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


class DutyEntry(Base, Keyed):
    """What a day was for somebody, for the team of that day. Nothing of it is changed: the row entered last
    of a day counts and the earlier ones stay. The city alone is blanked when it is no longer needed. The day
    goes by the public id of its first row, whatever is put right.
    """

    __tablename__ = "duty_entry"
    __called__ = "值勤"
    __audited__ = False
    __table_args__ = (
        Index("ix_duty_entry_team", "team_id", "day"),
        Index("ix_duty_entry_person", "person_id", "day", "id"),
    )

    public_id: Mapped[str] = labelled("网址编号", String(16), unique=True, default=new_public_id)
    team_id: Mapped[int] = labelled("驻点组", ForeignKey("unit.id"))
    person_id: Mapped[int] = labelled("队员", ForeignKey("person.id"))
    day: Mapped[date] = labelled("哪天")
    kind: Mapped[DutyKind] = labelled("值勤")
    city_code: Mapped[str | None] = labelled("所在城市", CODE)
    note: Mapped[str] = labelled("说明", String(120), default="")
    reason: Mapped[str] = labelled("更正原因", String(120), default="")
    author_id: Mapped[int | None] = labelled("谁记的", ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = labelled("录入时间", default=now)

    team: Mapped[Unit] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])


class DutyCheck(Base, Record):
    """That somebody looked whether a member was there."""

    __tablename__ = "duty_check"
    __called__ = "查岗"
    __table_args__ = (
        Index("ix_duty_check_team", "team_id", "day"),
        Index("ix_duty_check_person", "person_id", "day"),
    )

    team_id: Mapped[int] = labelled("驻点组", ForeignKey("unit.id"))
    person_id: Mapped[int] = labelled("查谁", ForeignKey("person.id"))
    day: Mapped[date] = labelled("哪天查的")
    at: Mapped[str] = labelled("几点", String(5))
    found_present: Mapped[bool] = labelled("结果")
    note: Mapped[str] = labelled("情况", String(200), default="")
    author_id: Mapped[int | None] = labelled("谁查的", ForeignKey("person.id"))

    team: Mapped[Unit] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])
