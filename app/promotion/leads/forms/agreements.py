"""Agreements and their 公平竞争审查."""

from datetime import date
from typing import Any

from app.core.values.labels import label_of
from app.core.web.forms import VersionedForm, amount_field, date_field, line_field, text_field, upload_field
from app.promotion.leads.enums import AgreementKind, ReviewVerdict
from app.promotion.leads.forms.choices import Choices, one_of, person
from app.promotion.leads.models import Agreement, FairReview
from app.promotion.leads.order import doubt_of_review
from app.promotion.steps.models import Step


class AgreementForm(VersionedForm):
    kind = one_of(label_of(Agreement.kind), AgreementKind.choices(), "选协议种类")
    title = line_field(label_of(Agreement.title), 120, required="写协议名称")
    drafter = person(label_of(Agreement.drafter_id), "选起草人，他以后不能当审查人")
    signed_on = date_field(label_of(Agreement.signed_on))
    amount = amount_field(label_of(Agreement.amount), only_figures=True)
    file = upload_field("扫描件", hint="PDF、Word、Excel、OFD 或图片，不超过 20 MB")

    def offer(self, people: Choices) -> None:
        self.drafter.choices = [("", "请选择"), *people]


class AskReviewForm(VersionedForm):
    reviewer = person(label_of(FairReview.reviewer_id), "选审查人，不能是起草人")
    due_on = date_field(label_of(Step.due_on), required="选哪天之前审完")

    def offer(self, people: Choices) -> None:
        self.reviewer.choices = [("", "请选择"), *people]


class ConclusionOfReviewForm(VersionedForm):
    number = line_field(label_of(FairReview.number), 60, required="写审查结论的文号")
    reviewed_on = date_field(label_of(FairReview.reviewed_on), required="选审查日期")
    verdict = one_of(label_of(FairReview.verdict), ReviewVerdict.choices(), "选审查结论")
    opinion = text_field(label_of(FairReview.opinion), 4000)

    def doubt_before(self, registered_on: date) -> None:
        """Asks about a day long before the lead was registered."""
        reviewed_on: Any = self.reviewed_on
        reviewed_on.doubt = lambda day: doubt_of_review(day, registered_on)


class PaperReviewForm(ConclusionOfReviewForm):
    reviewer = person(label_of(FairReview.reviewer_id), "选审查人，不能是起草人")
    file = upload_field("审查文书扫描件", hint="PDF、Word、Excel、OFD 或图片，不超过 20 MB")

    def offer(self, people: Choices) -> None:
        self.reviewer.choices = [("", "请选择"), *people]
