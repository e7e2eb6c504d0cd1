"""GB/T 4754 industries and GB/T 2260 divisions as versioned tables.

An edition never changes; a new one is added beside it.
"""

from sqlalchemy import Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Keyed
from app.reference.enums import DivisionKind


class Industry(Base, Keyed):
    """One class of GB/T 4754. `code` is written as enterprises write it: C3841, C38, C."""

    __tablename__ = "industry"
    __audited__ = False
    __table_args__ = (
        UniqueConstraint("edition", "code", name="uq_industry"),
        Index("ix_industry_initials", "initials"),
    )

    edition: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(6))
    name: Mapped[str] = mapped_column(String(80))
    depth: Mapped[int] = mapped_column(Integer)  # 1 门类 … 4 小类
    parent_code: Mapped[str | None] = mapped_column(String(6), index=True)
    pinyin: Mapped[str] = mapped_column(String(300))
    initials: Mapped[str] = mapped_column(String(80))


class Division(Base, Keyed):
    """One administrative division, six digits, as of the edition's date."""

    __tablename__ = "division"
    __audited__ = False
    __table_args__ = (
        UniqueConstraint("edition", "code", name="uq_division"),
        Index("ix_division_initials", "initials"),
    )

    edition: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(6))
    name: Mapped[str] = mapped_column(String(40))
    full_name: Mapped[str] = mapped_column(String(80))
    depth: Mapped[int] = mapped_column(Integer)  # 1 province, 2 prefecture, 3 county
    kind: Mapped[DivisionKind]
    parent_code: Mapped[str | None] = mapped_column(String(6), index=True)
    pinyin: Mapped[str] = mapped_column(String(300))
    initials: Mapped[str] = mapped_column(String(80))
