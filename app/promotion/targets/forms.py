"""Shape and labels of what is typed about targets."""

from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField
from wtforms.validators import DataRequired, Optional

from app.core.records.configuring import DatedForm
from app.core.values.labels import label_of
from app.core.web.forms import (
    BaseForm,
    ChoiceField,
    ChoicesField,
    PersonField,
    VersionedForm,
    count_field,
    date_field,
    line_field,
    text_field,
)
from app.promotion.leads.enums import LeadSource
from app.promotion.steps.models import Step
from app.promotion.targets.enums import FactKind, ScorePart
from app.promotion.targets.models import TargetEnterprise, TargetEntry, TargetFact, TargetNode, TargetWeights
from app.promotion.targets.rules import FULL
from app.register.enterprises.forms import CompanyField

Choices = Iterable[tuple[str, str]]


class _TargetFields:
    """What is typed about a target at any time."""

    nodes = ChoicesField(
        label_of(TargetNode.node_id),
        [Optional()],
        description="可以选几个；不知道的空着",
        render_kw={"data-people": "环节或产业链的名称", "data-none": "没有这个环节"},
    )
    method = ChoiceField(
        label_of(TargetEnterprise.method),
        [DataRequired("选招商方式")],
        choices=[("", "请选择"), *LeadSource.choices()],
    )
    origin = line_field(label_of(TargetEnterprise.origin), 120, hint="谁推荐的、哪个名录或展会，没有就空着")
    note = text_field(label_of(TargetEnterprise.note), 2000, hint="为什么要这家，没有就空着")


class _Holder:
    """Whose it is: a person's, or a unit's alone."""

    owner = PersonField(label_of(TargetEnterprise.owner_id), [Optional()], choices=[("", "先不定人")])
    unit = ChoiceField(label_of(TargetEnterprise.unit_id), [Optional()])
    team = ChoiceField(label_of(TargetEnterprise.team_id), [Optional()])

    def offer_holders(self, people: Choices, units: Choices, teams: Choices) -> None:
        self.owner.choices = [("", "先不定人"), *people]
        self.unit.choices = [("", "负责人所在单位"), *units]
        self.team.choices = [("", "没有"), *teams]


class _TakenUp(_TargetFields, _Holder):
    """What it takes to take one up."""

    registered_on = date_field(label_of(TargetEnterprise.registered_on), required="选列入日期")
    next_what = line_field(f"下一步{label_of(Step.what)}", 200)
    next_on = date_field(f"下一步的{label_of(Step.due_on)}")


class NewTargetForm(_TakenUp, CompanyField, BaseForm):
    """A company is taken up."""


class TakeUpForm(_TakenUp, BaseForm):
    """Several companies are taken up with the same words."""


class EditTargetForm(_TargetFields, VersionedForm):
    """What is known of a target; company, state and holder stay."""


class MoveTargetForm(VersionedForm):
    """Into another state."""

    to = HiddenField(label_of(TargetEnterprise.stage))
    effective_on = date_field(label_of(TargetEntry.effective_on), required="选生效日期")
    reason = line_field(label_of(TargetEntry.reason), 300)


class AssignTargetForm(_Holder, VersionedForm):
    """To another person or unit."""

    beside = ("effective_on", "reason")
    effective_on = date_field(label_of(TargetEntry.effective_on), required="选从哪天起由他负责")
    reason = line_field(label_of(TargetEntry.reason), 300)


class CorrectTargetForm(VersionedForm):
    """Why a row of the ledger never counted."""

    reason = line_field("为什么更正", 300, required="写明为什么更正，例如：点错了，还没有接触")


class NewFactForm(BaseForm):
    """Something that the score goes by."""

    kind = ChoiceField(
        label_of(TargetFact.kind),
        [DataRequired("选哪一类")],
        choices=[("", "请选择"), *FactKind.choices()],
    )
    what = line_field(
        label_of(TargetFact.what), 200, required="写清是什么情况，例如：2026 年 3 月列入失信名单"
    )
    source = line_field(label_of(TargetFact.source), 120, required="写清从哪里知道的，例如：信用中国公示")
    told_on = date_field(label_of(TargetFact.told_on), required="选日期")


class LiftFactForm(VersionedForm):
    """Why it counts no longer."""

    lifted_why = line_field(
        label_of(TargetFact.lifted_why), 200, required="写明为什么取消，例如：3 月 8 日已移出失信名单"
    )


class _TargetWeightsForm(DatedForm):
    """Without its fields, which are those of the parts."""

    headings = ("评分项", "分值")

    def lines(self) -> list[tuple[str, list[Any]]]:
        """The field of each part."""
        return [(part.label, [self[part.value]]) for part in ScorePart]


def _weight(part: ScorePart) -> Any:
    label = label_of(getattr(TargetWeights, part.value))
    return count_field(label, FULL, required="写上分值，不算的写 0", unit="分")


TargetWeightsForm: type[_TargetWeightsForm] = type(
    "TargetWeightsForm", (_TargetWeightsForm,), {part.value: _weight(part) for part in ScorePart}
)
