"""Units, persons, dated memberships, users, sessions, failed sign-ins."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.storage.audit import PERSONAL, SECRET
from app.core.storage.db import Archivable, Base, Keyed, Record
from app.core.values.labels import labelled
from app.register.accounts.enums import Device, Role, UnitKind
from app.register.accounts.rules import TeamTerm

BROWSER_MARK = 32  # characters at most that name a browser whose failed sign-ins are counted apart
PUBLIC_PART = 16  # characters of a session's token hash that stand in addresses


def _name_in_use(context: Any) -> str | None:
    """What a unit made in any way gets as its `live_name`."""
    values = context.get_current_parameters()
    return None if values.get("archived_at") else values["name"]


class Unit(Base, Record, Archivable):
    """A unit of the county's tree: 招商局, 部门, 镇街, 园区, 驻点组. A resident team is a unit too.

    `live_name` repeats the name while the unit is not archived: it alone is unique.
    """

    __tablename__ = "unit"
    __called__ = "单位"

    name: Mapped[str] = labelled("名称", String(60))
    live_name: Mapped[str | None] = labelled(
        "在用名称", String(60), unique=True, default=_name_in_use, part_of="name"
    )
    kind: Mapped[UnitKind] = labelled("类别")
    parent_id: Mapped[int | None] = labelled("上级单位", ForeignKey("unit.id"), index=True)
    position: Mapped[int] = labelled("排序", Integer, default=0)
    archived_at: Mapped[datetime | None] = labelled("撤销时间")
    archive_reason: Mapped[str | None] = labelled("撤销原因", String(200))

    parent: Mapped["Unit | None"] = relationship(remote_side="Unit.id")


class Person(Base, Record, Archivable):
    """A person, whether or not they have a user: visits, credit and figures refer to the person."""

    __tablename__ = "person"
    __called__ = "人员"

    name: Mapped[str] = labelled("姓名", String(40))
    post: Mapped[str] = labelled("职务", String(60), default="")
    phone: Mapped[str | None] = labelled("电话", String(30), **PERSONAL)
    unit_id: Mapped[int] = labelled("单位", ForeignKey("unit.id"), index=True)

    unit: Mapped[Unit] = relationship()
    memberships: Mapped[list["TeamMembership"]] = relationship(back_populates="person")


class TeamMembership(Base, Record):
    """Who was in which resident team from when to when; both dates belong to it."""

    __tablename__ = "team_membership"
    __called__ = "驻点经历"
    __table_args__ = (Index("ix_team_membership_person", "person_id", "starts_on"),)

    person_id: Mapped[int] = labelled("人员", ForeignKey("person.id"))
    team_id: Mapped[int] = labelled("驻点组", ForeignKey("unit.id"), index=True)
    starts_on: Mapped[date] = labelled("第一天")
    ends_on: Mapped[date | None] = labelled("最后一天")
    is_head: Mapped[bool] = labelled("组长", default=False)

    person: Mapped[Person] = relationship(back_populates="memberships")
    team: Mapped[Unit] = relationship()

    @property
    def term(self) -> TeamTerm:
        """The same as rules judge it."""
        days = self.starts_on, self.ends_on
        return TeamTerm(
            self.person_id, self.person.name, self.team_id, self.team.name, *days, is_head=self.is_head
        )


class User(Base, Record):
    """A sign-in of a person."""

    __tablename__ = "user_account"
    __called__ = "账号"

    login: Mapped[str] = labelled("账号", String(40), unique=True)
    person_id: Mapped[int] = labelled("人员", ForeignKey("person.id"), unique=True)
    password_hash: Mapped[str] = labelled("密码", String(200), **SECRET)
    must_change_password: Mapped[bool] = labelled("须改密码", default=True, part_of="password_hash")
    disabled_at: Mapped[datetime | None] = labelled("停用时间")
    last_login_at: Mapped[datetime | None] = labelled("上次登录")

    person: Mapped[Person] = relationship()
    grants: Mapped[list["UserRole"]] = relationship(cascade="all, delete-orphan")

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)


class UserRole(Base, Keyed):
    """A role given to a user."""

    __tablename__ = "user_role"
    __called__ = "账号角色"
    __table_args__ = (UniqueConstraint("user_id", "role", name="uq_user_role"),)

    user_id: Mapped[int] = labelled("账号", ForeignKey("user_account.id"))
    role: Mapped[Role] = labelled("角色")


class UserSession(Base, Keyed):
    """A signed-in browser. Only a hash of its token is stored; an ended one never works again."""

    __tablename__ = "user_session"
    __called__ = "登录"
    __audited__ = False

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(45))
    agent: Mapped[str] = mapped_column(String(200))
    device: Mapped[Device]

    @property
    def public_id(self) -> str:
        """Names the session in addresses; of a hash nobody comes back to the token."""
        return self.token_hash[:PUBLIC_PART]


class LoginFailure(Base, Keyed):
    """A failed try to sign in; `tried` is false for one that was told to wait, kept for how long it has.

    Of the account only a digest is kept: what was typed may be a password in the wrong field.
    """

    __tablename__ = "login_failure"
    __audited__ = False
    __table_args__ = (
        Index("ix_login_failure_account_at", "account", "at"),
        Index("ix_login_failure_address_at", "address", "at"),
    )

    account: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(45))
    browser: Mapped[str] = mapped_column(String(BROWSER_MARK))  # the mark of a known browser, else empty
    tried: Mapped[bool]
    at: Mapped[datetime]


class SecondStep(Base, Keyed):
    """The secret that a user's phone makes codes of, sealed with a key that is not in the database.

    `last_step` is the step of the last code that was taken: none is good twice. What is done to it stands in
    the ledger by hand, without the secret.
    """

    __tablename__ = "second_step"
    __audited__ = False

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), unique=True)
    sealed: Mapped[str] = mapped_column(String(300))
    last_step: Mapped[int]
    begun_at: Mapped[datetime]


class RecoveryCode(Base, Keyed):
    """One of the codes on paper that stand in for the phone, each once; only a keyed digest is stored."""

    __tablename__ = "recovery_code"
    __audited__ = False
    __table_args__ = (UniqueConstraint("user_id", "digest", name="uq_recovery_code"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]
