"""What others feel of a company (archiving, its people) is for who works with it, and for the 招商局."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.values.errors import NotAllowed, RuleBroken
from app.promotion.leads import services as leads
from app.promotion.steps.models import Step
from app.register.enterprises import services
from app.register.enterprises.models import Contact, Enterprise
from app.register.enterprises.services import ContactData, current_data
from tests.factories.accounts import join_team, make_team
from tests.factories.days import entered_yesterday
from tests.factories.enterprises import file_away, make_contact
from tests.factories.leads import (
    County,
    a_confidential_lead,
    a_county,
    a_lead,
    sign_in,
)
from tests.factories.projects import a_project
from tests.factories.steps import make_step
from tests.factories.visits import a_visit, person_of, visit_data
from tests.services.client import forms_of

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]
Act = Callable[[Enterprise, Contact], object]
a_visit_of_yesterday = entered_yesterday(a_visit)

ACTS: dict[str, Act] = {
    "archive": lambda row, _contact: services.archive_enterprise(row, row.version, "已注销"),
    "change a contact": lambda _row, contact: services.update_contact(
        contact, contact.version, ContactData("贺晓冬", phone="13987654321")
    ),
    "archive a contact": lambda _row, contact: services.archive_contact(contact, contact.version),
}
UNDOING: dict[str, Act] = {
    "restore": lambda row, _contact: services.restore_enterprise(row, row.version),
    "restore a contact": lambda _row, contact: services.restore_contact(contact, contact.version),
}


def a_contact(county: County) -> Contact:
    """Of the county's company, entered by the head."""
    with acting_as(county.head):
        return make_contact(county.enterprise)


@pytest.mark.parametrize("act", [*ACTS, *UNDOING])
def test_who_does_not_work_with_a_company_is_told_whom_to_ask_and_changes_nothing(
    session: Db, act: str
) -> None:
    county = a_county()
    contact = a_contact(county)
    if act in UNDOING:
        file_away(county.enterprise)
        contact.archived_at = county.enterprise.archived_at
    session.commit()
    before = county.enterprise.version, contact.version, contact.personal.phone
    with acting_as(county.outsider), pytest.raises(NotAllowed) as refused:
        (ACTS | UNDOING)[act](county.enterprise, contact)
    assert "请找招商局" in refused.value.message
    assert (county.enterprise.version, contact.version, contact.personal.phone) == before


@pytest.mark.parametrize("act", ACTS)
def test_a_visit_of_ones_own_is_work_with_the_company_from_the_next_day_on(session: Db, act: str) -> None:
    county = a_county()
    contact = a_contact(county)
    a_visit_of_yesterday(county, county.outsider, next_step=None)
    with acting_as(county.outsider):
        ACTS[act](county.enterprise, contact)
    assert county.enterprise.is_archived or contact.version > 1


def test_anybody_puts_right_what_is_public_of_a_company(session: Db) -> None:
    county = a_county()
    with acting_as(county.outsider):
        right = replace(current_data(county.enterprise), headcount=120)
        services.update_enterprise(county.enterprise, county.enterprise.version, right)
    assert county.enterprise.headcount == 120


def test_a_card_is_put_right_by_who_entered_it_until_somebody_else_has_changed_it(session: Db) -> None:
    county = a_county()
    with acting_as(county.outsider):
        contact = make_contact(county.enterprise, "贺小冬")
        services.update_contact(contact, contact.version, ContactData("贺晓冬"))
    with acting_as(county.head):
        services.update_contact(contact, contact.version, ContactData("贺晓冬", phone="13987654321"))
    with acting_as(county.outsider), pytest.raises(NotAllowed):
        services.update_contact(contact, contact.version, ContactData("贺晓冬", phone="13812346021"))


OTHERS = {
    "a lead": a_lead,
    "a signed project": a_project,
    "a step": lambda county: make_step(person_of(county.officer), county.enterprise),
}


@pytest.mark.parametrize("work", OTHERS)
def test_what_others_have_under_way_is_archived_by_the_bureau_alone(session: Db, work: str) -> None:
    county = a_county()
    OTHERS[work](county)
    join_team(person_of(county.outsider), make_team())  # a row that is of no team is not of theirs either
    a_visit_of_yesterday(county, county.outsider, next_step=None)
    with acting_as(county.outsider), pytest.raises(RuleBroken) as refused:
        services.archive_enterprise(county.enterprise, county.enterprise.version, "已注销")
    assert refused.value.problems[""] == "还有别的单位在跟这家企业，归档请找招商局办"
    with acting_as(county.head):
        services.archive_enterprise(county.enterprise, county.enterprise.version, "已注销")


def test_a_hidden_confidential_lead_neither_stops_archiving_nor_is_stopped_by_it(session: Db) -> None:
    county = a_county()
    lead = a_confidential_lead(county)
    a_visit_of_yesterday(county, county.outsider, next_step=None)
    with acting_as(county.outsider):
        services.archive_enterprise(county.enterprise, county.enterprise.version, "已注销")
    # Whoever holds the lead alone hears of it, from nobody.
    told = session.scalars(select(Step).where(Step.what.contains("已归档（已注销）"))).one()
    assert (told.owner_id, told.author_id, told.confidential) == (county.officer.person_id, None, True)
    visit = a_visit(county, county.officer, lead=lead)
    assert lead.last_contact_on == visit.held_on == visit_data(county, county.officer).held_on


def test_a_lead_that_is_over_stops_nobody(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    with acting_as(county.officer):
        leads.archive_lead(lead, "不做了")
    a_visit_of_yesterday(county, county.outsider, next_step=None)
    with acting_as(county.outsider):
        services.archive_enterprise(county.enterprise, county.enterprise.version, "已注销")
    assert county.enterprise.is_archived


def test_the_page_shows_no_button_that_would_be_refused_and_says_whom_to_ask(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    contact = a_contact(county)
    session.commit()
    url, edit = f"/enterprises/{county.enterprise.public_id}", f"/contacts/{contact.public_id}/edit"
    sign_in(client, county.outsider)
    shown = client.get(url).text
    assert f"{url}/archive" not in shown and edit not in shown
    assert "归档和恢复由跟过这家企业的人或招商局办" in shown and "也由他们改" in shown
    for page in (f"{url}/archive", edit):
        refused = client.get(page)
        assert refused.status_code == 403 and "请找招商局" in refused.text
    a_visit_of_yesterday(county, county.outsider, next_step=None)
    shown = client.get(url).text
    assert f"{url}/archive" in shown and edit in shown
    assert client.get(f"{url}/archive").status_code == 200


def test_the_page_says_before_anything_is_typed_that_others_are_at_work(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    a_lead(county)
    a_visit_of_yesterday(county, county.outsider, next_step=None)
    sign_in(client, county.outsider)
    url = f"/enterprises/{county.enterprise.public_id}/archive"
    page = client.get(url).text
    assert "还有别的单位在跟这家企业" in page
    assert url not in [form.action for form in forms_of(page)]
