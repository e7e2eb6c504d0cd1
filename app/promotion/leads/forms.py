"""Shape and labels of what is typed about leads. Fields that store are named like the column they fill."""

from datetime import date
from typing import Any

from wtforms import BooleanField, DecimalField, HiddenField
from wtforms.validators import DataRequired, NumberRange, Optional

from app.core.records.archiving import ArchiveForm
from app.core.values.clean import clean_line
from app.core.values.labels import label_of, unit_of
from app.core.web.forms import (
    BaseForm,
    Flag,
    OneOf,
    PeopleField,
    PersonField,
    Radios,
    VersionedForm,
    amount_field,
    count_field,
    date_field,
    line_field,
    text_field,
    upload_field,
)
from app.promotion.leads.enums import AgreementKind, LeadSource, LossReason, ReviewVerdict, StepsThen
from app.promotion.leads.models import Agreement, FairReview, Lead, LeadEntry, LeadMember
from app.promotion.leads.order import doubt_of_review
from app.promotion.steps.models import Step
from app.register.enterprises.forms import CompanyField
from app.register.reference.queries import industry_meant

Choices = list[tuple[str, str]]
SEEN_BY = "只有负责人、登记人和下面点名的人能看到这条线索"


def _one_of(label: str, choices: Choices, required: str = "") -> OneOf:
    checks = [DataRequired(required) if required else Optional()]
    return OneOf(label, checks, choices=[("", "请选择"), *choices])


def _person(label: str, required: str) -> PersonField:
    return PersonField(label, [DataRequired(required)], choices=[("", "请选择")])


class _Area(DecimalField):
    """亩, with up to two decimals."""

    unit = unit_of(Lead.land_mu)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([clean_line(text) for text in valuelist])
        except ValueError:
            self.data = None
            raise ValueError("亩数要写成数字，例如 86 或 86.5") from None
        if self.data is not None and not self.data.is_finite():
            self.data = None
            raise ValueError("亩数要写成数字，例如 86 或 86.5")


class _LeadFields:
    """What registration and editing share."""

    name = line_field(label_of(Lead.name), 120, required="写线索名称，例如：储能电芯与模组一期")
    source = _one_of(label_of(Lead.source), LeadSource.choices(), "选线索来源，漏斗按它分析")
    introducer = line_field(label_of(Lead.introducer), 60)
    industry_code = line_field(label_of(Lead.industry_code), 100, meaning=industry_meant)
    amount_text = amount_field(label_of(Lead.amount))
    fixed_amount = amount_field(label_of(Lead.fixed_amount), only_figures=True)
    land_mu = _Area(
        label_of(Lead.land_mu),
        [Optional(), NumberRange(0, 99_999, "亩数要在 0 到 99999 之间")],
        places=2,
    )
    jobs_planned = count_field(label_of(Lead.jobs_planned), 999_999, unit=unit_of(Lead.jobs_planned))
    content = text_field(label_of(Lead.content), 4000)


class NewLeadForm(_LeadFields, CompanyField, BaseForm):
    registered_on = date_field(label_of(Lead.registered_on), required="选登记日期")
    owner = _person(label_of(Lead.owner_id), "选负责人")
    confidential = BooleanField(label_of(Lead.confidential), description=SEEN_BY)
    members = PeopleField(label_of(LeadMember.person_id), [Optional()])
    next_what = line_field(f"下一步{label_of(Step.what)}", 200)
    next_on = date_field(f"下一步的{label_of(Step.due_on)}")
    not_duplicate = BooleanField("不是同一件事，继续登记")

    def offer(self, owners: Choices, members: Choices) -> None:
        self.owner.choices = [("", "请选择"), *owners]
        self.members.choices = members


class EditLeadForm(_LeadFields, VersionedForm):
    pass


class AssessmentForm(VersionedForm):
    assessment = text_field(
        label_of(Lead.assessment), 4000, required="写研判意见，结论写明跟进、暂缓或不跟进", rows=8
    )


class FirstTalkForm(VersionedForm):
    first_negotiator_id = _person(label_of(Lead.first_negotiator_id), "选首谈人")
    first_talk_on = date_field(label_of(Lead.first_talk_on), required="选首谈日期")

    def offer(self, people: Choices) -> None:
        self.first_negotiator_id.choices = [("", "请选择"), *people]


class SummaryForm(VersionedForm):
    summary = text_field(
        label_of(Lead.summary), 8000, required="写项目概要：建设内容、投资构成、用地用能、效益", rows=10
    )


class ConclusionForm(VersionedForm):
    conclusion = text_field(label_of(Lead.conclusion), 4000, required="照会议纪要写结论", rows=6)
    conclusion_on = date_field(label_of(Lead.conclusion_on), required="选会议日期")
    conclusion_number = line_field(label_of(Lead.conclusion_number), 60)


