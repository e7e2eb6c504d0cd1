"""Who opened how many numbers: counted by the day, told to the head of the bureau while it can be asked."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor, acting_as
from app.core.values.clock import as_if, now
from app.core.values.errors import OverBudget
from app.office.settings.services import save
from app.promotion.visits.services import confirm_visit
from app.register.enterprises import queries, services
from app.register.enterprises.rules import MOST_NUMBERS
from tests.factories.enterprises import make_contact
from tests.factories.leads import County, a_county, sign_in
from tests.factories.visits import a_visit

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]


def opens(session: Db, county: County, actor: Actor, number: int) -> int:
    """Somebody opens numbers of people they have entered themselves; how many they may."""
    with acting_as(actor):
        for opened in range(number):
            contact = make_contact(county.enterprise, f"贺{opened}号")
            session.commit()
            try:
                services.reveal_contact(contact)
            except OverBudget:
                session.rollback()
                return opened
            session.commit()
    return number


def allowed(number: int) -> None:
    save(MOST_NUMBERS, dict.fromkeys(MOST_NUMBERS.roles, number), version=None)


def test_the_county_sets_how_many_numbers_a_role_opens_in_a_day(session: Db) -> None:
    county = a_county()
    with acting_as(county.head):
        allowed(3)
    session.commit()
    assert opens(session, county, county.officer, 5) == 3
    with as_if(now() + timedelta(days=1)):
        assert opens(session, county, county.officer, 1) == 1


def test_the_head_of_the_bureau_is_told_of_who_has_opened_many_and_of_nobody_else(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    with acting_as(county.head):
        allowed(5)
    opens(session, county, county.officer, 3)
    opens(session, county, county.outsider, 4)
    sign_in(client, county.head)
    home = client.get("/").text
    assert f"{county.outsider.name} 今天看了 4 个，一天最多 5 个" in home
    assert county.officer.name not in home and "/contacts/reveals" in home
    sign_in(client, county.officer)
    assert "今天看了" not in client.get("/").text
    assert client.get("/contacts/reveals").status_code == 403


def test_the_page_tells_how_many_and_not_of_which_companies(session: Db, client: FlaskClient) -> None:
    county = a_county()
    with as_if(now() - timedelta(days=2)):
        opens(session, county, county.officer, 2)
    opens(session, county, county.officer, 1)
    rows = queries.numbers_opened()
    assert [(row.person.name, row.today, row.week) for row in rows] == [(county.officer.name, 1, 3)]
    sign_in(client, county.head)
    page = client.get("/contacts/reveals").text
    assert county.officer.name in page and county.enterprise.name not in page


def test_the_head_reads_who_confirmed_whose_visits_on_the_day(session: Db, client: FlaskClient) -> None:
    county = a_county()

    def confirmed(**changed: Any) -> None:
        visit = a_visit(county, county.resident, **changed)
        with acting_as(county.head):
            confirm_visit(visit)
        session.commit()

    confirmed()
    confirmed()
    with as_if(now() - timedelta(days=8)):
        confirmed()
    with as_if(now() - timedelta(days=1)):
        late = a_visit(county, county.resident)
    with acting_as(county.head):
        confirm_visit(late)
    session.commit()
    told = [(row.wrote.name, row.confirmed.name, row.number) for row in queries.vouched_for()]
    assert told == [(county.resident.name, county.head.name, 2)]
    sign_in(client, county.head)
    page = client.get("/contacts/reveals").text
    assert "当天就有人确认的走访" in page and county.resident.name in page
