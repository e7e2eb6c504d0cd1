"""What the numbers of steps mean that are told beside their list."""

from app.promotion.steps.enums import StepState
from app.promotion.steps.listing import STEPS

DUE = STEPS.narrowed(
    code="step.due",
    name="要办的事",
    words="还没有办结的事项，按期限分成逾期、今天、本周、以后",
    cohort="不分批次，按现在由谁办",
    state=StepState.OPEN.value,
)
OWN = (DUE,)
