"""Forms of steps: what came of it, and another date."""

from app.core.forms import Radios, VersionedForm, date_field, line_field
from app.steps.enums import StepState

_ENDS = (StepState.DONE, StepState.DROPPED)


class CloseForm(VersionedForm):
    """How a step ended, and what follows."""

    state = Radios(
        "结果", choices=[(state.value, state.label) for state in _ENDS], default=StepState.DONE.value
    )
    outcome = line_field("办得怎样", 200)
    then = line_field("下一步", 200)
    then_due_on = date_field("下一步的日期")

    @property
    def is_dropped(self) -> bool:
        return bool(self.state.data == StepState.DROPPED.value)


class MoveForm(VersionedForm):
    """Another date."""

    due_on = date_field("改到哪天", required="写新的日期")


class OutcomeForm(VersionedForm):
    """What came of a step that was closed with one press."""

    outcome = line_field("办得怎样", 200)
