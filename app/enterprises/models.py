"""Enterprises, their other names, their contacts with personal fields apart."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.core.audit import PERSONAL
from app.core.db import Archivable, Base, Keyed, Record
from app.enterprises.enums import EnterpriseStatus, ErasureState, NameKind

# Keys are looked up by their beginnings: byte order makes that a range of the index on both databases.
KEY = String(120).with_variant(String(120, collation="C"), "postgresql")


class Enterprise(Base, Record, Archivable):
    """A company the county knows of.

    `name_key` is the squashed legal name (exact duplicates), `core_key` the name without region and legal
    form (near ones). `live_code` repeats the credit code while the row is not archived: it alone is unique.
    `unit_id` and `team_id` are the author's of the day of registration.
    """

    __tablename__ = "enterprise"
    __table_args__ = (
        Index("ix_enterprise_archived_name", "archived_at", "name", "id"),
        Index("ix_enterprise_archived_updated", "archived_at", "updated_at", "id"),
        Index("ix_enterprise_archived_capital", "archived_at", "capital", "id"),
        Index("ix_enterprise_archived_founded", "archived_at", "established_on", "id"),
    )

    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(KEY, index=True)
    core_key: Mapped[str] = mapped_column(KEY, index=True)
    credit_code: Mapped[str | None] = mapped_column(String(18), index=True)
    live_code: Mapped[str | None] = mapped_column(String(18), unique=True)
    code_overridden: Mapped[bool] = mapped_column(default=False)
    region_code: Mapped[str | None] = mapped_column(String(6), index=True)
    industry_code: Mapped[str | None] = mapped_column(String(6), index=True)
    status: Mapped[EnterpriseStatus] = mapped_column(default=EnterpriseStatus.ACTIVE)
    capital_text: Mapped[str | None] = mapped_column(String(60))  # as written
    capital: Mapped[int | None]  # 元
    established_on: Mapped[date | None]
    headcount: Mapped[int | None] = mapped_column(Integer)
    scope: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")
    origin: Mapped[str] = mapped_column(String(60), default="")  # who introduced it
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    batch_id: Mapped[int | None] = mapped_column(index=True)  # import batch, with the row of the user's file
    batch_row: Mapped[int | None] = mapped_column(Integer)

    other_names: Mapped[list["EnterpriseName"]] = relationship(
        cascade="all, delete-orphan", back_populates="enterprise", order_by="EnterpriseName.id"
    )
    contacts: Mapped[list["Contact"]] = relationship(back_populates="enterprise", order_by="Contact.id")
    author: Mapped[Person | None] = relationship()

    @property
    def all_names(self) -> tuple[str, ...]:
        """The name in force, then the others."""
        return (self.name, *(other.name for other in self.other_names))

    @property
    def labelled_names(self) -> tuple[tuple[str, str], ...]:
        """The other names, each behind what it is: what a hit of the search may show."""
        return tuple((other.kind.label, other.name) for other in self.other_names)


class EnterpriseName(Base, Keyed):
    """An alias or a former name; found and compared like the legal one."""

    __tablename__ = "enterprise_name"
    __table_args__ = (Index("ix_enterprise_name_owner", "enterprise_id"),)

    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id", name="fk_enterprise_name_owner"))
    kind: Mapped[NameKind]
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(KEY, index=True)

    enterprise: Mapped[Enterprise] = relationship(back_populates="other_names")


class Contact(Base, Record, Archivable):
    """A person at the company in a post; who they are stands in ContactPersonal."""

    __tablename__ = "contact"

    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    post: Mapped[str] = mapped_column(String(60), default="")
    is_decider: Mapped[bool] = mapped_column(default=False)
    purpose: Mapped[str] = mapped_column(String(100), default="招商联络")  # why the county keeps these data
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # last; None: nobody's hand

    enterprise: Mapped[Enterprise] = relationship(back_populates="contacts")
    personal: Mapped["ContactPersonal"] = relationship(back_populates="contact", cascade="all, delete-orphan")


class ContactPersonal(Base, Keyed):
    """The personal fields of a contact, apart so that erasing is one update."""

    __tablename__ = "contact_personal"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), unique=True)
    name: Mapped[str] = mapped_column(String(40), **PERSONAL)
    phone: Mapped[str | None] = mapped_column(String(30), **PERSONAL)
    email: Mapped[str | None] = mapped_column(String(100), **PERSONAL)

    contact: Mapped[Contact] = relationship(back_populates="personal")


class ContactErasure(Base, Record):
    """Somebody asks that who a contact is be erased for good; somebody else confirms it, or does not.

    `open_contact_id` repeats the contact while nothing is decided: it alone is unique.
    """

    __tablename__ = "contact_erasure"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    open_contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), unique=True)
    state: Mapped[ErasureState] = mapped_column(default=ErasureState.OPEN)
    reason: Mapped[str] = mapped_column(String(200))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(200), default="")  # why not

    contact: Mapped[Contact] = relationship(foreign_keys=[contact_id])
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])

    @property
    def is_open(self) -> bool:
        return self.state is ErasureState.OPEN
