"""Shape and labels of what is typed about targets."""

from collections.abc import Iterable

from wtforms import HiddenField
from wtforms.validators import DataRequired, Optional

from app.core.values.labels import label_of
from app.core.web.forms import (
    BaseForm,
    ChoiceField,
    ChoicesField,
    PersonField,
    VersionedForm,
    date_field,
    line_field,
    text_field,
)
from app.promotion.leads.enums import LeadSource
from app.promotion.steps.models import Step
from app.promotion.targets.models import TargetEnterprise, TargetEntry, TargetNode
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
