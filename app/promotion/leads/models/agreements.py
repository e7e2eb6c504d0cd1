"""Agreements and their 公平竞争审查."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Base, Record
from app.core.values.labels import labelled
from app.promotion.leads.enums import AgreementKind, ReviewVerdict
from app.promotion.leads.models.leads import Lead
from app.promotion.steps.models import Step
from app.register.accounts.models import Person


class Agreement(Base, Record):
    """A paper with the company; only one of kind contract moves a lead to 签约."""

    __tablename__ = "agreement"
    __called__ = "协议"

    lead_id: Mapped[int] = labelled("线索", ForeignKey("lead.id"), index=True)
    kind: Mapped[AgreementKind] = labelled("种类")
    title: Mapped[str] = labelled("协议名称", String(120))
    signed_on: Mapped[date | None] = labelled("签订日期")
    amount: Mapped[int | None] = labelled("合同金额", unit="元")
    amount_text: Mapped[str] = labelled("合同金额原文", String(60), default="", part_of="amount")
    drafter_id: Mapped[int] = labelled("起草人", ForeignKey("person.id"))

    lead: Mapped[Lead] = relationship(back_populates="agreements")
    drafter: Mapped[Person] = relationship()
    review: Mapped["FairReview | None"] = relationship(back_populates="agreement")


class FairReview(Base, Record):
    """公平竞争审查 of one agreement (《公平竞争审查条例》, in force 2024-08-01); never by its drafter.

    Asked of somebody it waits, without a verdict, until they conclude it under their own sign-in, or until
    somebody who did not draft the agreement enters it from a paper. `recorder_id` is who entered the verdict;
    reviews of before it was kept have a verdict and no recorder.
    """

    __tablename__ = "fair_review"
    __called__ = "公平竞争审查"

    agreement_id: Mapped[int] = labelled("协议", ForeignKey("agreement.id"), unique=True)
    number: Mapped[str] = labelled("文号", String(60), default="")
    reviewed_on: Mapped[date | None] = labelled("审查日期")
    verdict: Mapped[ReviewVerdict | None] = labelled("结论")
    opinion: Mapped[str] = labelled("审查意见", default="")
    reviewer_id: Mapped[int] = labelled("审查人", ForeignKey("person.id"))
    asked_on: Mapped[date | None] = labelled("请审日期")
    asker_id: Mapped[int | None] = labelled("请审人", ForeignKey("person.id"))
    recorder_id: Mapped[int | None] = labelled("结论登记人", ForeignKey("person.id"))
    step_id: Mapped[int | None] = labelled("待办", ForeignKey("step.id"))  # what the reviewer was asked to do

    agreement: Mapped[Agreement] = relationship(back_populates="review")
    reviewer: Mapped[Person] = relationship(foreign_keys=[reviewer_id])
    asker: Mapped[Person | None] = relationship(foreign_keys=[asker_id])
    recorder: Mapped[Person | None] = relationship(foreign_keys=[recorder_id])
    step: Mapped[Step | None] = relationship()

    @property
    def waits(self) -> bool:
        """Whether it was asked for and has no conclusion yet."""
        return self.verdict is None

    @property
    def is_own(self) -> bool:
        """Whether the reviewer concluded under their own sign-in; else it came on paper or from before."""
        return self.recorder_id is not None and self.recorder_id == self.reviewer_id

    @property
    def came_on_paper(self) -> bool:
        return not self.waits and not self.is_own
