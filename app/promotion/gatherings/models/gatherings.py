"""Events, each held by one of our people."""

from datetime import date

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Archivable, Base, Record
from app.core.values.labels import labelled
from app.promotion.gatherings.enums import GatheringKind
from app.register.accounts.models import Person, Unit


class Gathering(Base, Record, Archivable):
    """One event. Unit and team are the owner's of the day on which they took it over; how it stands follows
    from its days.
    """

    __tablename__ = "gathering"
    __called__ = "招商活动"
    __table_args__ = (Index("ix_gathering_archived_first", "archived_at", "first_on", "id"),)

    name: Mapped[str] = labelled("名称", String(120))
    kind: Mapped[GatheringKind] = labelled("活动种类")
    first_on: Mapped[date] = labelled("第一天")
    last_on: Mapped[date] = labelled("最后一天")
    place: Mapped[str] = labelled("地点", String(200), default="")
    agenda: Mapped[str] = labelled("议程", default="")
    goal_guests: Mapped[int | None] = labelled("打算请多少人", Integer, unit="人")
    notes: Mapped[str] = labelled("说明", default="")
    owner_id: Mapped[int] = labelled("负责人", ForeignKey("person.id"), index=True)
    author_id: Mapped[int] = labelled("登记人", ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = labelled("责任单位", ForeignKey("unit.id"), index=True)
    team_id: Mapped[int | None] = labelled("驻点组", ForeignKey("unit.id"), index=True)

    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    team: Mapped[Unit | None] = relationship(foreign_keys=[team_id])
