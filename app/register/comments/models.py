"""What somebody said on a record, and whom they mentioned."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Base, Keyed, Record
from app.core.storage.subjects import Subject
from app.core.values.labels import labelled
from app.register.accounts.models import Person
from app.register.comments.rules import LONGEST


class Comment(Base, Record):
    """What somebody said on a record, for whoever sees the record. `enterprise_id` is the company that the
    record is about, if it is about one, by id, so that this room imports no companies. Taken back, it says
    nothing any more.
    """

    __tablename__ = "comment"
    __called__ = "留言"
    __table_args__ = (Index("ix_comment_subject", "subject_kind", "subject_id", "id"),)

    subject_kind: Mapped[str] = labelled("留在哪类", String(30))
    subject_id: Mapped[str] = labelled("留在哪条", String(16))
    enterprise_id: Mapped[int | None] = labelled("企业", ForeignKey("enterprise.id"), index=True)
    text: Mapped[str] = labelled("留言", String(LONGEST))
    author_id: Mapped[int] = labelled("留言人", ForeignKey("person.id"))
    changed_at: Mapped[datetime | None] = labelled("改过")
    taken_back_at: Mapped[datetime | None] = labelled("收回时间")

    author: Mapped[Person] = relationship()
    mentions: Mapped[list["CommentMention"]] = relationship(
        back_populates="comment", order_by="CommentMention.id", cascade="all, delete-orphan"
    )

    @property
    def about(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id)


class CommentMention(Base, Keyed):
    """Somebody whom a comment wants to see it; it waits on their first page until they have looked."""

    __tablename__ = "comment_mention"
    __called__ = "留言提醒的人"
    __table_args__ = (
        UniqueConstraint("comment_id", "person_id", name="uq_comment_mention"),
        Index("ix_comment_mention_waiting", "person_id", "looked_at"),
    )

    comment_id: Mapped[int] = labelled("留言", ForeignKey("comment.id"))
    person_id: Mapped[int] = labelled("提醒谁看", ForeignKey("person.id"))
    looked_at: Mapped[datetime | None] = labelled("看过")

    comment: Mapped[Comment] = relationship(back_populates="mentions")
    person: Mapped[Person] = relationship()
