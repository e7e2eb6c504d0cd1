"""Visits, who of ours took part for which team that day, whom they met."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Archivable, Base, Keyed, Record
from app.core.values.clock import now
from app.core.values.labels import labelled
from app.promotion.leads.models import Lead
from app.promotion.visits.enums import VisitKind
from app.register.accounts.models import Person, Unit
from app.register.enterprises.models import Contact, Enterprise


class Visit(Base, Record, Archivable):
    """One meeting with a company. Unit and team are the author's of that day."""

    __tablename__ = "visit"
    __called__ = "走访"
    __table_args__ = (Index("ix_visit_archived_on", "archived_at", "held_on", "id"),)

    kind: Mapped[VisitKind] = labelled("方式")
    held_on: Mapped[date] = labelled("日期")
    enterprise_id: Mapped[int] = labelled("企业", ForeignKey("enterprise.id"), index=True)
    lead_id: Mapped[int | None] = labelled("线索", ForeignKey("lead.id"), index=True)
    place: Mapped[str] = labelled("地点", String(80), default="")
    met: Mapped[str] = labelled("还见到谁", String(120), default="")  # people met who are no contacts yet
    summary: Mapped[str] = labelled("谈了什么")
    needs: Mapped[str] = labelled("企业诉求", default="")
    author_id: Mapped[int] = labelled("登记人", ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = labelled("责任单位", ForeignKey("unit.id"), index=True)
    team_id: Mapped[int | None] = labelled("驻点组", ForeignKey("unit.id"), index=True)
    confidential: Mapped[bool] = labelled("保密", default=False)

    enterprise: Mapped[Enterprise] = relationship()
    lead: Mapped[Lead | None] = relationship()
    author: Mapped[Person] = relationship()
    participants: Mapped[list["VisitParticipant"]] = relationship(
        cascade="all, delete-orphan", back_populates="visit", order_by="VisitParticipant.id"
    )
    contacts: Mapped[list["VisitContact"]] = relationship(
        cascade="all, delete-orphan", order_by="VisitContact.id"
    )
    confirmation: Mapped["VisitConfirmation | None"] = relationship(back_populates="visit")


class VisitParticipant(Base, Keyed):
    """One of ours, with the unit and the resident team of that day: rotation never rewrites it."""

    __tablename__ = "visit_participant"
    __called__ = "走访人员"
    __table_args__ = (UniqueConstraint("visit_id", "person_id", name="uq_visit_participant"),)

    visit_id: Mapped[int] = labelled("走访", ForeignKey("visit.id"))
    person_id: Mapped[int] = labelled("我方人员", ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = labelled("单位", ForeignKey("unit.id"), index=True)
    team_id: Mapped[int | None] = labelled("驻点组", ForeignKey("unit.id"), index=True)

    visit: Mapped[Visit] = relationship(back_populates="participants")
    person: Mapped[Person] = relationship()
    team: Mapped[Unit | None] = relationship(foreign_keys=[team_id])


class VisitConfirmation(Base, Keyed):
    """That somebody else than its author says the visit took place. A row of its own: whoever is changing the
    visit meanwhile is not disturbed by it.
    """

    __tablename__ = "visit_confirmation"
    __called__ = "走访确认"

    visit_id: Mapped[int] = labelled("走访", ForeignKey("visit.id"), unique=True)
    person_id: Mapped[int] = labelled("确认人", ForeignKey("person.id"))
    confirmed_at: Mapped[datetime] = labelled("确认时间", default=now)

    visit: Mapped[Visit] = relationship(back_populates="confirmation")
    person: Mapped[Person] = relationship()


class VisitContact(Base, Keyed):
    """One of theirs."""

    __tablename__ = "visit_contact"
    __called__ = "走访对象"
    __table_args__ = (UniqueConstraint("visit_id", "contact_id", name="uq_visit_contact"),)

    visit_id: Mapped[int] = labelled("走访", ForeignKey("visit.id"))
    contact_id: Mapped[int] = labelled("见到谁", ForeignKey("contact.id"), index=True)

    contact: Mapped[Contact] = relationship()