class MoveForm(VersionedForm):
    to = HiddenField(label_of(Lead.stage))
    effective_on = date_field(label_of(LeadEntry.effective_on), required="选生效日期，漏斗按它计月份")
    reason_code = _one_of(label_of(LeadEntry.reason_code), LossReason.choices())
    reason = line_field(label_of(LeadEntry.reason), 300)
    evidence = line_field(label_of(LeadEntry.evidence), 300)


class MoveManyForm(BaseForm):
    """The stage that many leads go on to; what each still lacks, its gate says."""

    to = _one_of(label_of(Lead.stage), [], "选推进到哪个阶段")
    effective_on = date_field(label_of(LeadEntry.effective_on), required="选生效日期，漏斗按它计月份")
    evidence = line_field(label_of(LeadEntry.evidence), 300)
    reason = line_field(label_of(LeadEntry.reason), 300, hint="有跳步、退步的要写，别的可以不写")

    def offer(self, stages: Choices) -> None:
        self.to.choices = [("", "请选择"), *stages]


class AssignForm(VersionedForm):
    beside = ("effective_on", "reason")
    owner = _person(label_of(Lead.owner_id), "选负责人")
    unit = _one_of(label_of(Lead.unit_id), [])
    team = _one_of(label_of(Lead.team_id), [])
    effective_on = date_field(label_of(LeadEntry.effective_on), required="选从哪天起由他负责")
    reason = line_field(label_of(LeadEntry.reason), 300)

    def offer(self, people: Choices, units: Choices, teams: Choices) -> None:
        self.owner.choices = [("", "请选择"), *people]
        self.unit.choices = [("", "负责人所在单位"), *units]
        self.team.choices = [("", "没有"), *teams]


class AccessForm(VersionedForm):
    confidential = Flag(label_of(Lead.confidential), yes="保密", no="不保密", description=SEEN_BY)
    members = PeopleField(label_of(LeadMember.person_id), [Optional()])

    def offer(self, people: Choices) -> None:
        self.members.choices = people


class AgreementForm(VersionedForm):
    kind = _one_of(label_of(Agreement.kind), AgreementKind.choices(), "选协议种类")
    title = line_field(label_of(Agreement.title), 120, required="写协议名称")
    drafter = _person(label_of(Agreement.drafter_id), "选起草人，他以后不能当审查人")
    signed_on = date_field(label_of(Agreement.signed_on))
    amount = amount_field(label_of(Agreement.amount), only_figures=True)
    file = upload_field("扫描件", hint="PDF、Word、Excel、OFD 或图片，不超过 20 MB")

    def offer(self, people: Choices) -> None:
        self.drafter.choices = [("", "请选择"), *people]


class AskReviewForm(VersionedForm):
    reviewer = _person(label_of(FairReview.reviewer_id), "选审查人，不能是起草人")
    due_on = date_field(label_of(Step.due_on), required="选哪天之前审完")

    def offer(self, people: Choices) -> None:
        self.reviewer.choices = [("", "请选择"), *people]


class ConclusionOfReviewForm(VersionedForm):
    number = line_field(label_of(FairReview.number), 60, required="写审查结论的文号")
    reviewed_on = date_field(label_of(FairReview.reviewed_on), required="选审查日期")
    verdict = _one_of(label_of(FairReview.verdict), ReviewVerdict.choices(), "选审查结论")
    opinion = text_field(label_of(FairReview.opinion), 4000)

    def doubt_before(self, registered_on: date) -> None:
        """Asks about a day long before the lead was registered."""
        reviewed_on: Any = self.reviewed_on
        reviewed_on.doubt = lambda day: doubt_of_review(day, registered_on)


class PaperReviewForm(ConclusionOfReviewForm):
    reviewer = _person(label_of(FairReview.reviewer_id), "选审查人，不能是起草人")
    file = upload_field("审查文书扫描件", hint="PDF、Word、Excel、OFD 或图片，不超过 20 MB")

    def offer(self, people: Choices) -> None:
        self.reviewer.choices = [("", "请选择"), *people]


class CorrectForm(VersionedForm):
    reason = line_field("为什么更正", 300, required="写明为什么更正，例如：点错了，会还没有开")


class RegistrationDayForm(VersionedForm):
    registered_on = date_field(label_of(Lead.registered_on), required="选登记日期")
    reason = line_field("为什么更正", 200, required="写明为什么更正，例如：9月已经接洽，11月才录入")


class VoidForm(VersionedForm):
    counts = line_field(
        label_of(Lead.duplicate_of_id),
        20,
        required="写那一条的编号，例如：XS-2026-0012",
        hint="写编号，例如：XS-2026-0012",
    )
    note = line_field("说明", 200)


class ArchiveLeadForm(ArchiveForm):
    steps = Radios("没办完的下一步和承诺", choices=StepsThen.choices(), default=StepsThen.DROP.value)
