"""The days of a team: told by who was there, corrected in sight of all, counted as of any instant."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import as_if, now, today
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.values.workdays import is_working_day
from app.promotion.residents import queries, rules, services
from app.promotion.residents.enums import DayKind, DutyKind
from app.promotion.residents.models import DutyEntry
from app.register.accounts.enums import Role
from app.register.accounts.models import Person, TeamMembership
from tests.factories.accounts import make_team
from tests.factories.leads import County, a_county, an_actor, sign_in
from tests.factories.residents import places_known

Db = scoped_session[Session]
D = date
DAY = timedelta(days=1)
ON, TRAVEL, LEAVE, REST = DutyKind
# A Thursday; the Saturday after the National Day holidays of 2026 made up for one of them.
THURSDAY = D(2026, 10, 15)
at_noon = datetime.combine(THURSDAY, time(4), UTC)


# --- rules -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "first", "last", "field"),
    [
        (ON, THURSDAY, THURSDAY, ""),
        (TRAVEL, THURSDAY - DAY, THURSDAY, ""),
        (ON, THURSDAY, THURSDAY + DAY, "last"),
        (ON, THURSDAY + DAY, THURSDAY + DAY, "first"),
        (LEAVE, THURSDAY + DAY, THURSDAY + 9 * DAY, ""),
        (REST, THURSDAY + DAY, THURSDAY + DAY, ""),
        (ON, THURSDAY, THURSDAY - DAY, "last"),
        (LEAVE, THURSDAY, THURSDAY + 92 * DAY, "last"),
        (LEAVE, D(2026, 10, 17), D(2026, 10, 18), "first"),  # a weekend told of as several days
        (REST, D(2026, 10, 17), D(2026, 10, 17), ""),  # and one day of it
        (ON, D(2026, 8, 31), D(2026, 9, 2), "first"),  # not a member yet
    ],
)
def test_what_can_be_told_of_which_days(kind: DutyKind, first: date, last: date, field: str) -> None:
    found = rules.problems_of_duty("罗青", kind, first, last, THURSDAY, lambda day: day >= D(2026, 9, 1))
    assert list(found) == ([field] if field else [])


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (D(2026, 10, 15), DayKind.WORKING),
        (D(2026, 10, 17), DayKind.WEEKEND),
        (D(2026, 10, 1), DayKind.HOLIDAY),
        (D(2026, 10, 10), DayKind.MAKE_UP),
    ],
)
def test_what_the_calendar_says_of_a_day(day: date, kind: DayKind) -> None:
    assert rules.kind_of_day(day) is kind


@given(st.dates(D(2025, 1, 1), D(2026, 12, 20)), st.integers(0, 6), st.frozensets(st.integers(0, 6)))
def test_a_week_is_filled_with_its_working_days_up_to_today_of_which_nothing_is_told(
    day: date, passed: int, told: frozenset[int]
) -> None:
    first, last = rules.week_of(day)
    taken = {first + offset * DAY for offset in told}
    found = rules.to_fill(first, last, first + passed * DAY, lambda each: each not in taken)
    assert first.weekday() == 0 and all(is_working_day(each) and each not in taken for each in found)
    left = set(rules.days_meant(first, first + passed * DAY)) - taken
    assert set(found) == {each for each in left if is_working_day(each)}


@pytest.mark.parametrize(
    ("at", "day", "is_member", "field"),
    [
        ("09:40", THURSDAY, True, ""),
        ("9点", THURSDAY, True, "at"),
        ("24:00", THURSDAY, True, "at"),
        ("08:00", THURSDAY, True, "at"),  # looked already
        ("09:40", THURSDAY + DAY, True, "day"),
        ("09:40", THURSDAY, False, "person"),
    ],
)
def test_a_spot_check(at: str, day: date, is_member: bool, field: str) -> None:
    found = rules.problems_of_check("罗青", day, at, THURSDAY, is_member, [(THURSDAY, "08:00")])
    assert list(found) == ([field] if field else [])


# --- told and corrected ------------------------------------------------------------------------------


@pytest.fixture
def county(session: Db) -> County:
    places_known()
    return a_county()


pytestmark = pytest.mark.both_databases


def person_of(actor: Actor) -> Person:
    return db.session.get_one(Person, actor.person_id)


def tell(
    actor: Actor, county: County, kind: DutyKind, first: date, last: date | None = None, **more: str
) -> None:
    of = more.pop("of", None)
    person = db.session.get_one(Person, of) if of else person_of(county.resident)
    with acting_as(actor):
        services.mark(county.team, person, services.DutyData(kind, first, last or first, **more))
        db.session.commit()


def counted(county: County, first: date, last: date, known_at: datetime | None = None) -> int:
    found = queries.days_on_duty(first, last, known_at)
    return found.get((county.team.id, county.resident.person_id or 0), 0)


def test_a_week_is_filled_with_its_make_up_day_and_without_its_holidays(county: County) -> None:
    with as_if(datetime(2026, 10, 10, 4, tzinfo=UTC)), acting_as(county.resident):
        days = services.fill_week(county.team, D(2026, 10, 10))
    assert days == [D(2026, 10, 8), D(2026, 10, 9), D(2026, 10, 10)]


def test_a_member_fills_their_week_in_two_taps(client: FlaskClient, county: County) -> None:
    first, _last = rules.week_of(today())
    due = rules.to_fill(first, today(), today(), lambda _day: True)
    me, page = sign_in(client, county.resident), f"/teams/{county.team.public_id}"
    if not due:  # the week begins with days off
        return
    assert f"本周在岗，补 {len(due)} 天" in me.get(page).text
    assert me.submit(page, action=f"{page}/duty/week").location == page
    assert "本周到今天都记了" in me.get(page).text and counted(county, first, today()) == len(due)


def test_what_was_told_before_stays_when_the_week_is_filled(county: County) -> None:
    with as_if(at_noon):
        tell(county.resident, county, LEAVE, D(2026, 10, 13))
        with acting_as(county.resident):
            days = services.fill_week(county.team, THURSDAY)
        assert D(2026, 10, 13) not in days and counted(county, D(2026, 10, 12), THURSDAY) == 3
        with acting_as(county.resident), pytest.raises(RuleBroken, match="没有要补的"):
            services.fill_week(county.team, THURSDAY)


def test_the_row_entered_last_counts_and_the_earlier_ones_stay_with_who_entered_them(
    client: FlaskClient, county: County
) -> None:
    with as_if(at_noon):
        tell(county.resident, county, ON, THURSDAY)
        tell(county.head, county, LEAVE, THURSDAY, reason="来电说明")
        assert counted(county, THURSDAY, THURSDAY) == 0
        assert len(db.session.scalars(select(DutyEntry)).all()) == 2
    page = sign_in(client, county.leader).get(f"/teams/{county.team.public_id}/duty?month=2026-10").text
    assert "改过的（1 天）" in page and "来电说明" in page


def test_as_of_an_instant_only_what_was_entered_by_then_counts(county: County) -> None:
    with as_if(at_noon):
        tell(county.resident, county, ON, THURSDAY)
    with as_if(at_noon + 2 * DAY):
        tell(county.resident, county, TRAVEL, D(2026, 10, 16))
        tell(county.resident, county, REST, THURSDAY)
        week = D(2026, 10, 12), D(2026, 10, 18)
        assert counted(county, *week) == 1
        assert counted(county, *week, at_noon + DAY) == 1
        assert counted(county, *week, at_noon - DAY) == 0
        assert counted(county, THURSDAY, THURSDAY, at_noon + DAY) == 1
        assert counted(county, THURSDAY, THURSDAY) == 0


def test_who_tells_of_whose_days(county: County) -> None:
    stranger = an_actor(county.bureau, Role.RESIDENT, make_team())
    mate = an_actor(county.bureau, Role.RESIDENT, county.team)
    db.session.commit()
    with as_if(at_noon):
        for who in (stranger, county.officer, county.leader, mate):
            with pytest.raises(NotAllowed):
                tell(who, county, ON, THURSDAY, reason="我看见他了")
        with pytest.raises(RuleBroken) as refused:
            tell(county.head, county, ON, THURSDAY)
        assert "写一句为什么" in refused.value.problems["reason"]
        terms = select(TeamMembership).where(TeamMembership.person_id == mate.person_id)
        db.session.scalars(terms).one().is_head = True
        db.session.commit()
        tell(mate, county, ON, THURSDAY)  # the head of the team, without a reason
        assert counted(county, THURSDAY, THURSDAY) == 1


def test_nobody_is_told_of_on_a_day_on_which_they_were_in_no_team(county: County) -> None:
    with as_if(at_noon), pytest.raises(RuleBroken) as refused:
        tell(county.resident, county, ON, D(2019, 12, 31))
    assert "不在这个组" in refused.value.problems["first"]


def test_a_city_is_told_by_oneself_alone_seen_by_the_team_and_forgotten_in_time(
    client: FlaskClient, county: County
) -> None:
    with as_if(at_noon):
        with pytest.raises(RuleBroken) as refused:
            tell(county.head, county, ON, THURSDAY, city="苏州市", reason="我知道")
        assert "本人" in refused.value.problems["city"]
        tell(county.resident, county, TRAVEL, THURSDAY, city="苏州市吴中区")
    page = f"/teams/{county.team.public_id}/duty?month=2026-10"
    assert "苏州市" in sign_in(client, county.resident).get(page).text
    assert "苏州市" not in sign_in(client, county.leader).get(page).text
    for days, kept in ((30, "320500"), (31, None)):
        with as_if(at_noon + days * DAY):
            services.forget_cities()
            db.session.commit()
            row = db.session.scalars(select(DutyEntry).execution_options(populate_existing=True)).one()
            assert (row.city_code, row.kind) == (kept, TRAVEL)


def test_a_month_tells_what_is_missing_and_prints(client: FlaskClient, county: County) -> None:
    with as_if(at_noon):
        tell(county.resident, county, TRAVEL, D(2026, 10, 12), THURSDAY)
        month = queries.month_of(county.team.id, D(2026, 10, 1), D(2026, 10, 31), THURSDAY)
        row = next(row for row in month.rows if row.person.id == county.resident.person_id)
        assert (row.on_duty, row.missing) == (4, 3)  # 8, 9 and the make-up day 10 October
    me, page = sign_in(client, county.head), f"/teams/{county.team.public_id}/duty"
    assert me.get(f"{page}/print?month=2026-10").status_code == 200
    assert "没有「2026-13」这个月" in me.get(f"{page}?month=2026-13").text


def test_an_officer_writes_a_spot_check_down_and_it_stands_in_the_month(
    client: FlaskClient, county: County
) -> None:
    me, page = sign_in(client, county.head), f"/teams/{county.team.public_id}"
    person = person_of(county.resident)
    typed = {"person": person.public_id, "at": "09:40", "found": "no", "note": "门锁着"}
    assert me.submit(f"{page}/checks/new", typed).status_code == 303
    assert "门锁着" in me.get(f"{page}/duty").text
    again = me.submit(f"{page}/checks/new", typed)
    assert again.status_code == 422 and "已经查过" in again.text


def test_days_of_all_teams_are_counted_in_one_statement(county: County) -> None:
    with as_if(at_noon):
        other = make_team()
        them = an_actor(county.bureau, Role.RESIDENT, other)
        db.session.commit()
        tell(county.resident, county, ON, THURSDAY)
        with acting_as(them):
            services.fill_week(other, THURSDAY)
        found = queries.days_on_duty(D(2026, 10, 12), THURSDAY, now())
    assert found == {(county.team.id, county.resident.person_id): 1, (other.id, them.person_id): 4}
