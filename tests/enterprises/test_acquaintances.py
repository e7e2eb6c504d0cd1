"""Who of the county knows a company, and what anchors here buy of what it makes, on its page."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor
from app.core.storage.db import db
from app.core.values.clock import today
from app.register.enterprises.queries import Acquaintance, who_knows
from tests.factories.leads import County, a_confidential_lead, a_county, a_lead, sign_in
from tests.factories.visits import a_visit

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def known(county: County, actor: Actor) -> list[Acquaintance]:
    db.session.commit()
    return list(who_knows([county.enterprise.id], actor).get(county.enterprise.id, ()))


def test_who_met_it_and_who_has_its_lead_knows_a_company_the_latest_first(county: County) -> None:
    long_ago = today() - timedelta(days=40)
    for day in (long_ago, today()):
        a_visit(county, held_on=day)
    a_lead(county)
    told = known(county, county.head)
    hows = [how for one in told for how in one.hows]
    assert "走访接待" in hows and "负责线索" in hows
    assert [one.on for one in told] == sorted((one.on for one in told), reverse=True)


def test_who_was_at_a_confidential_visit_is_told_to_those_alone_who_are_named_on_it(county: County) -> None:
    a_visit(county, county.officer, lead=a_confidential_lead(county, county.officer))
    assert known(county, county.head) == []
    assert known(county, county.officer) != []


def test_the_page_of_a_company_names_who_knows_it(client: FlaskClient, county: County) -> None:
    a_visit(county)
    text = sign_in(client, county.resident).get(f"/enterprises/{county.enterprise.public_id}").text
    assert "谁熟悉这家企业" in text and "走访接待" in text
