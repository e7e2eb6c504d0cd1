"""Who is invited to an event and came, and what was signed there."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.storage.audit import PERSONAL
from app.core.storage.db import Base, Keyed, Record
from app.core.values.labels import labelled
from app.promotion.gatherings.enums import GuestReply, GuestSource, SigningKind
from app.promotion.gatherings.models.gatherings import Gathering
from app.promotion.leads.models import Lead
from app.register.accounts.models import Person
from app.register.enterprises.models import Enterprise


class Guest(Base, Record):
    """A guest, with the company as it was written and the one of the library that it is. The public id also
    opens their invitation. Who came by themselves has no inviter.
    """

    __tablename__ = "gathering_guest"
    __called__ = "活动的客商"
    __table_args__ = (Index("ix_gathering_guest_phone", "gathering_id", "phone"),)

    gathering_id: Mapped[int] = labelled("招商活动", ForeignKey("gathering.id"))
    enterprise_id: Mapped[int | None] = labelled("企业", ForeignKey("enterprise.id"), index=True)
    company: Mapped[str] = labelled("单位", String(120), default="")
    name: Mapped[str] = labelled("姓名", String(60), **PERSONAL)
    post: Mapped[str] = labelled("职务", String(60), default="")
    phone: Mapped[str] = labelled("电话", String(30), default="", **PERSONAL)
    source: Mapped[GuestSource] = labelled("怎么来的", default=GuestSource.INVITED)
    reply: Mapped[GuestReply] = labelled("答复", default=GuestReply.NONE)
    reply_note: Mapped[str] = labelled("答复说明", String(120), default="", **PERSONAL)
    came_at: Mapped[datetime | None] = labelled("签到时间")
    inviter_id: Mapped[int | None] = labelled("邀请人", ForeignKey("person.id"), index=True)

    gathering: Mapped[Gathering] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
    inviter: Mapped[Person | None] = relationship()


class Signing(Base, Record):
    """What was signed at an event. A contract names its lead, where its amount and stage are kept."""

    __tablename__ = "gathering_signing"
    __called__ = "活动的签约项目"

    gathering_id: Mapped[int] = labelled("招商活动", ForeignKey("gathering.id"), index=True)
    kind: Mapped[SigningKind] = labelled("签的是什么")
    company: Mapped[str] = labelled("签约企业", String(120))
    project: Mapped[str] = labelled("签约项目", String(120))
    amount: Mapped[int | None] = labelled("计划总投资", unit="元")
    lead_id: Mapped[int | None] = labelled("线索", ForeignKey("lead.id"), index=True)

    gathering: Mapped[Gathering] = relationship()
    lead: Mapped[Lead | None] = relationship()


class DoorTry(Base, Keyed):
    """That somebody without an account sent a form of an event: counted, and forgotten by night."""

    __tablename__ = "gathering_try"
    __audited__ = False
    __table_args__ = (Index("ix_gathering_try_when", "gathering_id", "address", "at"),)

    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"))
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime]
