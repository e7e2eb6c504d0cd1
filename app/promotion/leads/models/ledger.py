"""The ledger of leads, and its two projections."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.records.ledger import LedgerRow
from app.core.storage.db import Base, Keyed, enum_type
from app.core.values.labels import labelled
from app.promotion.leads.enums import LeadSource, LeadStage, LossReason
from app.promotion.leads.models.leads import Lead
from app.register.accounts.models import Person


class LeadEntry(Base, LedgerRow):
    """One row of the lead ledger."""

    __tablename__ = "lead_entry"
    __audited__ = False  # the entry is itself the record; the change of the lead beside it is audited
    __table_args__ = (
        Index("ix_lead_entry_lead", "lead_id", "effective_on", "id"),
        Index("ix_lead_entry_effective_on", "effective_on"),
        Index("ix_lead_entry_recorded_at", "recorded_at"),
    )

    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    stage_from: Mapped[LeadStage | None] = mapped_column(enum_type(LeadStage, "stage_from"))
    stage: Mapped[LeadStage | None]
    amount_text: Mapped[str | None] = mapped_column(String(60))  # as written; None before it was kept here
    reason_code: Mapped[LossReason | None] = labelled("流失原因")
    stage_set_id: Mapped[int] = mapped_column(ForeignKey("stage_set.id"))

    lead: Mapped[Lead] = relationship(back_populates="entries")
    actor: Mapped[Person | None] = relationship(foreign_keys="LeadEntry.actor_id")


class _Seen:
    """Visibility and fixed dimensions of the lead as it is now, repeated so that a figure needs no join."""

    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), index=True)
    confidential: Mapped[bool]
    seen_unit_id: Mapped[int]
    seen_team_id: Mapped[int | None]
    seen_owner_id: Mapped[int]
    seen_author_id: Mapped[int]
    source: Mapped[LeadSource]
    industry_code: Mapped[str | None] = mapped_column(String(6))


# The funnel is answered from the index alone, stage by stage and without sorting: a third of the time on
# SQLite at 100,000 leads. Few spans are losses, so those have a small index of their own.
_SEEN_ACCESS = ("confidential", "seen_unit_id", "seen_team_id", "seen_owner_id", "seen_author_id", "lead_id")
_LOST = text("stage = 'lost'")
_WHERE_LOST: dict[str, Any] = {"sqlite_where": _LOST, "postgresql_where": _LOST}


class LeadSpan(Base, Keyed, _Seen):
    """Projection: one stretch [d1, d2) of a lead in one stage under one holding."""

    __tablename__ = "lead_span"
    __audited__ = False
    __table_args__ = (
        Index(
            "ix_lead_span_stage",
            "stage",
            "d2",
            "d1",
            "amount",
            *_SEEN_ACCESS,
            "unit_id",
            "team_id",
            "owner_id",
        ),
        Index("ix_lead_span_lost", "d1", "came_from", "amount", **_WHERE_LOST),
    )

    stage: Mapped[LeadStage]
    d1: Mapped[date]
    d2: Mapped[date]
    came_from: Mapped[LeadStage | None] = mapped_column(enum_type(LeadStage, "came_from"))
    is_entry: Mapped[bool]  # the stretch begins with a move, not with a new holding
    unit_id: Mapped[int | None]
    team_id: Mapped[int | None]
    owner_id: Mapped[int | None]
    amount: Mapped[int]


class LeadReach(Base, Keyed, _Seen):
    """Projection: first arrival of a lead at a stage. The cohort columns repeat its first arrival of all."""

    __tablename__ = "lead_reach"
    __audited__ = False
    __table_args__ = (
        Index(
            *("ix_lead_reach_first", "stage", "first_date", "amount", *_SEEN_ACCESS),
            *("unit_id", "team_id", "owner_id"),
        ),
        Index(
            *("ix_lead_reach_cohort", "stage", "cohort_date", "first_date", "next_date", "days", "amount"),
            *(*_SEEN_ACCESS, "cohort_unit_id", "cohort_team_id", "cohort_owner_id"),
        ),
    )

    stage: Mapped[LeadStage]
    first_date: Mapped[date]
    next_date: Mapped[date]
    days: Mapped[int | None] = mapped_column(Integer)  # from first_date to next_date, None while open
    unit_id: Mapped[int | None]
    team_id: Mapped[int | None]
    owner_id: Mapped[int | None]
    amount: Mapped[int]
    cohort_date: Mapped[date]
    cohort_unit_id: Mapped[int | None]
    cohort_team_id: Mapped[int | None]
    cohort_owner_id: Mapped[int | None]
