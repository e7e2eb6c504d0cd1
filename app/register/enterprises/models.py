"""Enterprises, their other names, their contacts with personal fields apart."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.audit import PERSONAL
from app.core.storage.db import Archivable, Base, Keyed, Record
from app.core.values.clock import now
from app.core.values.labels import labelled
from app.register.accounts.models import Person
from app.register.enterprises.enums import EnterpriseStatus, ErasureState, NameKind

# Keys are looked up by their beginnings: byte order makes that a range of the index on both databases.
KEY = String(120).with_variant(String(120, collation="C"), "postgresql")


class Enterprise(Base, Record, Archivable):
    """A company the county knows of.

    `name_key` is the squashed legal name (exact duplicates), `core_key` the name without region and legal
    form (near ones). `live_code` repeats the credit code while the row is not archived: it alone is unique.
    `unit_id` and `team_id` are the author's of the day of registration.
    """

    __tablename__ = "enterprise"
    __called__ = "企业"
    __table_args__ = (
        Index("ix_enterprise_archived_name", "archived_at", "name", "id"),
        Index("ix_enterprise_archived_updated", "archived_at", "updated_at", "id"),
        Index("ix_enterprise_archived_capital", "archived_at", "capital", "id"),
        Index("ix_enterprise_archived_founded", "archived_at", "established_on", "id"),
    )

    name: Mapped[str] = labelled("企业名称", String(120))
    name_key: Mapped[str] = labelled("查重用名称", KEY, index=True, part_of="name")
    core_key: Mapped[str] = labelled("核心名称", KEY, index=True, part_of="name")
    credit_code: Mapped[str | None] = labelled("统一社会信用代码", String(18), index=True, short="信用代码")
    live_code: Mapped[str | None] = labelled("查重用代码", String(18), unique=True, part_of="credit_code")
    code_overridden: Mapped[bool] = labelled("代码无误", default=False, part_of="credit_code")
    region_code: Mapped[str | None] = labelled("注册地", String(6), index=True)
    industry_code: Mapped[str | None] = labelled("行业", String(6), index=True)
    status: Mapped[EnterpriseStatus] = labelled("存续状态", default=EnterpriseStatus.ACTIVE)
    capital_text: Mapped[str | None] = labelled("注册资本原文", String(60), part_of="capital")  # as written
    capital: Mapped[int | None] = labelled("注册资本", unit="元")
    established_on: Mapped[date | None] = labelled("成立日期")
    headcount: Mapped[int | None] = labelled("从业人数", Integer, unit="人")
    scope: Mapped[str] = labelled("经营范围", default="")
    notes: Mapped[str] = labelled("备注", default="")
    origin: Mapped[str] = labelled("来源", String(60), default="")  # who introduced it
    author_id: Mapped[int | None] = labelled("登记人", ForeignKey("person.id"), index=True)
    unit_id: Mapped[int | None] = labelled("登记单位", ForeignKey("unit.id"))
    team_id: Mapped[int | None] = labelled("驻点组", ForeignKey("unit.id"))
    # import batch, with the row of the user's file
    batch_id: Mapped[int | None] = labelled("导入批次", index=True)
    batch_row: Mapped[int | None] = labelled("导入行号", Integer)

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
    __called__ = "企业名称"
    __table_args__ = (Index("ix_enterprise_name_owner", "enterprise_id"),)

    enterprise_id: Mapped[int] = labelled(
        "企业", ForeignKey("enterprise.id", name="fk_enterprise_name_owner")
    )
    kind: Mapped[NameKind] = labelled("类别")
    name: Mapped[str] = labelled("名称", String(120))
    name_key: Mapped[str] = labelled("查重用名称", KEY, index=True)

    enterprise: Mapped[Enterprise] = relationship(back_populates="other_names")


class Contact(Base, Record, Archivable):
    """A person at the company in a post; who they are stands in ContactPersonal."""

    __tablename__ = "contact"
    __called__ = "联系人"

    enterprise_id: Mapped[int] = labelled("企业", ForeignKey("enterprise.id"), index=True)
    post: Mapped[str] = labelled("职务", String(60), default="")
    is_decider: Mapped[bool] = labelled("决策人", default=False)
    # why the county keeps these data
    purpose: Mapped[str] = labelled("用途", String(100), default="招商联络")
    # who wrote it last; None: nobody's hand
    written_by_id: Mapped[int | None] = labelled(
        "谁填的", ForeignKey("person.id"), part_of="contact_personal.phone"
    )

    enterprise: Mapped[Enterprise] = relationship(back_populates="contacts")
    personal: Mapped["ContactPersonal"] = relationship(back_populates="contact", cascade="all, delete-orphan")


class ContactPersonal(Base, Keyed):
    """The personal fields of a contact, apart so that erasing is one update."""

    __tablename__ = "contact_personal"
    __called__ = "联系人号码"

    contact_id: Mapped[int] = labelled("联系人", ForeignKey("contact.id"), unique=True)
    name: Mapped[str] = labelled("姓名", String(40), **PERSONAL)
    phone: Mapped[str | None] = labelled("电话", String(30), **PERSONAL)
    email: Mapped[str | None] = labelled("邮箱", String(100), **PERSONAL)

    contact: Mapped[Contact] = relationship(back_populates="personal")


class ContactErasure(Base, Record):
    """Somebody asks that who a contact is be erased for good; somebody else confirms it, or does not.

    `open_contact_id` repeats the contact while nothing is decided: it alone is unique.
    """

    __tablename__ = "contact_erasure"
    __called__ = "删除个人信息的申请"

    contact_id: Mapped[int] = labelled("联系人", ForeignKey("contact.id"), index=True)
    open_contact_id: Mapped[int | None] = labelled("等确认的联系人", ForeignKey("contact.id"), unique=True)
    state: Mapped[ErasureState] = labelled("状态", default=ErasureState.OPEN)
    reason: Mapped[str] = labelled("原因", String(200))
    asked_by_id: Mapped[int] = labelled("申请人", ForeignKey("person.id"))
    decided_by_id: Mapped[int | None] = labelled("决定人", ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = labelled("决定时间")
    answer: Mapped[str] = labelled("答复", String(200), default="")  # why not
    created_at: Mapped[datetime] = labelled("申请时间", default=now)

    contact: Mapped[Contact] = relationship(foreign_keys=[contact_id])
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])

    @property
    def is_open(self) -> bool:
        return self.state is ErasureState.OPEN
