"""The schedule of an outing: a company, or something else that is done at a time."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Base, Record
from app.core.values.labels import labelled
from app.promotion.outings.models.outings import Outing
from app.register.enterprises.models import Enterprise


class OutingStop(Base, Record):
    """One line of the schedule. What was said with a company is its visit of that day; `missed` says why
    there is none. `ask` is the part of its briefing sheet that people write.
    """

    __tablename__ = "outing_stop"
    __called__ = "日程"
    __table_args__ = (Index("ix_outing_stop_day", "outing_id", "stop_on", "starts_at"),)

    outing_id: Mapped[int] = labelled("外出和来访", ForeignKey("outing.id"))
    enterprise_id: Mapped[int | None] = labelled("企业", ForeignKey("enterprise.id"), index=True)
    stop_on: Mapped[date] = labelled("哪天")
    starts_at: Mapped[str] = labelled("几点", String(5), default="")  # HH:MM
    what: Mapped[str] = labelled("做什么", String(200), default="")
    place: Mapped[str] = labelled("地点", String(200), default="")
    receiver: Mapped[str] = labelled("对方谁接待", String(120), default="")
    ask: Mapped[str] = labelled("要谈什么", default="")
    missed: Mapped[str] = labelled("没有谈成的原因", String(200), default="")

    outing: Mapped[Outing] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()

    @property
    def name(self) -> str:
        """What it is called: as its company, or what is done."""
        return self.enterprise.name if self.enterprise else self.what
