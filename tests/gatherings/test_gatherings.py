"""招商活动: entered, found, changed, archived; seen by whose they are and by nobody else."""

from dataclasses import replace

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
from app.promotion.gatherings import indexing, services
from app.promotion.gatherings.listing import GATHERINGS
from app.promotion.gatherings.models import Gathering
from app.promotion.steps.enums import StepState
from tests.factories.accounts import make_person
from tests.factories.gatherings import a_gathering, an_archived_gathering, gathering_data
from tests.factories.leads import County, a_county, sign_in
from tests.factories.steps import make_step
from tests.factories.visits import person_of
from tests.services.client import forms_of
from tests.services.index import drained

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def opened(gathering: Gathering) -> str:
    return f"/gatherings/{gathering.public_id}"


def the_form(county: County, **changed: str) -> dict[str, str]:
    owner = person_of(county.officer).public_id
    day = today().isoformat()
    days = {"first_on": day, "last_on": day, "owner": owner}
    return {"name": "招商活动一", "kind": "promotion", **days, "notes": ""} | changed


def test_an_officer_enters_a_gathering_and_stands_on_its_page(client: FlaskClient, county: County) -> None:
    me = sign_in(client, county.officer)
    answer = me.submit("/gatherings/new", the_form(county))
    gathering = db.session.scalars(select(Gathering)).one()
    assert answer.location == opened(gathering)
    assert (gathering.unit_id, gathering.owner_id) == (county.park.id, county.officer.person_id)
    assert "招商活动一" in me.get(opened(gathering)).text


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(
    client: FlaskClient, county: County
) -> None:
    me = sign_in(client, county.officer)
    refused = me.submit("/gatherings/new", the_form(county, name="", notes="已谈过"))
    assert refused.status_code == 422
    assert "写一个名称" in refused.text and "已谈过" in refused.text
    assert db.session.scalars(select(Gathering)).all() == []


def test_the_list_finds_it_by_its_words_and_only_for_those_who_see_it(
    client: FlaskClient, county: County
) -> None:
    gathering = a_gathering(county.officer, notes="储能产业链")
    asked = GATHERINGS.asked({"q": "储能 招商活动"})
    assert GATHERINGS.page(asked, county.leader).rows == [gathering]
    assert GATHERINGS.page(asked, county.outsider).rows == []
    assert gathering.name in sign_in(client, county.colleague).get("/gatherings?q=储能").text


def test_it_is_found_by_search(client: FlaskClient, county: County) -> None:
    gathering = a_gathering(county.officer, name="储能对接会")
    drained()
    assert opened(gathering) in sign_in(client, county.officer).get("/search?q=储能对接会").text
    assert indexing.SOURCE.find("储能", county.officer, 5) == [gathering.public_id]
    assert indexing.SOURCE.find("储能", county.outsider, 5) == []


def test_a_change_is_saved_and_a_second_one_from_an_old_page_is_not_lost(
    client: FlaskClient, county: County
) -> None:
    gathering = a_gathering(county.officer)
    me = sign_in(client, county.officer)
    chosen = next(
        form for form in forms_of(me.get(f"{opened(gathering)}/edit").text) if "owner" in form.fields
    )
    assert chosen.fields["owner"] == person_of(county.officer).public_id
    saved = me.submit(f"{opened(gathering)}/edit", the_form(county, name="改了的名称"))
    assert (
        saved.location == opened(gathering)
        and db.session.get_one(Gathering, gathering.id).name == "改了的名称"
    )
    with acting_as(county.officer), pytest.raises(Stale):
        services.change_gathering(gathering, 1, gathering_data(county.officer, name="又改"))


def test_another_owner_takes_over_its_unit_and_what_is_to_be_done(county: County) -> None:
    gathering = a_gathering(county.officer)
    step = make_step(person_of(county.officer), on=gathering)
    with acting_as(county.officer):
        services.change_gathering(gathering, gathering.version, gathering_data(county.outsider))
    assert (gathering.unit_id, step.unit_id) == (county.outsider.unit_id, county.outsider.unit_id)
    assert step.owner_id == county.outsider.person_id


def test_an_archived_one_is_read_and_nothing_is_left_to_do(client: FlaskClient, county: County) -> None:
    gathering = a_gathering(county.officer)
    step = make_step(person_of(county.officer), on=gathering)
    db.session.commit()
    me = sign_in(client, county.officer)
    me.submit(opened(gathering), {"reason": "记重了"}, f"{opened(gathering)}/archive")
    assert db.session.get_one(Gathering, gathering.id, populate_existing=True).is_archived
    assert step.state is StepState.DROPPED
    page = me.get(opened(gathering)).text
    assert "已归档，只能查看：记重了" in page and "/edit" not in page
    refused = me.get(f"{opened(gathering)}/edit")
    assert refused.status_code == 403 and "已归档，只能查看" in refused.text
    assert gathering.name not in me.get("/gatherings").text
    me.submit(opened(gathering), {}, f"{opened(gathering)}/restore")
    assert not db.session.get_one(Gathering, gathering.id, populate_existing=True).is_archived


def test_whoever_leaves_hands_over_what_is_still_under_way(county: County) -> None:
    gathering, old = a_gathering(county.officer), an_archived_gathering(county.officer)
    held, leaving = HELD["gatherings"], county.officer.person_id
    assert (held.of_person(leaving), held.of_unit(county.park.id)) == (1, 1)
    held.from_person(leaving, county.outsider.person_id, today(), "调走")
    assert (gathering.owner_id, gathering.unit_id) == (county.outsider.person_id, county.outsider.unit_id)
    held.from_unit(county.outsider.unit_id, county.bureau.id, today(), "撤销")
    assert gathering.unit_id == county.bureau.id
    assert (old.owner_id, old.unit_id) == (leaving, county.park.id)


def test_nobody_who_cannot_sign_in_is_made_its_owner(county: County) -> None:
    data = replace(gathering_data(county.officer), owner=make_person("没有账号的人"))
    with acting_as(county.officer), pytest.raises(RuleBroken, match="没有账号"):
        services.create_gathering(data)


def test_whom_it_names_is_told_before_they_are_erased(county: County, app: Flask) -> None:
    gathering = a_gathering(county.officer, notes="联系人严文舟")
    sought = Sought("0" * 16, county.enterprise.id, ("严文舟",))
    with app.test_request_context():
        assert [one.public_id for one in NAMED_IN["gatherings"](sought, county.officer)] == [
            gathering.public_id
        ]
        assert NAMED_IN["gatherings"](sought, county.outsider) == []


def test_it_has_next_steps_comments_tags_and_a_past(client: FlaskClient, county: County) -> None:
    gathering = a_gathering(county.officer)
    subject = subject_of(gathering)
    me = sign_in(client, county.officer)
    said = {"text": "请盯紧"}
    me.submit(f"/comments/on/{subject.kind}/{subject.id}", said)
    planned = {"what": "发通知", "due_on": today().isoformat(), "owner": person_of(county.officer).public_id}
    assert me.submit(f"/steps/new/{subject.kind}/{subject.id}", planned).location == opened(gathering)
    page = me.get(opened(gathering)).text
    assert "请盯紧" in page and "发通知" in page
    assert gathering.name in me.get("/steps").text
