"""Days on duty and spot checks as measures: by team and by person, put right without a day counted twice."""

from datetime import timedelta

import pytest
from flask import Flask

from app.core.access.auth import acting_as
from app.core.records.measures import MEASURES, WHOLE, By, MeasureAsked, Tally
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.workdays import is_working_day
from app.promotion.residents import services
from app.promotion.residents.enums import DutyKind
from app.register.accounts.enums import Role
from app.register.accounts.models import Person
from tests.factories.leads import a_county, an_actor

pytestmark = pytest.mark.both_databases
DAY = timedelta(days=1)
ON, TRAVEL, LEAVE, _REST = DutyKind


def _working_days(number: int) -> list:
    """The last so many working days before today, the earliest first."""
    found, day = [], today()
    while len(found) < number:
        day -= DAY
        found += [day] if is_working_day(day) else []
    return found[::-1]


def _tell(county, actor, kind, day, reason: str = "") -> None:
    with acting_as(actor):
        person = db.session.get_one(Person, actor.person_id)
        services.mark(county.team, person, services.DutyData(kind, day, day, reason=reason))
        db.session.commit()


def _tallies(code: str, by: By, days) -> dict[int, Tally]:
    return MEASURES[code].tallies(MeasureAsked(by, days[0], days[-1]))


def test_a_day_of_a_team_counts_once_and_for_each_who_was_there(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        second = an_actor(county.bureau, Role.RESIDENT, county.team)
        days = _working_days(3)
        for day in days[:2]:
            _tell(county, county.resident, ON, day)
        _tell(county, second, TRAVEL, days[1])
        _tell(county, second, LEAVE, days[2])
        assert _tallies("duty.days", By.TEAM, days) == {county.team.id: Tally(2 * WHOLE)}
        assert _tallies("duty.days", By.PERSON, days) == {
            county.resident.person_id: Tally(2 * WHOLE),
            second.person_id: Tally(WHOLE),
        }


def test_a_day_that_is_put_right_stays_the_same_row(app: Flask) -> None:
    with app.app_context():
        county, (day,) = a_county(), _working_days(1)
        asked = MeasureAsked(By.PERSON, day, day)

        def rows() -> set[tuple[int, int]]:
            of = MEASURES["duty.days"].all_rows(asked)
            return {(row.key, row.credit) for row in db.session.execute(of.source.select())}

        _tell(county, county.resident, ON, day)
        before = rows()
        _tell(county, county.resident, LEAVE, day)
        assert rows() == set()
        _tell(county, county.resident, TRAVEL, day)
        assert rows() == before


def test_only_who_was_not_found_counts_as_absent(app: Flask) -> None:
    with app.app_context():
        county, (day,) = a_county(), _working_days(1)
        person = db.session.get_one(Person, county.resident.person_id)
        with acting_as(county.head):
            services.write_check(county.team, person, services.CheckData(day, "09:30", found_present=True))
            services.write_check(county.team, person, services.CheckData(day, "15:00", found_present=False))
            db.session.commit()
        assert _tallies("duty.absent", By.TEAM, [day]) == {county.team.id: Tally(WHOLE)}


def test_both_are_counted_for_teams_and_people_alone(app: Flask) -> None:
    with app.app_context():
        for code in ("duty.days", "duty.absent"):
            assert MEASURES[code].holders == {By.TEAM, By.PERSON}
