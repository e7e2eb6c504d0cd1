"""Visits by team, person and unit: credit is of the day and does not move."""

from datetime import timedelta

import pytest
from flask import Flask

from app.core.access.auth import acting_as
from app.core.records.measures import MEASURES, WHOLE, By, MeasureAsked, Tally
from app.core.storage.db import db
from app.core.values.clock import now, today
from app.promotion.visits.enums import VisitKind
from app.register.accounts.models import TeamMembership
from tests.factories.accounts import join_team, make_team
from tests.factories.leads import a_confidential_lead, a_county, person_id
from tests.factories.visits import a_call, a_visit, an_archived_visit, person_of

pytestmark = pytest.mark.both_databases
OUT = "visit.outbound"


def _asked(by: By = By.TEAM, days: int = 0, **more) -> MeasureAsked:
    return MeasureAsked(by, today() - timedelta(days=days), today(), **more)


def test_a_visit_counts_once_for_each_team_person_and_unit_of_that_day(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        both = [person_of(county.resident), person_of(county.officer)]
        a_visit(county, county.officer, people=both)
        a_visit(county, kind=VisitKind.RECEPTION)
        a_call(county)
        an_archived_visit(county)
        found = {by: MEASURES[OUT].tallies(_asked(by)) for by in By}
        one = Tally(WHOLE)
        assert found[By.TEAM] == {county.team.id: one}
        assert found[By.PERSON] == {person_id(county.resident): one, person_id(county.officer): one}
        assert found[By.UNIT] == {county.bureau.id: one, county.park.id: one}
        assert MEASURES["visit.reception"].tallies(_asked()) == {county.team.id: one}


def test_credit_stays_with_the_team_when_a_member_goes_to_another_one(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        a_visit(county, held_on=today() - timedelta(days=3))
        before = MEASURES[OUT].tallies(_asked(days=5))
        term = db.session.query(TeamMembership).filter_by(team_id=county.team.id).one()
        term.ends_on = today() - timedelta(days=1)
        join_team(term.person, make_team(parent=county.bureau), today())
        db.session.commit()
        assert MEASURES[OUT].tallies(_asked(days=5)) == before == {county.team.id: Tally(WHOLE)}


def test_a_company_is_met_first_once_in_the_county_and_again_afterwards(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        for days in (4, 2, 0):
            a_visit(county, held_on=today() - timedelta(days=days))
        assert MEASURES["visit.met_first"].tallies(_asked(days=9)) == {county.team.id: Tally(WHOLE)}
        assert MEASURES["visit.met_again"].tallies(_asked(days=9)) == {county.team.id: Tally(2 * WHOLE)}
        assert MEASURES["visit.met_first"].tallies(_asked(days=1)) == {}


def test_a_measure_as_known_earlier_has_no_later_logs(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        a_visit(county)
        moment = now()
        a_visit(county)
        assert MEASURES[OUT].tallies(_asked(known_at=moment)) == {county.team.id: Tally(WHOLE)}
        assert MEASURES[OUT].tallies(_asked()) == {county.team.id: Tally(2 * WHOLE)}


def test_a_reader_opens_what_they_may_see_of_what_is_counted(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        a_visit(county)
        a_visit(county, lead=a_confidential_lead(county, county.resident))
        asked = _asked(group_id=county.team.id)
        with acting_as(county.head):
            assert MEASURES[OUT].rows(county.head, asked).total().count == 1
        assert MEASURES[OUT].all_rows(asked).total().count == 2
