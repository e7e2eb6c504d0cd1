"""Samples, each held by one of our people."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Archivable, Base, Record
from app.core.values.labels import labelled
from app.register.accounts.models import Person, Unit


class Sample(Base, Record, Archivable):
    """One sample. Unit and team are the owner's of the day on which they took it over."""

    __tablename__ = "sample"
    __called__ = "样例"
    __table_args__ = (Index("ix_sample_archived_day", "archived_at", "day", "id"),)

    name: Mapped[str] = labelled("名称", String(120))
    day: Mapped[date] = labelled("日期")
    notes: Mapped[str] = labelled("说明", default="")
    owner_id: Mapped[int] = labelled("负责人", ForeignKey("person.id"), index=True)
    author_id: Mapped[int] = labelled("登记人", ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = labelled("责任单位", ForeignKey("unit.id"), index=True)
    team_id: Mapped[int | None] = labelled("驻点组", ForeignKey("unit.id"), index=True)

    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    team: Mapped[Unit | None] = relationship(foreign_keys=[team_id])
