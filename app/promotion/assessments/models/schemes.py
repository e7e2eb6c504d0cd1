"""Schemes, the versions of each with its items, and what is entered by hand."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Base, Record
from app.core.values.credit import By
from app.core.values.labels import labelled
from app.promotion.assessments.enums import Counting, EntryState, ItemPart, RuleKind, SpanKind
from app.promotion.assessments.rules import AssessedSpan, ScoreItem, read_steps, span_of
from app.register.accounts.models import Person


class AssessmentScheme(Base, Record):
    """Who is compared, how long one comparison lasts, from which day on."""

    __tablename__ = "assess_scheme"
    __called__ = "考核方案"

    name: Mapped[str] = labelled("方案名称", String(60), unique=True)
    kind: Mapped[SpanKind] = labelled("多久考核一次")
    by: Mapped[By] = labelled("考核谁")
    starts_on: Mapped[date] = labelled("从哪天起考核")
    note: Mapped[str] = labelled("方案说明", String(300), default="")
    ended_on: Mapped[date | None] = labelled("考核到哪天")

    versions: Mapped[list["AssessmentVersion"]] = relationship(
        back_populates="scheme", order_by="AssessmentVersion.id", cascade="all, delete-orphan"
    )

    def span(self, day: date) -> AssessedSpan:
        """The period of this scheme that a day lies in."""
        return span_of(self.kind, day)


class AssessmentVersion(Base, Record):
    """What a scheme scores from a day on. Without a day it is a draft; once it is in force nobody changes it,
    since what was scored by it keeps its id.
    """

    __tablename__ = "assess_version"
    __called__ = "考核方案版次"
    __table_args__ = (UniqueConstraint("scheme_id", "valid_from", name="uq_assess_version_from"),)

    scheme_id: Mapped[int] = labelled("考核方案", ForeignKey("assess_scheme.id"), index=True)
    valid_from: Mapped[date | None] = labelled("从哪天起")
    note: Mapped[str] = labelled("为什么改", String(200), default="")
    entered_by: Mapped[str] = labelled("谁定的", String(60), default="")

    scheme: Mapped[AssessmentScheme] = relationship(back_populates="versions")
    items: Mapped[list["AssessmentItem"]] = relationship(
        back_populates="of_version",
        order_by="(AssessmentItem.position, AssessmentItem.id)",
        cascade="all, delete-orphan",
    )

    @property
    def is_draft(self) -> bool:
        return self.valid_from is None


class AssessmentItem(Base, Record):
    """One item of a version. `code` stays the same from version to version, so that they can be compared."""

    __tablename__ = "assess_item"
    __called__ = "考核项"
    __table_args__ = (UniqueConstraint("version_id", "code", name="uq_assess_item_code"),)

    version_id: Mapped[int] = labelled("考核方案版次", ForeignKey("assess_version.id"))
    code: Mapped[str] = labelled("考核项代号", String(16))
    position: Mapped[int] = labelled("排序", Integer, default=0)
    name: Mapped[str] = labelled("考核项名称", String(40))
    part: Mapped[ItemPart] = labelled("算哪一部分")
    measure: Mapped[str] = labelled("用哪个数", String(40), default="")
    counting: Mapped[Counting] = labelled("按什么算", default=Counting.COUNT)
    rule: Mapped[RuleKind] = labelled("怎么算分")
    weight: Mapped[int] = labelled("分值", default=0, unit="分")
    goal: Mapped[int] = labelled("目标", default=0)
    each: Mapped[int] = labelled("每件几分", default=0, unit="分")
    steps: Mapped[str] = labelled("各档", String(120), default="")
    most: Mapped[int | None] = labelled("最多几分", unit="分")
    least: Mapped[int | None] = labelled("最少几分", unit="分")
    digits: Mapped[int] = labelled("小数几位", Integer, default=2)

    of_version: Mapped[AssessmentVersion] = relationship(back_populates="items")

    @property
    def as_scored(self) -> ScoreItem:
        """The same as the arithmetic takes it."""
        return ScoreItem(
            code=self.code,
            name=self.name,
            part=self.part,
            rule=self.rule,
            measure=self.measure,
            counting=self.counting,
            weight=self.weight,
            goal=self.goal,
            each=self.each,
            steps=read_steps(self.steps, self.counting) or (),
            most=self.most,
            least=self.least,
            digits=self.digits,
        )


class AssessmentEntry(Base, Record):
    """A number of an item that somebody entered, with what shows it; it counts once another one confirmed."""

    __tablename__ = "assess_entry"
    __called__ = "人工填数"
    __table_args__ = (Index("ix_assess_entry_scheme", "scheme_id", "first_day", "state"),)

    scheme_id: Mapped[int] = labelled("考核方案", ForeignKey("assess_scheme.id"))
    item_code: Mapped[str] = labelled("考核项", String(16))
    group_id: Mapped[int] = labelled("给谁")
    first_day: Mapped[date] = labelled("算在哪一期")
    quantity: Mapped[int] = labelled("填多少")
    why: Mapped[str] = labelled("依据", String(300))
    author_id: Mapped[int] = labelled("填数人", ForeignKey("person.id"))
    state: Mapped[EntryState] = labelled("复核结果", default=EntryState.WAITING)
    decided_by_id: Mapped[int | None] = labelled("复核人", ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = labelled("复核时间")

    scheme: Mapped[AssessmentScheme] = relationship()
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
