"""A week at a glance: whom teams met and what came of it, who is silent, which steps are over their date."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import as_if, start_of, today
from app.core.values.errors import RuleBroken
from app.figures.outcomes import queries
from app.figures.outcomes.enums import LeadResult, MetAs
from app.figures.outcomes.queries import WeekSheet
from app.figures.outcomes.rules import WorkWeek, days_over, result_of, week_around
from app.promotion.leads.enums import LeadStage as S
from app.promotion.residents import services as residents
from app.promotion.residents.enums import DutyKind
from app.promotion.steps import services as steps
from app.promotion.visits.enums import VisitKind
from app.register.accounts.enums import Role
from tests.factories.accounts import join_team, make_team
from tests.factories.leads import County, a_county, a_lead, an_actor, an_enterprise, move, sign_in
from tests.factories.steps import make_step
from tests.factories.visits import a_visit, person_of

Db = scoped_session[Session]
DAY = timedelta(days=1)
MONDAY = date(2026, 6, 8)


@pytest.mark.parametrize(
    ("on", "now_is", "monday", "until", "after"),
    [
        (None, MONDAY + 2 * DAY, MONDAY, MONDAY + 2 * DAY, None),
        (MONDAY, MONDAY + 6 * DAY, MONDAY, MONDAY + 6 * DAY, None),
        (MONDAY + 6 * DAY, MONDAY + 7 * DAY, MONDAY, MONDAY + 6 * DAY, MONDAY + 7 * DAY),
        (MONDAY - DAY, MONDAY, MONDAY - 7 * DAY, MONDAY - DAY, MONDAY),
    ],
)
def test_a_week_is_monday_to_sunday(
    on: date | None, now_is: date, monday: date, until: date, after: date | None
) -> None:
    week = week_around(on, now_is)
    assert (week.monday, week.sunday, week.until) == (monday, monday + 6 * DAY, until)
    assert (week.before, week.after) == (monday - 7 * DAY, after)


def test_a_week_that_has_not_begun_is_refused_in_words() -> None:
    with pytest.raises(RuleBroken, match="这一周还没到"):
        week_around(MONDAY + 7 * DAY, MONDAY + 6 * DAY)


@pytest.mark.parametrize(
    ("came_from", "stage", "result"),
    [
        (None, S.LEAD, LeadResult.REGISTERED),
        (S.LEAD, S.ASSESSED, LeadResult.FORWARD),
        (S.LEAD, S.NEGOTIATING, LeadResult.FORWARD),
        (S.APPROVED, S.SIGNED, LeadResult.SIGNED),
        (S.NEGOTIATING, S.FIRST_TALK, None),
        (S.NEGOTIATING, S.LOST, None),
        (S.NEGOTIATING, S.ON_HOLD, None),
        (S.ON_HOLD, S.NEGOTIATING, None),
    ],
)
def test_what_a_move_says(came_from: S | None, stage: S, result: LeadResult | None) -> None:
    assert result_of(came_from, stage) is result


@pytest.mark.parametrize(
    ("due", "done", "over"),
    [(0, None, 6), (6, None, 0), (-3, None, 9), (0, 2, 2), (0, 9, 6), (4, 4, 0)],
)
def test_how_late_a_step_was_by_the_end_of_the_week(due: int, done: int | None, over: int) -> None:
    week = WorkWeek(MONDAY, MONDAY + 20 * DAY)
    done_on = None if done is None else MONDAY + done * DAY
    assert days_over(MONDAY + due * DAY, done_on, week) == over


# --- in the county -----------------------------------------------------------------------------------


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def last_week() -> WorkWeek:
    return week_around(today() - 7 * DAY, today())


def read(actor: Actor, week: WorkWeek, team: str = "") -> WeekSheet:
    teams = queries.teams_in(week, actor)
    chosen = next((each for each in teams if each.name == team), None)
    return queries.week_sheet(week, teams, chosen, actor)


def on_duty(county: County, actor: Actor, day: date, kind: DutyKind = DutyKind.ON_DUTY) -> None:
    with acting_as(actor):
        residents.mark(county.team, person_of(actor), residents.DutyData(kind, day, day))
        db.session.commit()


def a_mate(county: County) -> Actor:
    return an_actor(county.bureau, Role.RESIDENT, county.team)


@pytest.mark.both_databases
def test_whom_a_team_met_first_and_again(county: County) -> None:
    week = last_week()
    other = an_enterprise()
    a_visit(county, held_on=week.monday - 30 * DAY)
    a_visit(county, held_on=week.monday)
    a_visit(county, held_on=week.sunday, enterprise=other)
    a_visit(county, held_on=week.sunday, enterprise=an_enterprise(), kind=VisitKind.CALL)
    a_visit(county, held_on=week.monday - DAY, enterprise=other, kind=VisitKind.CALL)
    [line] = read(county.head, week).lines
    assert [visit.met for visit in line.visits] == [MetAs.AGAIN, MetAs.FIRST, MetAs.CALL]
    assert (line.met("first"), line.met("again"), line.met("call")) == (1, 1, 1)


@pytest.mark.both_databases
def test_a_visit_of_two_members_stands_once_for_the_team_and_with_each_of_them(county: County) -> None:
    week, mate = last_week(), a_mate(county)
    a_visit(county, held_on=week.monday, people=[person_of(county.resident), person_of(mate)])
    [line] = read(county.head, week).lines
    assert len(line.visits) == 1
    of = read(county.head, week, county.team.name)
    assert {each.who.name: len(each.visits) for each in of.lines} == {county.resident.name: 1, mate.name: 1}


@pytest.mark.both_databases
def test_what_came_of_it(county: County) -> None:
    week = last_week()
    lead = a_lead(county, county.resident, registered_on=week.monday)
    move(lead, S.ASSESSED, county.resident, week.monday + DAY)
    a_lead(county, county.resident, registered_on=week.monday - DAY, enterprise_id=an_enterprise().id)
    [line] = read(county.head, week).lines
    assert [(move.result, move.day) for move in line.moves] == [
        (LeadResult.REGISTERED, week.monday),
        (LeadResult.FORWARD, week.monday + DAY),
    ]
    [own] = read(county.head, week, county.team.name).lines
    assert own.moves == line.moves


@pytest.mark.both_databases
def test_who_is_silent_and_since_when(county: County) -> None:
    week, mate, away, untold = last_week(), a_mate(county), a_mate(county), a_mate(county)
    day = week.working_days[0]
    for actor in (county.resident, mate):
        on_duty(county, actor, day)
    on_duty(county, away, day, DutyKind.LEAVE)
    a_visit(county, held_on=week.sunday)
    a_visit(county, mate, held_on=week.monday - 9 * DAY)
    found = read(county.head, week).silent
    assert [(one.person.name, one.days, one.since) for one in found] == [
        (mate.name, 1, week.monday - 9 * DAY),
        (untold.name, 0, None),
    ]


@pytest.mark.both_databases
def test_which_steps_slip(county: County) -> None:
    week = last_week()
    owner = person_of(county.resident)
    back = (today() - week.monday).days
    with as_if(start_of(week.monday - 30 * DAY)):
        names = ("old", "late", "in time", "dropped", "later")
        made = {name: make_step(owner=owner, what=name, due_in=23) for name in names}
        made["next week"] = make_step(owner=owner, what="next week", due_in=30 + 7)
        db.session.commit()
    with as_if(start_of(week.monday - 8 * DAY)):
        steps.close_step(made["in time"], "已送")
    with as_if(start_of(week.monday + DAY)):
        steps.close_step(made["late"], "已送")
    steps.close_step(made["later"], "已送")
    db.session.commit()
    make_step(owner=owner, what="entered after it", due_in=-back)
    made["dropped"].state = "dropped"
    db.session.commit()
    of = read(county.head, week)
    assert {one.step.what: (one.step.over, one.step.done_on) for one in of.steps} == {
        "old": (13, None),
        "late": (8, week.monday + DAY),
        "later": (13, None),
    }
    assert of.lines[0].slipped == 3


@pytest.mark.both_databases
def test_what_a_reader_may_not_open_is_counted_and_not_told(county: County, client: FlaskClient) -> None:
    week, mate = last_week(), a_mate(county)
    on_duty(county, county.resident, week.working_days[0])
    a_visit(county, held_on=week.monday).confidential = True
    db.session.commit()
    [line] = read(mate, week).lines
    assert (line.visits, line.closed) == ((), 1)
    assert county.resident.name not in [one.person.name for one in read(mate, week).silent]
    [own] = read(county.resident, week).lines
    assert (len(own.visits), own.closed) == (1, 0)
    page = sign_in(client, mate).get(f"/outcomes/week?on={week.monday}").text
    assert county.enterprise.name not in page and "另有 1 条保密" in page


@pytest.mark.both_databases
def test_somebody_who_changed_teams_stands_in_each_with_what_was_done_for_it(county: County) -> None:
    week, second = last_week(), make_team("第二组", county.bureau)
    mover = an_actor(county.bureau, Role.RESIDENT)
    join_team(person_of(mover), county.team, week.monday - 100 * DAY, week.monday)
    join_team(person_of(mover), second, week.monday + DAY)
    db.session.commit()
    a_visit(county, mover, held_on=week.monday)
    lines = {each.who.name: len(each.visits) for each in read(county.head, week).lines}
    assert lines == {county.team.name: 1, "第二组": 0}


@pytest.mark.both_databases
def test_the_page_of_the_county_of_a_team_and_on_paper(county: County, client: FlaskClient) -> None:
    week, second = last_week(), make_team("第二组", county.bureau)
    a_mate_of_second = an_actor(county.bureau, Role.RESIDENT, second)
    visit = a_visit(county, held_on=week.monday)
    me = sign_in(client, county.head)
    page = me.get(f"/outcomes/week?on={week.sunday}").text
    assert county.team.name in page and "第二组" in page and f"/visits/{visit.public_id}" in page
    assert f"on={week.before}" in page and week.words in page
    one = me.get(f"/outcomes/week?on={week.monday}&team={second.public_id}").text
    assert a_mate_of_second.name in one and f"/visits/{visit.public_id}" not in one
    paper = me.get(f"/outcomes/week/print?on={week.monday}")
    assert paper.status_code == 200 and county.enterprise.name in paper.text


@pytest.mark.both_databases
def test_a_member_sees_the_own_team_alone(county: County, client: FlaskClient) -> None:
    second = make_team("第二组", county.bureau)
    an_actor(county.bureau, Role.RESIDENT, second)
    me = sign_in(client, county.resident)
    page = me.get("/outcomes/week").text
    assert county.resident.name in page and "第二组" not in page
    assert me.get(f"/outcomes/week?team={second.public_id}").status_code == 404
    outsider = sign_in(client, county.outsider).get("/outcomes/week").text
    assert "没有您能看的驻点组" in outsider


def test_what_cannot_be_a_week_is_said(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.head)
    for on, words in (("2026-02-30", "真有的一天"), (f"{today() + 7 * DAY}", "这一周还没到")):
        answer = me.get(f"/outcomes/week?on={on}")
        assert answer.status_code in (400, 422) and words in answer.text, on
