"""Whom the pickers and filters of every feature offer, and what they call people of one name."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import now
from app.core.web.files import store
from app.promotion.leads import services as leads
from app.promotion.leads.enums import ReviewVerdict
from app.register.accounts import services as accounts
from app.register.accounts.enums import Role
from app.register.accounts.models import Person, User
from tests.factories.accounts import make_person
from tests.factories.leads import (
    a_conclusion,
    a_contract,
    a_county,
    a_file,
    a_lead,
    an_actor,
    person_id,
    sign_in,
)
from tests.factories.visits import a_visit, person_of

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]


def _person(actor: Actor) -> Person:
    return db.session.get_one(Person, actor.person_id)


def _named(actor: Actor, name: str) -> Person:
    person = _person(actor)
    person.name = name
    db.session.commit()
    return person


def _leaves(actor: Actor) -> Person:
    accounts.archive_person(_person(actor), "调走")
    db.session.commit()
    return _person(actor)


def _shut_out(actor: Actor) -> Person:
    accounts.disable_user(db.session.get_one(User, actor.user_id))
    db.session.commit()
    return _person(actor)


def _offered(page: str, name: str) -> dict[str, str]:
    """What a select or a row of boxes offers: value -> words."""
    choices = re.search(rf'<select[^>]*name="{name}"[^>]*>(.*?)</select>', page, re.DOTALL)
    if choices:
        return dict(re.findall(r'<option[^>]*value="([^"]*)"[^>]*>([^<]*)<', choices[1]))
    return dict(re.findall(rf'name="{name}"[^>]*value="([^"]*)".*?<span[^>]*>([^<]*)<', page, re.DOTALL))


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/leads", "owner"),
        ("/leads/board", "owner"),
        ("/visits", "person"),
        ("/projects", "owner"),
        ("/funnel", "owner"),
        ("/leads/new", "owner"),
    ],
)
def test_namesakes_bear_their_unit_and_others_their_bare_name(
    session: Db, client: FlaskClient, path: str, field: str
) -> None:
    county = a_county()
    one, other = _named(county.officer, "李明"), _named(county.resident, "李明")
    offered = _offered(sign_in(client, county.head).get(path).text, field)
    assert offered[one.public_id] == f"李明（{county.park.name}）"
    assert offered[other.public_id] == f"李明（{county.bureau.name}）"
    assert offered[_person(county.colleague).public_id] == county.colleague.name


@pytest.mark.parametrize(
    ("path", "field"),
    [("/leads", "owner"), ("/visits", "person"), ("/projects", "owner"), ("/funnel", "owner")],
)
def test_a_filter_calls_the_chosen_one_as_its_picker_does(
    session: Db, client: FlaskClient, path: str, field: str
) -> None:
    county = a_county()
    chosen = _named(county.officer, "李明")
    _named(county.resident, "李明")
    page = sign_in(client, county.head).get(f"{path}?{field}={chosen.public_id}").text
    assert f"<strong>李明（{county.park.name}）</strong>" in page


@pytest.mark.parametrize(
    ("path", "field"),
    [("/leads", "owner"), ("/visits", "person"), ("/projects", "owner"), ("/funnel", "owner")],
)
def test_a_filter_on_somebody_who_left_stays_chosen(
    session: Db, client: FlaskClient, path: str, field: str
) -> None:
    county = a_county()
    gone = _leaves(county.officer)
    me = sign_in(client, county.head)
    assert _offered(me.get(path).text, field)[gone.public_id] == f"{gone.name}（已离开）"
    page = me.get(f"{path}?{field}={gone.public_id}").text
    assert _offered(page, field)[gone.public_id] == f"{gone.name}（已离开）"
    assert re.search(rf'value="{gone.public_id}"\s+selected', page)


def test_who_left_or_was_shut_out_is_given_nothing_new(session: Db, client: FlaskClient) -> None:
    county = a_county()
    lead = a_lead(county, county.resident)
    gone, shut = _leaves(county.outsider), _shut_out(county.colleague)
    me = sign_in(client, county.head)
    for path, field in (
        ("/leads/new", "owner"),
        (f"/leads/{lead.public_id}/assign", "owner"),
        (f"/steps/new/lead/{lead.public_id}", "owner"),
        (f"/leads/{lead.public_id}/fill/first-talk", "first_negotiator_id"),
        (f"/leads/{lead.public_id}/agreements/new", "drafter"),
        (f"/leads/{lead.public_id}/access", "members"),
    ):
        offered = _offered(me.get(path).text, field)
        assert _person(county.officer).public_id in offered, path
        assert not {gone.public_id, shut.public_id} & set(offered), path
    mates = _offered(sign_in(client, county.officer).get("/visits/new").text, "next_owner")
    assert set(mates) == {_person(county.officer).public_id}


def test_leads_of_somebody_shut_out_are_still_found_by_them(session: Db, client: FlaskClient) -> None:
    county = a_county()
    a_lead(county, county.officer, name="还在手上的")
    shut = _shut_out(county.officer)
    me = sign_in(client, county.head)
    assert shut.public_id in _offered(me.get("/leads").text, "owner")
    assert "还在手上的" in me.get(f"/leads?owner={shut.public_id}").text


def test_papers_keep_the_people_who_left_when_the_rest_is_edited(session: Db, client: FlaskClient) -> None:
    county = a_county()
    lead = a_lead(county, county.colleague)
    agreement = a_contract(lead, county)
    outside = make_person("傅以宁", county.bureau)
    with acting_as(county.head):
        found = a_conclusion(verdict=ReviewVerdict.REFUSED)
        leads.record_paper(agreement, outside.id, found, store(a_file()))
    talk = {"first_negotiator_id": person_id(county.officer), "first_talk_on": agreement.signed_on}
    with acting_as(county.colleague):
        leads.update_lead(lead, lead.version, talk)
        leads.set_confidential(lead, False, [person_id(county.officer)])
    db.session.commit()
    drafter = _leaves(county.officer)
    outside.archived_at, outside.archive_reason = now(), "离开"
    db.session.commit()
    me, paper = sign_in(client, county.head), (a_file().stream, "审查意见.pdf")
    for url, action, fields in (
        (f"/agreements/{agreement.public_id}/edit", None, {"title": "投资协议（修订）"}),
        (f"/agreements/{agreement.public_id}/review", None, {"opinion": "同意", "file": paper}),
        (f"/leads/{lead.public_id}/fill/first-talk", None, {}),
        (f"/leads/{lead.public_id}/access", None, {}),
    ):
        assert "（已离开）" in me.get(url).text, url
        answer = me.submit(url, fields, action)
        assert answer.status_code == 303, url
    session.expire_all()
    assert agreement.drafter is drafter and agreement.review is not None
    assert agreement.review.reviewer is outside and agreement.title == "投资协议（修订）"
    assert lead.first_negotiator is drafter
    assert [member.person_id for member in lead.members] == [drafter.id]


def test_namesakes_who_came_along_are_told_apart_on_the_visit(session: Db, client: FlaskClient) -> None:
    county = a_county()
    visit = a_visit(county, county.officer)
    one, other = _named(county.officer, "李明"), _named(county.colleague, "李明")
    one.post, other.post = "科长", "科员"
    db.session.commit()
    me = sign_in(client, county.officer)
    page = me.get(f"/visits/{visit.public_id}/edit").text
    assert f"李明（{county.park.name}科长）" in page and f"李明（{county.park.name}科员）" in page
    refused = me.submit(f"/visits/{visit.public_id}/edit", {"others": "李明"})
    assert refused.status_code == 422 and f"请连单位一起写，例如 李明（{county.park.name}科" in refused.text
    taken = me.submit(f"/visits/{visit.public_id}/edit", {"others": f"李明（{county.park.name}科员）"})
    assert taken.status_code == 303
    session.expire_all()
    assert {row.person_id for row in visit.participants} == {one.id, other.id}


@pytest.mark.parametrize("bureau", ["招商局", "招商局（驻沪，驻甬）"])
def test_namesakes_with_one_post_come_along_by_the_words_that_a_refusal_suggests(
    session: Db, client: FlaskClient, bureau: str
) -> None:
    county = a_county()
    visit = a_visit(county, county.officer)
    county.park.name = bureau
    for actor in (county.officer, county.colleague):
        _named(actor, "张伟")
    db.session.commit()
    me, page = sign_in(client, county.officer), f"/visits/{visit.public_id}/edit"
    refused = me.submit(page, {"others": "张伟"}).text
    told = re.search("例如 (张伟（[^<]+）)", refused)
    assert told and "，账号 " in told[1]
    other = person_of(county.head).name
    assert me.submit(page, {"others": f"{told[1]}、{other}", "people": []}).status_code == 303
    session.expire_all()
    came = {row.person for row in visit.participants}
    assert {person.name for person in came} == {"张伟", other} and len(came) == 2
    account = session.scalars(select(User).where(User.login == told[1].rpartition(" ")[2].rstrip("）"))).one()
    assert account.person in came


def test_people_alike_in_all_but_their_account_are_told_apart(session: Db, client: FlaskClient) -> None:
    county = a_county()
    one, other = _named(county.officer, "李明"), _named(county.colleague, "李明")
    third = make_person("李明", county.park)
    fourth = make_person("李明", county.park)
    db.session.commit()
    offered = _offered(sign_in(client, county.head).get("/leads").text, "owner")
    park = county.park.name
    accounts_of = {user.person_id: user.login for user in db.session.scalars(select(User))}
    assert offered[one.public_id] == f"李明（{park}，账号 {accounts_of[one.id]}）"
    assert offered[other.public_id] == f"李明（{park}，账号 {accounts_of[other.id]}）"
    assert len({offered[person.public_id] for person in (one, other, third, fourth)}) == 4


def test_a_picker_offers_only_those_who_can_be_meant(session: Db, client: FlaskClient) -> None:
    county = a_county()
    administrator = an_actor(county.bureau, Role.ADMINISTRATOR)
    guest = make_person("没有账号的人", county.park)
    lead = a_lead(county, county.officer)
    agreement = a_contract(lead, county)
    me = sign_in(client, county.head)
    can_act = {_person(actor).public_id for actor in (county.officer, county.resident, county.head)}
    for path, field in (
        ("/leads/new", "owner"),
        (f"/leads/{lead.public_id}/assign", "owner"),
        (f"/steps/new/lead/{lead.public_id}", "owner"),
        (f"/leads/{lead.public_id}/agreements/new", "drafter"),
    ):
        offered = set(_offered(me.get(path).text, field))
        assert can_act <= offered, path
        assert (guest.public_id in offered) is (field == "drafter"), path  # work needs an account
        assert not {_person(administrator).public_id, _person(county.leader).public_id} & offered, path
    for path in ("/leads/new", f"/leads/{lead.public_id}/access"):
        offered = set(_offered(me.get(path).text, "members"))
        assert _person(county.leader).public_id in offered, path
        assert _person(administrator).public_id not in offered, path
    asked, on_paper = (
        set(_offered(me.get(f"/agreements/{agreement.public_id}/{page}").text, "reviewer"))
        for page in ("ask", "review")
    )
    assert _person(county.colleague).public_id in asked - on_paper
    assert guest.public_id in on_paper - asked
    assert agreement.drafter is not None and agreement.drafter.public_id not in asked | on_paper


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/leads/new", "owner"),
        ("/leads/new", "members"),
        ("/visits/new", "next_owner"),
        ("/leads", "owner"),
        ("/visits", "person"),
        ("/projects", "owner"),
        ("/funnel", "owner"),
    ],
)
def test_each_row_of_a_picker_says_unit_and_post_and_how_the_name_is_read(
    session: Db, client: FlaskClient, path: str, field: str
) -> None:
    county = a_county()
    person = _named(county.head, "沈若兰")
    person.post = "科长"
    db.session.commit()
    page = sign_in(client, county.head).get(path).text
    select_ = re.search(rf'<select[^>]*name="{field}"[^>]*data-people[^>]*>(.*?)</select>', page, re.DOTALL)
    assert select_
    row = re.search(rf'<option value="{person.public_id}"[^>]*>', select_[1])
    assert row and f'data-note="{county.bureau.name} 科长" data-sound="shenruolan srl"' in row[0]
    assert re.search(r'data-placed="[a-z0-9 ]+\|ke zhang"', row[0])
