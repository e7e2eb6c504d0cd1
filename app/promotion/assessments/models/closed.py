"""What a closed period keeps: the rows it counted, points, scores; and objections to it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.storage.db import Base, Keyed, Record
from app.core.values.labels import labelled
from app.promotion.assessments.enums import ObjectionState
from app.promotion.assessments.models.schemes import AssessmentScheme, AssessmentVersion
from app.promotion.assessments.rules import AssessedSpan
from app.register.accounts.models import Person


class AssessmentClosing(Base, Record):
    """A period closed, or issued again after an objection was upheld: then `revision` counts on."""

    __tablename__ = "assess_closing"
    __called__ = "考核结账"
    __table_args__ = (UniqueConstraint("scheme_id", "first_day", "revision", name="uq_assess_closing_span"),)

    scheme_id: Mapped[int] = labelled("考核方案", ForeignKey("assess_scheme.id"))
    version_id: Mapped[int] = labelled("考核方案版次", ForeignKey("assess_version.id"))
    first_day: Mapped[date] = labelled("算在哪一期")
    revision: Mapped[int] = labelled("第几次公布", Integer, default=1)
    closed_by_id: Mapped[int | None] = labelled("结账人", ForeignKey("person.id"))
    reason: Mapped[str] = labelled("重算原因", String(300), default="")

    scheme: Mapped[AssessmentScheme] = relationship()
    of_version: Mapped[AssessmentVersion] = relationship()
    closed_by: Mapped[Person | None] = relationship()

    @property
    def span(self) -> AssessedSpan:
        return self.scheme.span(self.first_day)


class AssessmentInput(Base, Keyed):
    """A row that a closed period counted: never changed, never counted again. `source` is the code of a
    measure, or of an item for what was entered by hand or ruled.
    """

    __tablename__ = "assess_input"
    __audited__ = False
    __table_args__ = (
        UniqueConstraint("scheme_id", "source", "group_id", "kind", "key", name="uq_assess_input_row"),
        Index("ix_assess_input_span", "scheme_id", "first_day", "source", "group_id"),
    )

    scheme_id: Mapped[int] = mapped_column(ForeignKey("assess_scheme.id"))
    first_day: Mapped[date]
    revision: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(40))
    group_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(30))
    key: Mapped[int]
    public_id: Mapped[str] = mapped_column(String(16))
    day: Mapped[date]
    credit: Mapped[int]
    amount: Mapped[int]


class AssessmentScore(Base, Keyed):
    """What one team, person or unit came to, by the name it had then."""

    __tablename__ = "assess_score"
    __audited__ = False
    __table_args__ = (UniqueConstraint("closing_id", "group_id", name="uq_assess_score_group"),)

    closing_id: Mapped[int] = mapped_column(ForeignKey("assess_closing.id"))
    group_id: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    place: Mapped[int] = mapped_column(Integer)
    total: Mapped[int]
    levelled: Mapped[int]


class AssessmentPoint(Base, Keyed):
    """What one item gave to one of them."""

    __tablename__ = "assess_point"
    __audited__ = False
    __table_args__ = (UniqueConstraint("closing_id", "group_id", "item_code", name="uq_assess_point_item"),)

    closing_id: Mapped[int] = mapped_column(ForeignKey("assess_closing.id"))
    group_id: Mapped[int]
    item_code: Mapped[str] = mapped_column(String(16))
    quantity: Mapped[int]
    points: Mapped[int]


class AssessmentObjection(Base, Record):
    """What somebody who was scored says against it, and what was ruled."""

    __tablename__ = "assess_appeal"
    __called__ = "考核异议"
    __table_args__ = (Index("ix_assess_appeal_span", "scheme_id", "first_day", "group_id"),)

    scheme_id: Mapped[int] = labelled("考核方案", ForeignKey("assess_scheme.id"))
    first_day: Mapped[date] = labelled("算在哪一期")
    group_id: Mapped[int] = labelled("谁的得分")
    item_code: Mapped[str] = labelled("对哪一项有异议", String(16))
    words: Mapped[str] = labelled("异议内容", String(500))
    author_id: Mapped[int] = labelled("提出人", ForeignKey("person.id"))
    state: Mapped[ObjectionState] = labelled("处理结果", default=ObjectionState.OPEN)
    reply: Mapped[str] = labelled("答复", String(500), default="")
    quantity: Mapped[int | None] = labelled("改成多少")
    ruled_by_id: Mapped[int | None] = labelled("答复人", ForeignKey("person.id"))
    ruled_at: Mapped[datetime | None] = labelled("答复时间")

    scheme: Mapped[AssessmentScheme] = relationship()
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    ruled_by: Mapped[Person | None] = relationship(foreign_keys=[ruled_by_id])
