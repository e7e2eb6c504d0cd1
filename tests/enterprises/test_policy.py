"""Who may read the numbers of a company's people: own → team → unit → county, by who works with it."""

import pytest
from sqlalchemy.orm import Session, scoped_session

from app.accounts.enums import Role
from app.core.auth import Actor, acting_as
from app.core.errors import NotAllowed
from app.enterprises import policy, services
from app.enterprises.models import Enterprise
from app.visits import services as visits
from tests.factories.enterprises import make_contact, make_enterprise
from tests.factories.leads import (
    County,
    a_confidential_lead,
    a_county,
    a_lead,
    an_actor,
    person_id,
)
from tests.factories.projects import a_project
from tests.factories.visits import a_todo, a_visit

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]


def who_may(county: County, row: Enterprise | None = None) -> set[str]:
    people = {
        "head": county.head,
        "officer": county.officer,
        "colleague": county.colleague,
        "resident": county.resident,
        "outsider": county.outsider,
        "leader": county.leader,
    }
    row = row or county.enterprise
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


def test_a_step_opens_them_to_who_is_to_take_it(session: Db) -> None:
    county = a_county()
    a_visit(county, county.officer, next_step=a_todo(county.outsider))
    assert "outsider" in who_may(county)


def test_a_project_opens_them_as_its_lead_did(session: Db) -> None:
    county = a_county()
    project = a_project(county)
    project.lead.archived_at = project.lead.created_at
    session.commit()
    assert who_may(county) == {"head", "officer", "colleague"}


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
