"""Another stage, another holder: what is entered in the ledger, and corrected there."""

from wtforms import HiddenField

from app.core.values.labels import label_of
from app.core.web.forms import BaseForm, VersionedForm, date_field, line_field
from app.promotion.leads.enums import LossReason
from app.promotion.leads.forms.choices import Choices, one_of, person
from app.promotion.leads.models import Lead, LeadEntry


class MoveLeadForm(VersionedForm):
    to = HiddenField(label_of(Lead.stage))
    effective_on = date_field(label_of(LeadEntry.effective_on), required="选生效日期，漏斗按它计月份")
    reason_code = one_of(label_of(LeadEntry.reason_code), LossReason.choices())
    reason = line_field(label_of(LeadEntry.reason), 300)
    evidence = line_field(label_of(LeadEntry.evidence), 300)


class MoveManyForm(BaseForm):
    """The stage that many leads go on to; what each still lacks, its gate says."""

    to = one_of(label_of(Lead.stage), [], "选推进到哪个阶段")
    effective_on = date_field(label_of(LeadEntry.effective_on), required="选生效日期，漏斗按它计月份")
    evidence = line_field(label_of(LeadEntry.evidence), 300)
    reason = line_field(label_of(LeadEntry.reason), 300, hint="有跳步、退步的要写，别的可以不写")

    def offer(self, stages: Choices) -> None:
        self.to.choices = [("", "请选择"), *stages]


class AssignForm(VersionedForm):
    beside = ("effective_on", "reason")
    owner = person(label_of(Lead.owner_id), "选负责人")
    unit = one_of(label_of(Lead.unit_id), [])
    team = one_of(label_of(Lead.team_id), [])
    effective_on = date_field(label_of(LeadEntry.effective_on), required="选从哪天起由他负责")
    reason = line_field(label_of(LeadEntry.reason), 300)

    def offer(self, people: Choices, units: Choices, teams: Choices) -> None:
        self.owner.choices = [("", "请选择"), *people]
        self.unit.choices = [("", "负责人所在单位"), *units]
        self.team.choices = [("", "没有"), *teams]


class CorrectLeadForm(VersionedForm):
    reason = line_field("为什么更正", 300, required="写明为什么更正，例如：点错了，会还没有开")


class RegistrationDayForm(VersionedForm):
    registered_on = date_field(label_of(Lead.registered_on), required="选登记日期")
    reason = line_field("为什么更正", 200, required="写明为什么更正，例如：9月已经接洽，11月才录入")
