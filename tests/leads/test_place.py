"""From a lead that was opened from a list, the one before and the one after are a click away."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.promotion.leads import services
from app.promotion.leads.models import Lead
from tests.factories.leads import County, a_confidential_lead, a_county, a_lead, an_enterprise, sign_in

Db = scoped_session[Session]
LIST = "/leads?q=第&sort=number"


@pytest.fixture
def county(session: Db) -> County:
    """Leads 第1条 to 第4条, in this order by their numbers."""
    found = a_county()
    for number in range(1, 5):
        a_lead(found, name=f"第{number}条", enterprise_id=an_enterprise().id)
    return found


def _links(page: str) -> dict[str, str]:
    """What stands at the place: words and their addresses."""
    place = re.search(r'<p class="place push">(.*?)</p>', page)
    found = re.findall(r'<a[^>]* href="([^"]+)">([^<]+)</a>', place[1]) if place else []
    return {words: address.replace("&amp;", "&") for address, words in found}


def _opened(me: FlaskClient, name: str, address: str = LIST) -> str:
    """The page of a lead, from the list."""
    link = re.search(rf'href="([^"]+)">{name}</a>', me.get(address).text)
    assert link, name
    return me.get(link[1].replace("&amp;", "&")).text


def _title(page: str) -> str:
    return re.search(r"<h1>([^<]+)</h1>", page)[1].strip()  # type: ignore[index]


@pytest.mark.both_databases
def test_a_lead_knows_its_number_its_neighbours_and_the_way_back(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.officer)
    links = _links(_opened(me, "第2条"))
    assert list(links) == ["第 2 / 4 条", "上一条", "下一条"]
    assert _title(me.get(links["上一条"]).text) == "第1条"
    assert _title(me.get(links["下一条"]).text) == "第3条"
    assert me.get(links["第 2 / 4 条"]).text.count("data-tick>") == 4


def test_the_first_has_none_before_it_and_the_last_none_after(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.officer)
    assert list(_links(_opened(me, "第1条"))) == ["第 1 / 4 条", "下一条"]
    assert list(_links(_opened(me, "第4条"))) == ["第 4 / 4 条", "上一条"]


@pytest.mark.both_databases
def test_one_that_moved_to_the_top_by_being_changed_still_leads_on(
    county: County, client: FlaskClient
) -> None:
    me = sign_in(client, county.officer)
    link = re.search(r'href="([^"]+)">第2条</a>', me.get("/leads?q=第").text)
    assert link
    lead = db.session.query(Lead).filter_by(name="第2条").one()
    lead.content = "改过的内容"
    db.session.commit()
    links = _links(me.get(link[1].replace("&amp;", "&")).text)
    assert _title(me.get(links["上一条"]).text) == "第3条"
    assert _title(me.get(links["下一条"]).text) == "第1条"


def test_one_that_left_the_list_leads_on_to_those_that_stayed(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.officer)
    link = re.search(r'href="([^"]+)">第2条</a>', me.get(LIST).text)
    assert link
    lead = db.session.query(Lead).filter_by(name="第2条").one()
    with acting_as(county.head):
        services.archive_lead(lead, "重复")
    db.session.commit()
    links = _links(me.get(link[1].replace("&amp;", "&")).text)
    assert _title(me.get(links["上一条"]).text) == "第1条"
    assert _title(me.get(links["下一条"]).text) == "第3条"


def test_a_page_that_was_opened_from_elsewhere_has_no_place(county: County, client: FlaskClient) -> None:
    lead = db.session.query(Lead).first()
    assert lead
    assert _links(sign_in(client, county.officer).get(f"/leads/{lead.public_id}").text) == {}


@pytest.mark.parametrize("query", ["place=x", "place=0", "place=1&among=stage%3Dnone", "place=99"])
def test_a_place_that_is_none_is_left_away(county: County, client: FlaskClient, query: str) -> None:
    lead = db.session.query(Lead).first()
    assert lead
    answer = sign_in(client, county.officer).get(f"/leads/{lead.public_id}?{query}")
    assert answer.status_code == 200
    assert _links(answer.text) == {}


def test_a_hidden_lead_is_nobody_s_neighbour(county: County, client: FlaskClient) -> None:
    a_confidential_lead(county, county.head, name="第5条", enterprise_id=an_enterprise().id)
    assert list(_links(_opened(sign_in(client, county.officer), "第4条"))) == ["第 4 / 4 条", "上一条"]
