"""Rotation: one act, looked at before; credit never moves by it."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.promotion.leads.models import Lead, LeadEntry
from app.promotion.residents import rules, services
from app.promotion.residents.rules import Membership
from app.promotion.residents.services import Rotation
from app.promotion.steps.models import Step
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit, VisitParticipant
from app.register.accounts import services as accounts
from app.register.accounts.enums import Role
from app.register.accounts.models import Person, TeamMembership
from tests.factories.accounts import make_person, make_team, make_user
from tests.factories.leads import County, a_county, a_lead, an_actor, person_id, sign_in

Db = scoped_session[Session]
D, DAY = date, timedelta(days=1)
pytestmark = pytest.mark.both_databases
TERM = Membership("罗青", D(2026, 3, 1), D(2026, 8, 31))


@pytest.mark.parametrize(
    ("last_day", "same", "field"),
    [
        (D(2026, 8, 31), False, ""),
        (D(2026, 5, 1), False, ""),
        (D(2026, 9, 1), False, "last_day"),
        (D(2026, 2, 28), False, "last_day"),
        (D(2026, 5, 1), True, "coming"),
    ],
)
def test_who_can_leave_after_which_day(last_day: date, same: bool, field: str) -> None:
    found = rules.problems_of_rotation(TERM, last_day, D(2026, 12, 1), same)
    assert list(found) == ([field] if field else [])


def test_nothing_goes_over_before_its_day() -> None:
    assert "到那天再办" in rules.problems_of_rotation(TERM, D(2026, 5, 1), D(2026, 5, 1), False)["last_day"]


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def term_of(person: int) -> TeamMembership:
    terms = select(TeamMembership).where(TeamMembership.person_id == person)
    return db.session.scalars(terms.order_by(TeamMembership.id.desc())).first()  # type: ignore[return-value]


def newcomer(county: County) -> Person:
    found = make_user(Role.RESIDENT, person=make_person(unit=county.bureau)).person
    db.session.commit()
    return found


def lead_of_team(county: County, actor: Actor) -> Lead:
    return a_lead(
        county, actor, unit_id=county.bureau.id, team_id=county.team.id, next_what="约见", next_on=today()
    )


def test_a_head_looks_first_and_then_all_that_is_open_of_the_team_goes_over(
    client: FlaskClient, county: County
) -> None:
    of_team, own = lead_of_team(county, county.resident), a_lead(county, county.resident)
    own.team_id = None
    db.session.commit()
    coming, last_day = newcomer(county), today() - DAY
    me, page = sign_in(client, county.head), f"/teams/{county.team.public_id}"
    term = term_of(person_id(county.resident))
    asked = {"leaving": term.public_id, "coming": coming.public_id, "last_day": last_day.isoformat()}
    look = me.get(f"{page}/rotation", query_string=asked).text
    assert "移交 1 条在跟或已签约的线索" in look and f"从 {today()} 起进组" in look
    assert (
        db.session.get_one(Lead, of_team.id, populate_existing=True).owner_id != coming.id
    )  # only looked at
    address = f"{page}/rotation?" + "&".join(f"{name}={value}" for name, value in asked.items())
    assert me.submit(address, action=f"{page}/rotation").location == page
    db.session.expire_all()
    assert (of_team.owner_id, of_team.team_id, of_team.unit_id) == (
        coming.id,
        county.team.id,
        county.bureau.id,
    )
    assert own.owner_id == county.resident.person_id  # of no team
    entry = db.session.scalars(select(LeadEntry).where(LeadEntry.lead_id == of_team.id)).all()[-1]
    assert entry.effective_on == today() and "轮换" in entry.reason
    assert term.ends_on == last_day and term_of(coming.id).starts_on == today()
    steps = db.session.scalars(select(Step).where(Step.subject_id == of_team.public_id))
    assert {step.owner_id for step in steps} == {coming.id}


def test_who_is_in_another_team_is_refused_at_their_field(county: County) -> None:
    busy = db.session.get_one(Person, an_actor(county.bureau, Role.RESIDENT, make_team("驻成渝组")).person_id)
    term = term_of(person_id(county.resident))
    with acting_as(county.head), pytest.raises(RuleBroken) as refused:
        services.rotate(Rotation(term, today() - DAY, busy), None)
    assert "「驻成渝组」" in refused.value.problems["coming"]


def counts(before: date) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Visits by person and by team, of days before a day."""
    joined = select(VisitParticipant).join(Visit).where(Visit.held_on < before).subquery().c
    by_person = select(joined.person_id, func.count()).group_by(joined.person_id).order_by(joined.person_id)
    by_team = select(joined.team_id, func.count()).group_by(joined.team_id).order_by(joined.team_id)
    return tuple([tuple(row) for row in db.session.execute(query)] for query in (by_person, by_team))  # type: ignore[return-value]


def log(county: County, person: Person, day: date) -> None:
    """A visit of somebody on a day, for the team that they were in on it."""
    row = Visit(kind=VisitKind.OUTBOUND, held_on=day, enterprise_id=county.enterprise.id, summary="谈厂房")
    row.author_id, row.unit_id = person.id, county.bureau.id
    team = next((term.team_id for term in _terms(person) if term.term.covers(day)), None)
    row.participants = [VisitParticipant(person_id=person.id, unit_id=county.bureau.id, team_id=team)]
    db.session.add(row)


def _terms(person: Person) -> list[TeamMembership]:
    return list(db.session.scalars(select(TeamMembership).where(TeamMembership.person_id == person.id)))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.integers(2, 300), min_size=1, max_size=4, unique=True),
    visits=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 320)), max_size=12),
)
def test_whatever_was_done_before_counts_for_the_same_people_and_teams_after_any_rotations(
    county: County, days: list[int], visits: list[tuple[int, int]]
) -> None:
    """Each time somebody leaves, the next takes over; what was logged is counted before and after each."""
    with db.session.begin_nested() as savepoint:
        team = make_team()
        people = [make_user(Role.RESIDENT, person=make_person(unit=county.bureau)).person for _ in range(5)]
        first = today() - 400 * DAY
        with acting_as(county.head):
            accounts.join_team(people[0], team, first)
        for (leaves, coming), ago in zip(pairwise(people), sorted(days, reverse=True), strict=False):
            for place, before in visits:
                log(county, people[place], today() - before * DAY)
            db.session.flush()
            last_day = today() - ago * DAY
            stood = counts(last_day + DAY)
            with acting_as(county.head):
                services.rotate(Rotation(term_of(leaves.id), last_day, coming), None)
            assert counts(last_day + DAY) == stood
        savepoint.rollback()
