"""定向招商: entered, found, changed, archived; seen by whose they are and by nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.errors import RuleBroken, Stale
from app.core.values.registries import HELD, NAMED_IN, Sought
from app.promotion.campaigns import indexing, services
from app.promotion.campaigns.listing import CAMPAIGNS
from app.promotion.campaigns.models import Campaign
from app.promotion.steps.enums import StepState
from app.register.accounts.enums import Role
from tests.factories.accounts import make_person, make_team
from tests.factories.campaigns import a_campaign, an_archived_campaign, campaign_data
from tests.factories.leads import County, a_county, an_actor, sign_in
from tests.factories.steps import make_step
from tests.factories.visits import person_of
from tests.services.client import forms_of
from tests.services.index import drained

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def opened(campaign: Campaign) -> str:
    return f"/campaigns/{campaign.public_id}"


def the_form(county: County, **changed: str) -> dict[str, str]:
    owner = person_of(county.officer).public_id
    days = {"first_on": today().isoformat(), "last_on": (today() + timedelta(days=20)).isoformat()}
    return {"name": "定向招商一", "method": "directed", "owner": owner, "notes": ""} | days | changed


def test_an_officer_enters_a_campaign_and_stands_on_its_page(client: FlaskClient, county: County) -> None:
    me = sign_in(client, county.officer)
    answer = me.submit("/campaigns/new", the_form(county))
    campaign = db.session.scalars(select(Campaign)).one()
    assert answer.location == opened(campaign)
    assert (campaign.unit_id, campaign.owner_id) == (county.park.id, county.officer.person_id)
    assert "定向招商一" in me.get(opened(campaign)).text


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(
    client: FlaskClient, county: County
) -> None:
    me = sign_in(client, county.officer)
    refused = me.submit("/campaigns/new", the_form(county, name="", notes="已谈过"))
    assert refused.status_code == 422
    assert "写一个名称" in refused.text and "已谈过" in refused.text
    assert db.session.scalars(select(Campaign)).all() == []


def test_the_list_finds_it_by_its_words_and_only_for_those_who_see_it(
    client: FlaskClient, county: County
) -> None:
    campaign = a_campaign(county.officer, notes="储能产业链")
    asked = CAMPAIGNS.asked({"q": "储能 定向招商"})
    assert CAMPAIGNS.page(asked, county.leader).rows == [campaign]
    assert CAMPAIGNS.page(asked, county.outsider).rows == []
    assert campaign.name in sign_in(client, county.colleague).get("/campaigns?q=储能").text


def test_it_is_found_by_search(client: FlaskClient, county: County) -> None:
    campaign = a_campaign(county.officer, name="储能对接会")
    drained()
    assert opened(campaign) in sign_in(client, county.officer).get("/search?q=储能对接会").text
    assert indexing.SOURCE.find("储能", county.officer, 5) == [campaign.public_id]
    assert indexing.SOURCE.find("储能", county.outsider, 5) == []


def test_a_change_is_saved_and_a_second_one_from_an_old_page_is_not_lost(
    client: FlaskClient, county: County
) -> None:
    campaign = a_campaign(county.officer)
    me = sign_in(client, county.officer)
    chosen = next(
        form for form in forms_of(me.get(f"{opened(campaign)}/edit").text) if "owner" in form.fields
    )
    assert chosen.fields["owner"] == person_of(county.officer).public_id
    saved = me.submit(f"{opened(campaign)}/edit", the_form(county, name="改了的名称"))
    assert (
        saved.location == opened(campaign) and db.session.get_one(Campaign, campaign.id).name == "改了的名称"
    )
    with acting_as(county.officer), pytest.raises(Stale):
        services.change_campaign(campaign, 1, campaign_data(county.officer, name="又改"))


def test_another_owner_takes_over_its_unit_and_what_is_to_be_done(county: County) -> None:
    campaign = a_campaign(county.officer)
    step = make_step(person_of(county.officer), on=campaign)
    with acting_as(county.officer):
        services.change_campaign(campaign, campaign.version, campaign_data(county.outsider))
    assert (campaign.unit_id, step.unit_id) == (county.outsider.unit_id, county.outsider.unit_id)
    assert step.owner_id == county.outsider.person_id


def test_an_archived_one_is_read_and_nothing_is_left_to_do(client: FlaskClient, county: County) -> None:
    campaign = a_campaign(county.officer)
    step = make_step(person_of(county.officer), on=campaign)
    db.session.commit()
    me = sign_in(client, county.officer)
    me.submit(opened(campaign), {"reason": "记重了"}, f"{opened(campaign)}/archive")
    assert db.session.get_one(Campaign, campaign.id, populate_existing=True).is_archived
    assert step.state is StepState.DROPPED
    page = me.get(opened(campaign)).text
    assert "已归档，只能查看：记重了" in page and "/edit" not in page
    refused = me.get(f"{opened(campaign)}/edit")
    assert refused.status_code == 403 and "已归档，只能查看" in refused.text
    assert campaign.name not in me.get("/campaigns").text
    me.submit(opened(campaign), {}, f"{opened(campaign)}/restore")
    assert not db.session.get_one(Campaign, campaign.id, populate_existing=True).is_archived


def test_whoever_leaves_hands_over_what_is_still_under_way(county: County) -> None:
    campaign, old = a_campaign(county.officer), an_archived_campaign(county.officer)
    held, leaving = HELD["campaigns"], county.officer.person_id
    assert (held.of_person(leaving), held.of_unit(county.park.id)) == (1, 1)
    held.from_person(leaving, county.outsider.person_id, today(), "调走")
    assert (campaign.owner_id, campaign.unit_id) == (county.outsider.person_id, county.outsider.unit_id)
    held.from_unit(county.outsider.unit_id, county.bureau.id, today(), "撤销")
    assert campaign.unit_id == county.bureau.id
    assert (old.owner_id, old.unit_id) == (leaving, county.park.id)


def test_nobody_who_cannot_sign_in_is_made_its_owner(county: County) -> None:
    data = replace(campaign_data(county.officer), owner=make_person("没有账号的人"))
    with acting_as(county.officer), pytest.raises(RuleBroken, match="没有账号"):
        services.create_campaign(data)


def test_whom_it_names_is_told_before_they_are_erased(county: County, app: Flask) -> None:
    campaign = a_campaign(county.officer, notes="联系人严文舟")
    sought = Sought("0" * 16, county.enterprise.id, ("严文舟",))
    with app.test_request_context():
        assert [one.public_id for one in NAMED_IN["campaigns"](sought, county.officer)] == [
            campaign.public_id
        ]
        assert NAMED_IN["campaigns"](sought, county.outsider) == []


def test_it_has_next_steps_comments_tags_and_a_past(client: FlaskClient, county: County) -> None:
    campaign = a_campaign(county.officer)
    subject = subject_of(campaign)
    me = sign_in(client, county.officer)
    said = {"text": "请盯紧"}
    me.submit(f"/comments/on/{subject.kind}/{subject.id}", said)
    planned = {"what": "发通知", "due_on": today().isoformat(), "owner": person_of(county.officer).public_id}
    assert me.submit(f"/steps/new/{subject.kind}/{subject.id}", planned).location == opened(campaign)
    page = me.get(opened(campaign)).text
    assert "请盯紧" in page and "发通知" in page
    assert campaign.name in me.get("/steps").text


def test_a_period_without_days_and_goals_in_a_wrong_unit_are_said_where_they_are_typed(
    client: FlaskClient, county: County
) -> None:
    me = sign_in(client, county.officer)
    before = (today() - timedelta(days=1)).isoformat()
    refused = me.submit("/campaigns/new", the_form(county, last_on=before))
    assert refused.status_code == 422 and "这样一天也没有" in refused.text
    refused = me.submit("/campaigns/new", the_form(county, goal_visits="三十家", goal_amount="500000000"))
    assert refused.status_code == 422
    assert "要写 0 到 10000 之间的整数" in refused.text and "没写单位" in refused.text
    assert db.session.scalars(select(Campaign)).all() == []


def test_places_are_read_and_what_is_none_is_named(client: FlaskClient, county: County) -> None:
    me = sign_in(client, county.officer)
    refused = me.submit("/campaigns/new", the_form(county, region="江苏省苏州市、乌有市"))
    assert refused.status_code == 422 and "没有认出「乌有市」" in refused.text
    me.submit("/campaigns/new", the_form(county, region="江苏省苏州市、320200"))
    campaign = db.session.scalars(select(Campaign)).one()
    assert campaign.regions == ["320500", "320200"]
    assert "无锡市" in me.get(opened(campaign)).text


def test_details_of_a_fund_stand_with_a_fund_alone(client: FlaskClient, county: County) -> None:
    me = sign_in(client, county.officer)
    refused = me.submit("/campaigns/new", the_form(county, fund_name="青岚产业基金"))
    assert refused.status_code == 422 and "只有基金招商填这一项" in refused.text
    me.submit("/campaigns/new", the_form(county, method="fund", fund_name="青岚产业基金"))
    campaign = db.session.scalars(select(Campaign)).one()
    assert "青岚产业基金" in me.get(opened(campaign)).text
    assert "合作基金" not in me.get(opened(a_campaign(county.officer))).text


def test_a_team_that_takes_part_sees_it_and_no_longer_once_it_is_taken_off(county: County) -> None:
    team = make_team(parent=county.bureau)
    resident = an_actor(county.bureau, Role.RESIDENT, team)
    campaign = a_campaign(county.officer, parts=[team])
    asked = CAMPAIGNS.asked()
    assert CAMPAIGNS.page(asked, resident).rows == [campaign]
    with acting_as(county.officer):
        services.change_campaign(campaign, campaign.version, campaign_data(county.officer))
    assert CAMPAIGNS.page(asked, resident).rows == []


def test_how_one_stands_follows_from_its_days(county: County) -> None:
    day = today()
    planned = a_campaign(county.officer, first_on=day + timedelta(days=3))
    running = a_campaign(county.officer)
    overdue = a_campaign(county.officer, first_on=day - timedelta(days=40))
    for state, campaign in (("planned", planned), ("running", running), ("overdue", overdue)):
        assert CAMPAIGNS.page(CAMPAIGNS.asked(state=state), county.leader).rows == [campaign]
