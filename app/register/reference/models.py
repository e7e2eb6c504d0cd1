"""GB/T 4754 industries by edition, and GB/T 2260 divisions with the days from and to which they exist.

An edition of industries never changes; a division is never removed.
"""

from datetime import date

from sqlalchemy import Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.storage.db import Base, Keyed
from app.register.reference.enums import DivisionKind


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
    """A name of an administrative division, six digits. `valid_from` and `valid_to` both belong to it; none
    means since or until nobody knows when.

    A code is never used again (民政部令第79号), so it names one place for good; after a change of its name
    there is a row for each. `edition` is the list or the day that brought the name, `successor_code` the
    division that an ended one became part of.
    """

    __tablename__ = "division"
    __called__ = "行政区划"
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
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    successor_code: Mapped[str | None] = mapped_column(String(6))

    def is_in_force(self, day: date) -> bool:
        """Whether it exists on a day under this name."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)
