"""Visits, who of ours took part for which team that day, whom they met."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person, Unit
from app.core.clock import now
from app.core.db import Archivable, Base, Keyed, Record
from app.enterprises.models import Contact, Enterprise
from app.leads.models import Lead
from app.visits.enums import VisitKind


class Visit(Base, Record, Archivable):
    """One meeting with a company. Unit and team are the author's of that day."""

    __tablename__ = "visit"
    __table_args__ = (Index("ix_visit_archived_on", "archived_at", "held_on", "id"),)

    kind: Mapped[VisitKind]
    held_on: Mapped[date]
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"), index=True)
    place: Mapped[str] = mapped_column(String(80), default="")
    met: Mapped[str] = mapped_column(String(120), default="")  # people met who are no contacts yet
    summary: Mapped[str]
    needs: Mapped[str] = mapped_column(default="")
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    confidential: Mapped[bool] = mapped_column(default=False)

    enterprise: Mapped[Enterprise] = relationship()
    lead: Mapped[Lead | None] = relationship()
    author: Mapped[Person] = relationship()
    participants: Mapped[list["VisitParticipant"]] = relationship(
        cascade="all, delete-orphan", back_populates="visit"
    )
    contacts: Mapped[list["VisitContact"]] = relationship(cascade="all, delete-orphan")
    confirmation: Mapped["VisitConfirmation | None"] = relationship(back_populates="visit")


class VisitParticipant(Base, Keyed):
    """One of ours, with the unit and the resident team of that day: rotation never rewrites it."""

    __tablename__ = "visit_participant"
    __table_args__ = (UniqueConstraint("visit_id", "person_id", name="uq_visit_participant"),)

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)

    visit: Mapped[Visit] = relationship(back_populates="participants")
    person: Mapped[Person] = relationship()
    team: Mapped[Unit | None] = relationship(foreign_keys=[team_id])


class VisitConfirmation(Base, Keyed):
    """That somebody else than its author says the visit took place. A row of its own: whoever is changing the
    visit meanwhile is not disturbed by it.
    """

    __tablename__ = "visit_confirmation"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime] = mapped_column(default=now)

    visit: Mapped[Visit] = relationship(back_populates="confirmation")
    person: Mapped[Person] = relationship()


class VisitContact(Base, Keyed):
    """One of theirs."""

    __tablename__ = "visit_contact"
    __table_args__ = (UniqueConstraint("visit_id", "contact_id", name="uq_visit_contact"),)

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)

    contact: Mapped[Contact] = relationship()
