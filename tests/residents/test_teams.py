"""Resident teams: side by side, what is kept of one, who is in it, whom it keeps up with."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, Stale
from app.promotion.residents import queries, services
from app.promotion.residents.models import TeamAssociation
from app.register.accounts.enums import Role
from app.register.accounts.models import Person, TeamMembership
from tests.factories.accounts import make_person, make_team
from tests.factories.leads import County, a_county, an_actor, an_enterprise, sign_in
from tests.factories.residents import a_profile, places_known

Db = scoped_session[Session]
DAY = timedelta(days=1)
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    places_known()
    return a_county()


def page_of(county: County) -> str:
    return f"/teams/{county.team.public_id}"


def name_of(county: County) -> str:
    return db.session.get_one(Person, county.resident.person_id).name


PROFILE = {"city": "苏州市", "zone": "江苏省、宁波市\n上海市", "tasks": "盯住储能", "equipment": "汽车 1 辆"}


def test_a_head_writes_what_is_kept_of_a_team_and_everybody_who_works_reads_it(
    client: FlaskClient, county: County
) -> None:
    me = sign_in(client, county.head)
    assert "还没有写地点、片区和任务" in me.get(page_of(county)).text
    typed = PROFILE | {"opened_on": "2019-03-01"}
    assert me.submit(f"{page_of(county)}/edit", typed).location == page_of(county)
    for who in (county.head, county.officer, county.resident, county.leader):
        you = sign_in(client, who)
        page, all_of_them = you.get(page_of(county)).text, you.get("/teams").text
        assert "苏州市" in page and "江苏省、浙江省宁波市、上海市" in page and "汽车 1 辆" in page
        assert "江苏省、浙江省宁波市、上海市" in all_of_them and name_of(county) in all_of_them


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"opened_on": ""}, "写上设立的那一天"),
        ({"opened_on": "2026-01-01"}, "就在组里了"),
        ({"closed_on": "2026-01-01"}, "还没有最后一天"),
        ({"city": "没有这个市"}, "没有找到「没有这个市」"),
        ({"city": "江苏省"}, "是一个省"),
        ({"zone": "江苏省、火星"}, "没有找到「火星」"),
        ({"equipment": "长" * 61}, "第 1 行太长"),
    ],
)
def test_what_cannot_be_is_said_at_the_field(
    client: FlaskClient, county: County, changed: dict[str, str], said: str
) -> None:
    me = sign_in(client, county.head)
    refused = me.submit(f"{page_of(county)}/edit", PROFILE | {"opened_on": "2019-03-01"} | changed)
    assert refused.status_code == 422 and said in refused.text
    assert queries.profile_of(county.team.id) is None


@pytest.mark.parametrize(
    ("typed", "kept"), [("苏州市吴中区", "320500"), ("上海市浦东新区", "310000"), ("宁波", "330200")]
)
def test_a_place_is_kept_as_its_city_however_near_it_was_told(county: County, typed: str, kept: str) -> None:
    assert a_profile(county.head, county.team, city=typed).city_code == kept


def test_the_second_of_two_who_write_it_first_is_shown_what_the_other_wrote(county: County) -> None:
    a_profile(county.head, county.team)
    with acting_as(county.head), pytest.raises(Stale):
        services.save_profile(county.team, 0, services.ProfileData("", (), "别的", (), today()))


def test_somebody_joins_and_leaves_and_the_page_tells_who_was_there_when(
    client: FlaskClient, county: County
) -> None:
    person = make_person("白桦", county.park)
    db.session.commit()
    me = sign_in(client, county.head)
    typed = {"person": person.public_id, "starts_on": (today() - 9 * DAY).isoformat(), "is_head": "y"}
    assert me.submit(f"{page_of(county)}/members/new", typed).location == page_of(county)
    assert "白桦" in me.get(page_of(county)).text and "白桦" in me.get("/teams").text
    term = db.session.scalars(select(TeamMembership).where(TeamMembership.person_id == person.id)).one()
    edit = f"/teams/members/{term.public_id}/edit"
    assert me.submit(edit, {"ends_on": (today() - DAY).isoformat()}).location == page_of(county)
    assert "以前的（1）" in me.get(page_of(county)).text and "白桦" not in me.get("/teams").text


def test_a_person_of_another_team_is_refused_with_that_team_and_its_days(
    client: FlaskClient, county: County
) -> None:
    other = make_team("驻成渝组")
    db.session.commit()
    me = sign_in(client, county.head)
    resident = db.session.get_one(Person, county.resident.person_id)
    typed = {"person": resident.public_id, "starts_on": today().isoformat()}
    refused = me.submit(f"/teams/{other.public_id}/members/new", typed)
    assert refused.status_code == 422 and f"「{county.team.name}」（2020-01-01 起）" in refused.text


def test_nobody_is_in_a_team_before_it_opened(client: FlaskClient, county: County) -> None:
    other, person = make_team(), make_person()
    a_profile(county.head, other, today() - 5 * DAY)
    me = sign_in(client, county.head)
    typed = {"person": person.public_id, "starts_on": (today() - 6 * DAY).isoformat()}
    refused = me.submit(f"/teams/{other.public_id}/members/new", typed)
    assert refused.status_code == 422 and "才设立" in refused.text


def test_an_officer_of_a_park_puts_nobody_into_a_team(client: FlaskClient, county: County) -> None:
    assert sign_in(client, county.officer).get(f"{page_of(county)}/members/new").status_code == 403
    of_bureau = an_actor(county.bureau, Role.OFFICER)
    db.session.commit()
    assert sign_in(client, of_bureau).get(f"{page_of(county)}/members/new").status_code == 200


def test_a_member_writes_whom_the_team_keeps_up_with(client: FlaskClient, county: County) -> None:
    chamber = an_enterprise("青岚县驻苏州商会")
    db.session.commit()
    me = sign_in(client, county.resident)
    typed = {"enterprise": chamber.name, "kind": "chamber", "since": (today() - DAY).isoformat()}
    assert me.submit(f"{page_of(county)}/associations/new", typed).location == page_of(county)
    assert chamber.name in me.get(page_of(county)).text
    again = me.submit(f"{page_of(county)}/associations/new", typed)
    assert again.status_code == 422 and "已经记过" in again.text
    row = db.session.scalars(select(TeamAssociation)).one()
    edit = f"/teams/associations/{row.public_id}/edit"
    me.submit(edit, {"until": (today() - 2 * DAY).isoformat()})
    assert (
        db.session.get_one(TeamAssociation, row.id, populate_existing=True).until is None
    )  # before its first
    me.submit(edit, {"until": (today() - DAY).isoformat()})
    assert "不再联系的（1）" in me.get(page_of(county)).text
    me.submit(edit, action=f"/teams/associations/{row.public_id}/remove")
    assert queries.associations_of(county.team.id) == []


def test_who_is_in_another_team_tells_nothing_of_this_one(county: County) -> None:
    stranger = an_actor(county.bureau, Role.RESIDENT, make_team())
    chamber = an_enterprise()
    with acting_as(stranger), pytest.raises(NotAllowed):
        services.must_tell(county.team)
    assert chamber.id
