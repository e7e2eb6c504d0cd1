"""The home page as people see it: figures with their basis, headings that count everything."""

import html
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from app.accounts.models import Person
from app.core.db import db
from app.leads.enums import LeadStage
from app.steps import queries as steps
from tests.factories.leads import (
    ContactMade,
    a_county,
    a_lead,
    a_lead_at,
    a_signed_lead,
    an_enterprise,
    sign_in,
)
from tests.factories.steps import make_step

Db = scoped_session[Session]


def test_a_heading_says_how_many_there_are_and_how_many_it_lists(
    session: Db, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "LONGEST", 3)
    county = a_county()
    me = db.session.get_one(Person, county.officer.person_id)
    for days in range(5):
        make_step(me, due_in=-1 - days)
    page = sign_in(client, county.officer).get("/").text
    assert "逾期 5</h3>" in page and "共 5 件，仅列前 3 条" in page
    assert '<strong class="late">5 件已逾期</strong>' in page


def test_a_heading_that_lists_all_says_no_more(session: Db, client: FlaskClient) -> None:
    county = a_county()
    make_step(db.session.get_one(Person, county.officer.person_id), due_in=-1)
    page = sign_in(client, county.officer).get("/").text
    assert "逾期 1</h3>" in page and "仅列前" not in page


@pytest.mark.parametrize(
    ("query", "status"), [("", 200), ("?view=", 200), ("?view=team", 200), ("?view=all", 400)]
)
def test_whose_day_it_is_can_be_chosen_of_two(
    session: Db, client: FlaskClient, query: str, status: int
) -> None:
    answer = sign_in(client, a_county().officer).get(f"/{query}")
    assert answer.status_code == status
    assert (status == 200) == ("看谁的没有「all」这一项" not in answer.text)


def test_the_leader_reads_what_the_signings_count_and_the_sum_of_the_stock(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    with ContactMade():
        a_lead(county)
        a_lead_at(county, LeadStage.ASSESSED, enterprise_id=an_enterprise().id)
        a_signed_lead(county, enterprise_id=an_enterprise().id)
    page = sign_in(client, county.leader).get("/").text
    assert "今年签的，不论哪年登记；今年登记的里签了" in page
    total = re.search(
        r'<th scope="row" colspan="2">合计</th><td class="num">(\d+)</td><td class="num">([\d.]+)</td>', page
    )
    assert total and total.groups() == ("2", "5.20")
    assert "不含已签约、暂缓和流失的" in page


@pytest.mark.both_databases
def test_what_is_being_negotiated_opens_to_exactly_its_rows(session: Db, client: FlaskClient) -> None:
    county = a_county()
    with ContactMade():
        a_lead(county, name="只是线索")
        for name, stage in (("研判中的", LeadStage.ASSESSED), ("在评审的", LeadStage.REVIEWING)):
            a_lead_at(county, stage, name=name, enterprise_id=an_enterprise().id)
        a_signed_lead(county, name="签好的", enterprise_id=an_enterprise().id)
    me = sign_in(client, county.leader)
    found = re.search(r'<a[^>]*href="([^"]+)"[^>]*>\s*(?:<[^>]+>)?2<', me.get("/").text.split("正在谈的")[1])
    assert found
    rows = me.get(html.unescape(found[1])).text.split('id="rows"')[1]
    assert "研判中的" in rows and "在评审的" in rows and "合计 2 个" in rows
    assert "只是线索" not in rows and "签好的" not in rows
