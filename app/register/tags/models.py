"""The county's tags, and what they are put on."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Archivable, Base, Keyed, Record
from app.core.storage.subjects import Subject
from app.core.values.clock import now
from app.core.values.labels import labelled
from app.register.accounts.models import Person
from app.register.tags.enums import TagColor
from app.register.tags.rules import LONGEST


class Tag(Base, Record, Archivable):
    """A word for records of one kind: 重点, 链主. An archived one is seen nowhere, and whoever adds the same
    word again has it back with all that it was put on.
    """

    __tablename__ = "tag"
    __called__ = "标签"
    __table_args__ = (UniqueConstraint("kind", "name", name="uq_tag_kind_name"),)

    kind: Mapped[str] = labelled("用于", String(30))
    name: Mapped[str] = labelled("标签", String(LONGEST))
    color: Mapped[TagColor] = labelled("颜色", default=TagColor.BLUE)


class Tagging(Base, Keyed):
    """That a tag is on a record. Taken off, the row goes; that it was there is in the ledger."""

    __tablename__ = "tagging"
    __called__ = "贴标签"
    __table_args__ = (
        UniqueConstraint("tag_id", "subject_id", name="uq_tagging"),
        Index("ix_tagging_subject", "subject_kind", "subject_id"),
    )

    tag_id: Mapped[int] = labelled("标签", ForeignKey("tag.id"))
    subject_kind: Mapped[str] = labelled("打在哪类", String(30))
    subject_id: Mapped[str] = labelled("打在哪条", String(16))
    author_id: Mapped[int | None] = labelled("谁打的", ForeignKey("person.id"))
    created_at: Mapped[datetime] = labelled("登记时间", default=now)

    tag: Mapped[Tag] = relationship()
    author: Mapped[Person | None] = relationship()

    @property
    def about(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id)
