"""招商成效 against tables worked out by hand: each number is the rows that it opens."""

import html
import io
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import update
from sqlalchemy.orm import Session, scoped_session

from app.core.records.metrics import METRICS
from app.core.storage.changes import BULK_ALLOWED
from app.core.storage.db import db
from app.core.values.clock import now, today
from app.figures.outcomes import metrics
from app.figures.outcomes.enums import ComparedBy
from app.figures.outcomes.enums import OutcomeFigure as F
from app.figures.outcomes.metrics import OutcomeLine, Outcomes
from app.figures.outcomes.rules import OutcomeDays
from app.promotion.leads.enums import LeadSource
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit
from app.register.accounts.enums import Role
from tests.factories.accounts import make_team
from tests.factories.campaigns import a_campaign, a_company_in
from tests.factories.expenses import an_expense
from tests.factories.leads import (
    ContactMade,
    County,
    a_confidential_lead,
    a_county,
    a_lead,
    a_signed_lead,
    an_actor,
    an_enterprise,
    sign_in,
)
from tests.factories.visits import a_visit, person_of
from tests.house.numbers import Numbers, opened_by, without_a_link

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases
DAY = timedelta(days=1)


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def signed(county: County, **changed: object) -> None:
    with ContactMade():
        a_signed_lead(county, **changed)


def the_year() -> OutcomeDays:
    return OutcomeDays(today() - 364 * DAY, today())


def asked(by: str, **more: str) -> str:
    days = the_year()
    told = {"by": by, "from": days.first.isoformat(), "to": days.last.isoformat(), **more}
    return "&".join(f"{name}={value}" for name, value in told.items())


def line_of(of: Outcomes, name: str) -> OutcomeLine:
    return next(line for line in of.lines if line.who and line.who.name == name)


def told(line: OutcomeLine) -> dict[F, float | None]:
    return {one.figure: one.value for one in line.outcomes}


def test_a_team_by_hand(county: County) -> None:
    """Met one company twice and another one by phone, brought a lead to a contract, spent 8,000 元."""
    me, other = county.resident, an_enterprise()
    a_visit(county, me, held_on=today() - 100 * DAY)
    a_visit(county, me, held_on=today() - 90 * DAY, kind=VisitKind.RECEPTION)
    a_visit(county, me, held_on=today() - 80 * DAY, enterprise=other, kind=VisitKind.CALL)
    a_lead(county, me)  # of 60 days ago: 40 days after the first meeting
    an_expense(me, amount=8_000)
    of = metrics.outcomes(ComparedBy.TEAM, the_year(), county.head)
    assert told(line_of(of, county.team.name)) == {
        F.MET_FIRST: 1,
        F.MET_AGAIN: 1,
        F.OUTBOUND: 1,
        F.RECEPTION: 1,
        F.VALID: 0,
        F.TALKS: 0,
        F.SIGNED: 0,
        F.AMOUNT: 0,
        F.COST: 8_000,
        F.PER_LEAD: None,  # no valid lead: no cost of one
        F.PER_YI: None,
        F.DAYS_TO_LEAD: 40,
        F.DAYS_TO_SIGN: None,
    }


def test_cost_of_a_lead_and_of_a_yi_by_hand(county: County) -> None:
    signed(county)  # 2.6 亿 by the officer of the park
    an_expense(county.officer, amount=13_000)
    of = metrics.outcomes(ComparedBy.UNIT, the_year(), county.head)
    park = told(line_of(of, county.park.name))
    assert (park[F.VALID], park[F.TALKS], park[F.SIGNED], park[F.AMOUNT]) == (1, 1, 1, 260_000_000)
    assert (park[F.PER_LEAD], park[F.PER_YI]) == (13_000, 5_000)
    assert told(of.total) == park


def test_what_nobody_spent_costs_no_nought_but_is_not_told(county: County) -> None:
    signed(county)
    park = told(line_of(metrics.outcomes(ComparedBy.UNIT, the_year(), county.head), county.park.name))
    assert park[F.COST] == 0 and park[F.PER_LEAD] is None and park[F.PER_YI] is None


def test_a_visit_that_two_teams_share_counts_for_both_and_once_in_the_total(county: County) -> None:
    second = make_team("第二组", county.bureau)
    mate = an_actor(county.bureau, Role.RESIDENT, second)
    a_visit(county, county.resident, people=[person_of(county.resident), person_of(mate)])
    of = metrics.outcomes(ComparedBy.TEAM, the_year(), county.head)
    assert [told(line_of(of, name))[F.OUTBOUND] for name in (county.team.name, "第二组")] == [1, 1]
    assert told(of.total)[F.OUTBOUND] == 1


def test_ways_are_the_sources_of_leads_and_sum_up_to_all(county: County) -> None:
    signed(county, source=LeadSource.DIRECTED)
    a_lead(county, source=LeadSource.DIRECTED)
    of = metrics.outcomes(ComparedBy.METHOD, the_year(), county.head)
    assert F.COST not in of.figures and F.OUTBOUND not in of.figures
    way = told(line_of(of, LeadSource.DIRECTED.label))
    assert (way[F.VALID], way[F.SIGNED], way[F.AMOUNT]) == (1, 1, 260_000_000)
    assert told(of.total)[F.AMOUNT] == sum(told(line)[F.AMOUNT] or 0 for line in of.lines)


