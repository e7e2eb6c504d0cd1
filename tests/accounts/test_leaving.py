"""Who leaves, and a team whose term ends, leave nothing behind that nobody sees any more."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.records.history import EntryKind
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.promotion.leads import queries
from app.promotion.steps.models import Step
from app.register.accounts import services
from app.register.accounts.enums import Role
from app.register.accounts.models import Person
from app.register.accounts.queries import people_to_narrow_by, teams_to_narrow_by
from tests.factories.accounts import make_team, make_unit
from tests.factories.leads import ContactMade, County, a_county, a_lead, a_signed_lead, an_actor, sign_in
from tests.factories.leads import person_id as id_of

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]


def officer_and_colleague(county: County) -> tuple[Person, Person]:
    officer, colleague = (id_of(each) for each in (county.officer, county.colleague))
    return db.session.get_one(Person, officer), db.session.get_one(Person, colleague)


def test_what_is_in_the_name_of_who_leaves_goes_to_who_takes_over(session: Db) -> None:
    county = a_county()
    lead = a_lead(county, next_what="约严总来看厂房", next_on=today() + timedelta(days=2))
    leaving, successor = (
        db.session.get_one(Person, id_of(each)) for each in (county.officer, county.colleague)
    )
    with acting_as(county.head):
        with pytest.raises(RuleBroken) as refused:
            services.archive_person(leaving, "调走")
        services.archive_person(leaving, "调走", successor=successor)
    assert refused.value.problems["successor"].endswith("选由谁接手")
    assert "1 条在跟或已签约的线索" in refused.value.problems["successor"]
    assert lead.owner_id == successor.id
    told = [row for row in queries.entries_of(lead) if row.kind is EntryKind.ASSIGN]
    assert max(told, key=lambda row: row.id).reason == f"{leaving.name}离开，由{successor.name}接手"
    assert session.scalars(select(Step)).one().owner_id == successor.id


def test_a_signed_lead_takes_its_project_along(session: Db) -> None:
    county = a_county()
    with ContactMade():
        lead = a_signed_lead(county)
    leaving, successor = (
        db.session.get_one(Person, id_of(each)) for each in (county.officer, county.colleague)
    )
    with acting_as(county.head):
        services.archive_person(leaving, "退休", successor=successor)
    assert lead.owner_id == successor.id


def test_who_has_nothing_to_hand_over_simply_leaves(session: Db) -> None:
    county = a_county()
    person = db.session.get_one(Person, id_of(county.outsider))
    with acting_as(county.head):
        services.archive_person(person, "调走")
    assert person.is_archived


def test_a_team_that_ends_hands_its_leads_to_another_team(session: Db) -> None:
    county = a_county()
    ended, other = make_team(parent=county.bureau), make_team(parent=county.bureau)
    lead = a_lead(county, unit_id=county.park.id, team_id=ended.id)
    with acting_as(county.head):
        with pytest.raises(RuleBroken, match="名下还有"):
            services.archive_unit(ended, "撤组")
        with pytest.raises(RuleBroken, match="另一个驻点组"):
            services.archive_unit(ended, "撤组", successor=county.park)
        services.archive_unit(ended, "撤组", successor=other)
    assert (lead.unit_id, lead.team_id, lead.owner_id) == (county.park.id, other.id, id_of(county.officer))


def test_who_left_and_a_team_that_ended_stay_in_the_filters_marked(session: Db) -> None:
    county = a_county()
    person, team = db.session.get_one(Person, id_of(county.outsider)), make_team(parent=county.bureau)
    with acting_as(county.head):
        services.archive_person(person, "调走")
        services.archive_unit(team, "撤组")
    assert people_to_narrow_by()[-1] == (person.public_id, f"{person.name}（已离开）")
    assert teams_to_narrow_by()[-1] == (team.public_id, f"{team.name}（已撤销）")


def test_the_page_names_what_is_held_and_asks_who_takes_over(session: Db, client: FlaskClient) -> None:
    county = a_county()
    administrator = an_actor(make_unit(), Role.ADMINISTRATOR)
    a_lead(county)
    person = db.session.get_one(Person, id_of(county.officer))
    browser = sign_in(client, administrator)
    page = browser.get(f"/admin/people/{person.public_id}").text
    assert "名下还有 1 条在跟或已签约的线索" in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    sent = {"csrf_token": token[1], "reason": "调走", "version": person.version}
    refused = browser.post(f"/admin/people/{person.public_id}/archive", data=sent)
    assert refused.status_code == 422
    assert "选由谁接手" in refused.text
    successor = db.session.get_one(Person, id_of(county.colleague)).public_id
    done = browser.post(f"/admin/people/{person.public_id}/archive", data=sent | {"successor": successor})
    assert done.status_code == 303
