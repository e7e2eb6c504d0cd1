"""Outings of leaders and delegations received, each held by one of our people, and who goes along."""

from datetime import date

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Archivable, Base, Keyed, Record
from app.core.values.labels import labelled
from app.promotion.outings.enums import OutingDirection
from app.promotion.visits.enums import VisitKind
from app.register.accounts.models import Person, Unit


class Outing(Base, Record, Archivable):
    """One outing or delegation. Unit and team are the owner's of the day on which they took it over; how it
    stands follows from its days. `leader_post` is what the leader was on these days.
    """

    __tablename__ = "outing"
    __called__ = "外出和来访"
    __table_args__ = (Index("ix_outing_archived_first", "archived_at", "first_on", "id"),)

    name: Mapped[str] = labelled("名称", String(120))
    direction: Mapped[OutingDirection] = labelled("方式")
    first_on: Mapped[date] = labelled("第一天")
    last_on: Mapped[date] = labelled("最后一天")
    leader_id: Mapped[int] = labelled("带队或接待的领导", ForeignKey("person.id"), index=True)
    leader_post: Mapped[str] = labelled("领导职务", String(60), default="")
    place: Mapped[str] = labelled("去哪里或看哪里", String(200), default="")
    letter: Mapped[str] = labelled("接待公函号", String(60), default="")
    heads: Mapped[int | None] = labelled("来访人数", Integer, unit="人")
    notes: Mapped[str] = labelled("说明", default="")
    minutes: Mapped[str] = labelled("纪要", default="")
    owner_id: Mapped[int] = labelled("负责人", ForeignKey("person.id"), index=True)
    author_id: Mapped[int] = labelled("登记人", ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = labelled("责任单位", ForeignKey("unit.id"), index=True)
    team_id: Mapped[int | None] = labelled("驻点组", ForeignKey("unit.id"), index=True)

    leader: Mapped[Person] = relationship(foreign_keys=[leader_id])
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    team: Mapped[Unit | None] = relationship(foreign_keys=[team_id])
    members: Mapped[list["OutingMember"]] = relationship(
        cascade="all, delete-orphan", order_by="OutingMember.id"
    )

    @property
    def visit_kind(self) -> str:
        """What a visit of its schedule is: we go out, or receive."""
        kind = VisitKind.RECEPTION if self.direction is OutingDirection.IN else VisitKind.OUTBOUND
        return kind.value

    @property
    def companions(self) -> list[Person]:
        """Who goes along beside the leader."""
        return [row.person for row in self.members if row.person_id != self.leader_id]


class OutingMember(Base, Keyed):
    """The leader, and whoever goes along or receives with them: they see it."""

    __tablename__ = "outing_member"
    __called__ = "外出和来访的人员"
    __table_args__ = (UniqueConstraint("outing_id", "person_id", name="uq_outing_member"),)

    outing_id: Mapped[int] = labelled("外出和来访", ForeignKey("outing.id"))
    person_id: Mapped[int] = labelled("同行人员", ForeignKey("person.id"), index=True)

    person: Mapped[Person] = relationship()
