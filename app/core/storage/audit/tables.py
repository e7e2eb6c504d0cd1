"""The two tables of the ledger: the chain, and the personal values apart from it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.storage.db import Base, BigId

GENESIS = "0" * 64
NO_RUN = ""


class AuditEvent(Base):
    """One link of the chain. Rows are only ever inserted; triggers refuse the rest."""

    __tablename__ = "audit_event"
    __called__ = "审计台账"
    __audited__ = False
    __table_args__ = (Index("ix_audit_event_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_user_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject_kind: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[str] = mapped_column(String(40))
    summary: Mapped[str] = mapped_column(String(300))
    details: Mapped[str]
    request_id: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(45))
    # The run that wrote it, or NO_RUN. None: written before runs were kept, and left out of its hash
    run_id: Mapped[str | None] = mapped_column(String(40))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditPersonal(Base):
    """Clear values of personal fields, apart from the chain so that they can be erased."""

    __tablename__ = "audit_personal"
    __audited__ = False

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("audit_event.id"), index=True)
    field: Mapped[str] = mapped_column(String(60))
    before_value: Mapped[str | None]
    after_value: Mapped[str | None]
    person_key: Mapped[str] = mapped_column(String(40), index=True)  # public id of whom the value is about
