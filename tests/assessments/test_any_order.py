"""Months are closed while logs arrive: each log counts in one month, and in no other, in whatever order."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from random import Random

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.credit import WHOLE
from app.promotion.assessments import queries, services
from app.promotion.assessments.models import AssessmentInput, AssessmentScheme
from app.promotion.assessments.rules import POINT
from app.promotion.residents.enums import DutyKind
from app.promotion.residents.models import DutyEntry
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit, VisitParticipant
from app.register.accounts.enums import Role
from tests.factories.accounts import make_team
from tests.factories.assessments import DAYS, OUTBOUND, a_scheme, months_ago
from tests.factories.leads import County, a_county, an_actor

pytestmark = pytest.mark.both_databases
MONTHS = 3
CLOSE = None
# What happens: a month is closed, or (which of two people, months ago, day, a visit or a day on duty).
_LOGS = st.tuples(st.integers(0, 1), st.integers(1, MONTHS), st.integers(1, 27), st.booleans())
_HAPPENINGS = st.lists(st.one_of(st.just(CLOSE), _LOGS), max_size=16)
_OFTEN = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
Happening = tuple[int, int, int, bool] | None


@pytest.fixture
def county(app: Flask):
    with app.app_context():
        yield a_county()


@pytest.fixture
def people(county: County) -> list[Actor]:
    """Two members of two teams."""
    return [county.resident, an_actor(county.bureau, Role.RESIDENT, make_team("第二组", county.bureau))]


@pytest.fixture
def scheme(county: County, people: list[Actor]) -> AssessmentScheme:
    assert people
    return a_scheme(county.head, months=MONTHS, items=(OUTBOUND, replace(DAYS, weight=40 * POINT)))


def log(county: County, who: Actor, months: int, day: int, is_visit: bool) -> str:
    """The public id of what was logged."""
    on = months_ago(months) + timedelta(days=day - 1)
    (team_id,) = who.team_ids
    row: Visit | DutyEntry
    if is_visit:
        row = Visit(kind=VisitKind.OUTBOUND, held_on=on, enterprise_id=county.enterprise.id, summary="谈厂房")
        row.author_id, row.unit_id, row.team_id = who.person_id, county.bureau.id, team_id
        row.participants = [
            VisitParticipant(person_id=who.person_id, unit_id=county.bureau.id, team_id=team_id)
        ]
    else:
        row = DutyEntry(team_id=team_id, person_id=who.person_id, day=on, kind=DutyKind.ON_DUTY)
    db.session.add(row)
    db.session.flush()
    return row.public_id


def close_next(county: County, scheme: AssessmentScheme) -> bool:
    """Closes one more month, if one is left that is over."""
    closed = list(queries.closings_of(scheme))
    if len(closed) == MONTHS:
        return False
    with acting_as(county.head):
        services.close(scheme, queries.first_open(scheme, closed).first)
    return True


def stands(scheme: AssessmentScheme) -> dict:
    """What each closed month says of each team."""
    found = {}
    for first in queries.closings_of(scheme):
        ranking = queries.ranking_of(scheme, scheme.span(first), moves=False)
        assert ranking is not None
        found[first] = {line.group.name: (line.place, line.of) for line in ranking.lines}
    return found


@_OFTEN
@given(happened=_HAPPENINGS)
def test_each_log_is_in_exactly_one_closed_month_and_a_closed_month_never_changes(
    county: County, people: list[Actor], scheme: AssessmentScheme, happened: list[Happening]
) -> None:
    with db.session.begin_nested() as savepoint:
        logged = []
        for each in happened:
            before = stands(scheme)
            if each is CLOSE:
                close_next(county, scheme)
            elif len(before) < MONTHS:
                who, months, day, _is_visit = each
                logged.append(log(county, people[who], months, day, is_visit=True))
            assert stands(scheme).items() >= before.items()
        while close_next(county, scheme):
            pass
        kept = Counter(db.session.scalars(select(AssessmentInput.public_id)))
        assert kept == dict.fromkeys(logged, 1)
        said = sum(
            line.quantity
            for of in stands(scheme).values()
            for _place, one in of.values()
            for line in one.lines
        )
        assert said == len(logged) * WHOLE
        assert services.verify(scheme) == []
        savepoint.rollback()


@_OFTEN
@given(happened=_HAPPENINGS, chance=st.randoms(use_true_random=False))
def test_any_order_of_the_same_logs_between_two_closings_gives_the_same_scores(
    county: County, people: list[Actor], scheme: AssessmentScheme, happened: list[Happening], chance: Random
) -> None:
    shuffled: list[Happening] = []
    for is_closing, run in groupby(happened, lambda each: each is CLOSE):
        part = list(run)
        if not is_closing:
            chance.shuffle(part)
        shuffled += part

    def scores(order: list[Happening]) -> dict:
        with db.session.begin_nested() as savepoint:
            for each in order:
                if each is CLOSE:
                    close_next(county, scheme)
                else:
                    who, *what = each
                    log(county, people[who], *what)
            while close_next(county, scheme):
                pass
            found = stands(scheme)
            savepoint.rollback()
        return found

    assert scores(happened) == scores(shuffled)
