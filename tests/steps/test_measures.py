"""Promises kept in time and late, by who kept them."""

from datetime import timedelta

import pytest
from flask import Flask

from app.core.records.measures import MEASURES, WHOLE, By, MeasureAsked, Tally
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.models import Step
from tests.factories.leads import County, a_county, person_id

pytestmark = pytest.mark.both_databases


def _promise(county: County, due_in: int, state: StepState = StepState.DONE) -> None:
    step = Step(
        kind=StepKind.PROMISE,
        state=state,
        what="送厂房图纸",
        due_on=today() + timedelta(days=due_in),
        done_on=today() if state is StepState.DONE else None,
        enterprise_id=county.enterprise.id,
        subject_kind="enterprise",
        subject_id=county.enterprise.public_id,
        owner_id=person_id(county.resident),
    )
    db.session.add(step)
    db.session.flush()


def test_a_promise_counts_for_the_team_in_which_its_owner_kept_it(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        _promise(county, 1)
        _promise(county, 0)
        _promise(county, -1)
        _promise(county, 1, StepState.OPEN)
        asked = MeasureAsked(By.TEAM, today(), today())
        assert MEASURES["step.kept"].tallies(asked) == {county.team.id: Tally(2 * WHOLE)}
        assert MEASURES["step.kept_late"].tallies(asked) == {county.team.id: Tally(WHOLE)}
