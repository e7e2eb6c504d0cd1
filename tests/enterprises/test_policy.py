"""Who may read the numbers of a company's people: own → team → unit → county, by who works with it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from flask_migrate import downgrade, upgrade
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor, acting_as
from app.core.values.clock import as_if, now, today
from app.core.values.errors import NotAllowed
from app.promotion.leads import services as leads
from app.promotion.leads.enums import StepsThen
from app.promotion.steps import services as steps
from app.promotion.steps.models import Step
from app.promotion.visits import services as visits
from app.register.accounts.enums import Role
from app.register.accounts.queries import memberships_of
from app.register.enterprises import policy, services
from app.register.enterprises.models import Enterprise
from app.register.enterprises.services import ContactData
from tests.factories.enterprises import make_contact, make_enterprise
from tests.factories.imports import company_rows, csv_file, written
from tests.factories.leads import (
    County,
    a_confidential_lead,
    a_county,
    a_lead,
    an_actor,
    person_id,
    sign_in,
)
from tests.factories.projects import a_project
from tests.factories.steps import make_step
from tests.factories.visits import a_call, a_todo, a_visit, person_of

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]


def who_may(county: County, row: Enterprise | None = None, *, days_later: int = 1) -> set[str]:
    """Who reads them on the day after all was entered."""
    people = {
        "head": county.head,
        "officer": county.officer,
        "colleague": county.colleague,
        "resident": county.resident,
        "outsider": county.outsider,
        "leader": county.leader,
    }
    row = row or county.enterprise
    with as_if(now() + timedelta(days=days_later)):
        return {name for name, actor in people.items() if policy.may_unmask(actor, row)}


def registered_by(actor: Actor) -> Enterprise:
    with acting_as(actor):
        return make_enterprise()


def test_of_a_company_nobody_works_with_the_bureau_alone_reads_the_numbers(session: Db) -> None:
    assert who_may(a_county()) == {"head"}


def test_whoever_registered_a_company_reads_them_with_team_or_unit(session: Db) -> None:
    county = a_county()
    assert who_may(county, registered_by(county.officer)) == {"head", "officer", "colleague"}
    mate = an_actor(county.bureau, Role.RESIDENT, county.team)
    row = registered_by(county.resident)
    assert who_may(county, row) == {"head", "resident"}
    assert policy.may_unmask(mate, row)


def test_an_import_registers_with_the_unit_and_the_team_of_the_day_too(session: Db) -> None:
    county = a_county()
    mate = an_actor(county.bureau, Role.RESIDENT, county.team)
    with acting_as(county.resident):
        written(csv_file(*company_rows(1)))
    row = session.scalars(select(Enterprise).order_by(Enterprise.id.desc())).first()
    assert row is not None
    assert (row.unit_id, row.team_id) == (county.bureau.id, county.team.id)
    assert policy.may_unmask(mate, row)


def test_rotation_never_moves_the_numbers_along_with_who_registered_the_company(session: Db) -> None:
    county = a_county()
    row, other = registered_by(county.officer), registered_by(county.resident)
    mate = an_actor(county.bureau, Role.RESIDENT, county.team)
    person_of(county.officer).unit_id = person_of(county.outsider).unit_id
    [term] = memberships_of(person_id(county.resident))
    term.ends_on = today() - timedelta(days=1)
    session.commit()
    assert who_may(county, row) == {"head", "officer", "colleague"}
    assert policy.may_unmask(mate, other)


def test_what_was_registered_before_gets_the_authors_unit_of_now_and_their_team_of_that_day(
    session: Db,
) -> None:
    county = a_county()
    early = datetime(2025, 12, 31, 16, 30, tzinfo=UTC)  # the first minutes of the year in Beijing
    with time_machine.travel(early, tick=False):
        row, old = registered_by(county.resident), registered_by(county.officer)
        nobodys = make_enterprise()
    [term] = memberships_of(person_id(county.resident))
    term.starts_on = date(2026, 1, 1)
    person_of(county.officer).unit_id = county.bureau.id
    expected = {
        row.id: (county.bureau.id, county.team.id),
        old.id: (county.bureau.id, None),
        nobodys.id: (None, None),
    }
    session.commit()
    session.remove()
    downgrade(revision="0006")
    upgrade()
    found = session.execute(select(Enterprise.id, Enterprise.unit_id, Enterprise.team_id)).all()
    assert {row_id: held for row_id, *held in found if row_id in expected} == {
        row_id: list(held) for row_id, held in expected.items()
    }


def test_a_lead_opens_them_to_its_owner_and_unit(session: Db) -> None:
    county = a_county()
    a_lead(county)
    assert who_may(county) == {"head", "officer", "colleague"}


def test_a_lead_given_to_a_team_opens_them_to_the_team(session: Db) -> None:
    county = a_county()
    a_lead(county, unit_id=county.park.id, team_id=county.team.id)
    assert who_may(county) == {"head", "officer", "colleague", "resident"}


def test_a_confidential_lead_opens_them_to_the_people_named_and_to_nobody_through_their_unit(
    session: Db,
) -> None:
    county = a_county()
    a_confidential_lead(county, member_ids=(person_id(county.outsider),))
    assert who_may(county) == {"head", "officer", "outsider"}


def test_a_visit_opens_them_to_those_who_took_part_and_an_archived_one_does_not(session: Db) -> None:
    county = a_county()
    visit = a_visit(county)
    assert "resident" in who_may(county)
    assert "outsider" not in who_may(county)
    other = a_county()
    gone = a_visit(other, other.outsider, next_step=None)
    with acting_as(other.outsider):
        visits.archive_visit(gone, gone.version, "记重了")
    session.commit()
    assert "outsider" not in who_may(other)
    assert not visit.is_archived


def test_an_open_step_of_its_own_opens_them_to_who_is_to_take_it_until_it_is_done(session: Db) -> None:
    county = a_county()
    step = make_step(person_of(county.outsider), county.enterprise)
    assert who_may(county) == {"head", "outsider"}
    steps.close_step(step, "方案已送")
    assert who_may(county) == {"head"}


def test_a_step_of_a_visit_opens_nothing_that_the_visit_does_not(session: Db) -> None:
    county = a_county()
    visit = a_visit(county, county.officer, next_step=a_todo(county.outsider))
    assert who_may(county) == {"head", "officer", "colleague"}
    with acting_as(county.officer):
        visits.archive_visit(visit, visit.version, "记重了")
    assert who_may(county) == {"head"}
    [step] = session.scalars(select(Step))
    steps.close_step(step, "不用看了")
    assert who_may(county) == {"head"}


def test_a_step_of_a_lead_opens_nothing_once_the_lead_is_archived(session: Db) -> None:
    county = a_county()
    lead = a_lead(county)
    with acting_as(county.officer):
        make_step(person_of(county.outsider), lead)
        leads.archive_lead(lead, "重复登记")
    assert who_may(county) == {"head"}


def test_a_project_opens_them_as_its_lead_did(session: Db) -> None:
    county = a_county()
    project = a_project(county)
    project.lead.archived_at = project.lead.created_at
    session.commit()
    assert who_may(county) == {"head", "officer", "colleague"}


def a_followed_step(county: County) -> None:
    lead = a_lead(county)
    with acting_as(county.officer):
        make_step(person_of(county.officer), lead)
        leads.archive_lead(lead, "改由企业自己跟", steps=StepsThen.KEEP)


OWN_WORK: dict[str, Callable[[County], object]] = {
    "a visit": lambda county: a_visit(county, county.officer),
    "a call": lambda county: a_call(county, actor=county.officer),
    "a lead": a_lead,
    "a confidential lead": a_confidential_lead,
    "a signed project": a_project,
    "a step that its lead left behind": a_followed_step,
}


@pytest.mark.parametrize("work", OWN_WORK)
def test_what_somebody_enters_opens_no_number_before_the_next_day(session: Db, work: str) -> None:
    county = a_county()
    OWN_WORK[work](county)
    session.commit()
    assert who_may(county, days_later=0) == {"head"}
    assert "officer" in who_may(county)


def test_a_visit_that_somebody_else_confirms_opens_them_at_once(session: Db) -> None:
    county = a_county()
    visit = a_visit(county, county.officer)
    with acting_as(county.officer), pytest.raises(NotAllowed):
        visits.confirm_visit(visit)
    for _ in range(2):  # twice is once
        with acting_as(county.colleague):
            visits.confirm_visit(visit)
        session.commit()
    assert who_may(county, days_later=0) == {"head", "officer", "colleague"}


def test_a_lead_that_somebody_else_takes_in_hand_opens_them_at_once(session: Db) -> None:
    county = a_county()
    lead = a_lead(county, county.resident)
    with acting_as(county.head):
        leads.assign_lead(lead, owner_id=person_id(county.officer), effective_on=today())
    session.commit()
    assert who_may(county, days_later=0) == {"head", "officer", "colleague", "resident"}


def test_the_number_that_somebody_wrote_stays_readable_to_them_and_no_other_one_by_that(
    session: Db,
) -> None:
    county = a_county()
    with acting_as(county.officer):
        own = make_contact(county.enterprise, "贺晓冬")
        assert services.reveal_contact(own)[0] == "13812346021"
    with acting_as(county.head):
        other = make_contact(county.enterprise, "龚子墨")
        services.update_contact(own, own.version, ContactData("贺晓冬", post="总经理"))
    with acting_as(county.officer):
        assert services.reveal_contact(own)
        with pytest.raises(NotAllowed):
            services.reveal_contact(other)
    with acting_as(county.head):
        services.update_contact(own, own.version, ContactData("贺晓冬", phone="13987654321"))
    with acting_as(county.officer), pytest.raises(NotAllowed):
        services.reveal_contact(own)


def test_who_has_to_wait_reads_until_when_and_what_to_do(session: Db, client: FlaskClient) -> None:
    county = a_county()
    with acting_as(county.head):
        make_contact(county.enterprise)
    visit = a_call(county, actor=county.officer)
    sign_in(client, county.officer)
    company, page = f"/enterprises/{county.enterprise.public_id}", f"/visits/{visit.public_id}"
    assert "明天起才开放完整号码" in client.get(company).text and "/reveal" not in client.get(company).text
    assert "或招商局打开这一页点「确认」" in client.get(page).text
    assert f"{page}/confirm" not in client.get(page).text
    sign_in(client, county.colleague)
    assert client.submit(page, action=f"{page}/confirm").status_code == 303
    assert f"{county.colleague.name} " in client.get(page).text
    sign_in(client, county.officer)
    assert "/reveal" in client.get(company).text and "明天起" not in client.get(page).text


def test_who_may_not_is_told_whom_to_ask_and_nothing_of_others_work(session: Db) -> None:
    county = a_county()
    row = registered_by(county.officer)
    with acting_as(county.officer):
        contact = make_contact(row)
        a_lead(county, county.resident, enterprise_id=row.id)
    with acting_as(county.outsider), pytest.raises(NotAllowed) as refused:
        services.reveal_contact(contact)
    assert county.officer.name in refused.value.message and "招商局" in refused.value.message
    assert county.resident.name not in refused.value.message
