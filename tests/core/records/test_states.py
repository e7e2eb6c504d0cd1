"""The parts of a list: what depends on the day is asked for on the day."""

from datetime import timedelta

from app.core.records.tabs import State
from app.core.values.clock import as_if, now, today
from app.promotion.steps.models import Step


def test_a_part_that_depends_on_the_day_is_another_one_tomorrow() -> None:
    late = State("逾期", lambda: (Step.due_on < today(),))
    (before,) = late.where
    with as_if(now() + timedelta(days=1)):
        (after,) = late.where
    assert after.right.value - before.right.value == timedelta(days=1)


def test_any_other_part_is_what_it_was_declared_to_be() -> None:
    condition = Step.done_on.is_(None)
    assert State("没办完", (condition,)).where == (condition,)
    assert State("所有").where == ()
