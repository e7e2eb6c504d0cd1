"""Leads by team, owner and unit: arrivals at a stage, with the amount of that day."""

from datetime import timedelta

import pytest
from flask import Flask

from app.core.records.measures import MEASURES, WHOLE, By, MeasureAsked, Tally
from app.core.values.clock import today
from app.promotion.leads.enums import LeadStage
from tests.factories.leads import a_county, a_lead, a_lead_at, person_id

pytestmark = pytest.mark.both_databases


def test_arrivals_count_for_who_held_the_lead_that_day(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        a_lead(county)
        lead = a_lead_at(county, LeadStage.FIRST_TALK)
        asked = MeasureAsked(By.PERSON, today() - timedelta(days=90), today())
        officer = person_id(county.officer)
        assert MEASURES["lead.new"].tallies(asked) == {officer: Tally(2 * WHOLE, 2 * lead.amount)}
        assert MEASURES["lead.valid"].tallies(asked) == {officer: Tally(WHOLE, lead.amount)}
        assert MEASURES["lead.signed"].tallies(asked) == {}


def test_as_known_earlier_leads_that_were_written_down_later_do_not_count(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        lead = a_lead(county)
        before = lead.created_at - timedelta(minutes=1)
        days = (today() - timedelta(days=90), today())
        assert MEASURES["lead.new"].tallies(MeasureAsked(By.UNIT, *days, known_at=before)) == {}
        assert MEASURES["lead.new"].tallies(MeasureAsked(By.UNIT, *days))