def test_a_campaign_counts_what_its_companies_did_within_its_days(county: County) -> None:
    campaign = a_campaign(county.head, first_on=today() - 20 * DAY)
    a_company_in(campaign, county.head, county.enterprise)
    a_visit(county, held_on=today() - 30 * DAY)
    a_visit(county, held_on=today() - 10 * DAY)
    of = metrics.outcomes(ComparedBy.CAMPAIGN, the_year(), county.head)
    assert told(line_of(of, campaign.name))[F.OUTBOUND] == 1


def test_what_was_written_down_later_is_not_known_earlier(county: County) -> None:
    visit = a_visit(county, held_on=today() - 40 * DAY)
    a_visit(county, held_on=today() - 50 * DAY)
    written = {"execution_options": {BULK_ALLOWED: True}}
    db.session.execute(update(Visit).values(created_at=now() - 45 * DAY), **written)
    late = update(Visit).where(Visit.id == visit.id).values(created_at=now() - 10 * DAY)
    db.session.execute(late, **written)
    db.session.commit()
    days = the_year()
    then = OutcomeDays(days.first, days.last, now() - 30 * DAY)
    counted = [
        told(line_of(metrics.outcomes(ComparedBy.TEAM, each, county.head), county.team.name))[F.OUTBOUND]
        for each in (then, days)
    ]
    assert counted == [1, 2]


@pytest.fixture
def full(county: County) -> County:
    for back in (100, 90, 20):
        a_visit(county, held_on=today() - back * DAY)
    signed(county)
    a_lead(county, county.resident)
    a_confidential_lead(county, county.resident)
    an_expense(county.resident, amount=8_000)
    campaign = a_campaign(county.head, first_on=today() - 90 * DAY, last_on=today())
    a_company_in(campaign, county.head, county.enterprise)
    return county


def shown(me: FlaskClient, path: str) -> str:
    answer = me.get(html.unescape(path))
    assert answer.status_code == 200, path
    return answer.text


def rows_behind(me: FlaskClient, url: str) -> int:
    page = shown(me, url)
    closed = re.search(r"另有 (\d+) 条保密", page)
    lines = page.count("data-line")
    told = re.search(r"共 <strong>(\d+)</strong>", page)
    assert (int(told[1]) if told else 0) == lines
    return lines + (int(closed[1]) if closed else 0)


@pytest.mark.parametrize("by", ["team", "unit", "person", "method", "campaign"])
def test_each_number_is_a_metrics_and_opens_its_rows(full: County, client: FlaskClient, by: str) -> None:
    me = sign_in(client, full.head)
    page = Numbers(shown(me, f"/outcomes?{asked(by)}"))
    assert {one.code for one in page.of_metrics} <= set(METRICS)
    assert without_a_link(page) == []
    counted = [
        (url, number)
        for url, number in opened_by(page)
        if re.search(r"figure=(met_|outbound|reception|valid|talks|signed)", url)
    ]
    assert counted
    for url, number in counted:
        assert rows_behind(me, url) == number, url


def test_a_resident_reads_their_team_and_its_people_and_no_other(full: County, client: FlaskClient) -> None:
    second = make_team("第二组", full.bureau)
    an_actor(full.bureau, Role.RESIDENT, second)
    db.session.commit()
    theirs, other = full.team.name, second.public_id
    me = sign_in(client, full.resident)
    page = shown(me, f"/outcomes?{asked('team')}")
    assert theirs in page and "第二组" not in page
    assert full.resident.name in shown(me, f"/outcomes?{asked('person')}")
    assert me.get(f"/outcomes?{asked('unit')}").status_code == 403
    assert me.get(f"/outcomes/rows?{asked('team', who=other, figure='valid')}").status_code == 404


def test_paper_and_workbook_say_what_the_page_says(full: County, client: FlaskClient) -> None:
    me = sign_in(client, full.head)
    assert full.team.name in shown(me, f"/outcomes/print?{asked('team')}")
    answer = me.submit(f"/outcomes?{asked('team')}", {}, f"/outcomes/export?{asked('team')}")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_name("招商成效")
    heads, *lines = sheet.to_python()
    of = metrics.outcomes(ComparedBy.TEAM, the_year(), full.head)
    team = line_of(of, full.team.name)
    row = next(line for line in lines if line[0] == full.team.name)
    assert heads[0] == "驻点组" and len(heads) == len(of.figures) + 1
    assert row[1] == team.of(F.MET_FIRST).value
    assert row[1 + of.figures.index(F.COST)] == 0.8


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("from=2026-12-01&to=2026-11-01", "对调"),
        ("from=1990-01-01&to=2026-01-01", "最长"),
        ("known_at=gestern", "2026-10-31T18:00"),
    ],
)
def test_days_that_are_none_are_refused_with_a_word(
    county: County, client: FlaskClient, bad: str, says: str
) -> None:
    me = sign_in(client, county.head)
    answer = me.get(f"/outcomes?{bad}")
    assert answer.status_code == 400 and says in answer.text
