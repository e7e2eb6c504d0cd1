"""Forms of steps: what is to be done, what came of it, and another date."""

from wtforms.validators import DataRequired

from app.core.values.labels import label_of
from app.core.web.forms import BaseForm, PersonField, Radios, VersionedForm, date_field, line_field
from app.promotion.steps.enums import StepState
from app.promotion.steps.models import Step

_ENDS = (StepState.DONE, StepState.DROPPED)


class NextStepForm(BaseForm):
    """What is to be done next, by when and by whom."""

    what = line_field(label_of(Step.what), 200, required="写下一步做什么，例如：约严总来看厂房")
    due_on = date_field(label_of(Step.due_on), required="选日期")
    owner = PersonField(label_of(Step.owner_id), [DataRequired("选谁办")], choices=[("", "请选择")])

    def offer(self, people: list[tuple[str, str]]) -> None:
        self.owner.choices = [("", "请选择"), *people]


class CloseForm(VersionedForm):
    """How a step ended, and what follows."""

    state = Radios(
        label_of(Step.state),
        choices=[(state.value, state.label) for state in _ENDS],
        default=StepState.DONE.value,
    )
    outcome = line_field(label_of(Step.outcome), 200)
    then = line_field(f"下一步{label_of(Step.what)}", 200)
    then_due_on = date_field(f"下一步的{label_of(Step.due_on)}")

    @property
    def is_dropped(self) -> bool:
        return bool(self.state.data == StepState.DROPPED.value)


class MoveStepForm(VersionedForm):
    """Another date."""

    due_on = date_field(label_of(Step.due_on), required="写新的日期", hint="改到哪天")


class OutcomeForm(VersionedForm):
    """What came of a step that was closed with one press."""

    outcome = line_field(label_of(Step.outcome), 200)
