"""The fields of a lead, at registration and afterwards."""

from wtforms import BooleanField, DecimalField
from wtforms.validators import NumberRange, Optional

from app.core.values.clean import clean_line
from app.core.values.labels import label_of, unit_of
from app.core.web.forms import (
    BaseForm,
    PeopleField,
    VersionedForm,
    amount_field,
    count_field,
    date_field,
    line_field,
    text_field,
)
from app.promotion.leads.enums import LeadSource
from app.promotion.leads.forms.access import SEEN_BY
from app.promotion.leads.forms.choices import Choices, one_of, person
from app.promotion.leads.models import Lead, LeadMember
from app.promotion.steps.models import Step
from app.register.enterprises.forms import CompanyField
from app.register.reference.queries import industry_meant


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
    source = one_of(label_of(Lead.source), LeadSource.choices(), "选线索来源，漏斗按它分析")
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
    owner = person(label_of(Lead.owner_id), "选负责人")
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
    first_negotiator_id = person(label_of(Lead.first_negotiator_id), "选首谈人")
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
