"""样例: entered, found, changed, archived; seen by whose they are and by nobody else."""

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
from app.promotion.samples import indexing, services
from app.promotion.samples.listing import SAMPLES
from app.promotion.samples.models import Sample
from app.promotion.steps.enums import StepState
from tests.factories.accounts import make_person
from tests.factories.leads import County, a_county, sign_in
from tests.factories.samples import a_sample, an_archived_sample, sample_data
from tests.factories.steps import make_step
from tests.factories.visits import person_of
from tests.services.client import forms_of
from tests.services.index import drained

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def opened(sample: Sample) -> str:
    return f"/samples/{sample.public_id}"


def the_form(county: County, **changed: str) -> dict[str, str]:
    owner = person_of(county.officer).public_id
    return {"name": "样例一", "day": today().isoformat(), "owner": owner, "notes": ""} | changed


def test_an_officer_enters_a_sample_and_stands_on_its_page(client: FlaskClient, county: County) -> None:
    me = sign_in(client, county.officer)
    answer = me.submit("/samples/new", the_form(county))
    sample = db.session.scalars(select(Sample)).one()
    assert answer.location == opened(sample)
    assert (sample.unit_id, sample.owner_id) == (county.park.id, county.officer.person_id)
    assert "样例一" in me.get(opened(sample)).text


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(
    client: FlaskClient, county: County
) -> None:
    me = sign_in(client, county.officer)
    refused = me.submit("/samples/new", the_form(county, name="", notes="已谈过"))
    assert refused.status_code == 422
    assert "写样例的名称" in refused.text and "已谈过" in refused.text
    assert db.session.scalars(select(Sample)).all() == []


def test_the_list_finds_it_by_its_words_and_only_for_those_who_see_it(
    client: FlaskClient, county: County
) -> None:
    sample = a_sample(county.officer, notes="储能产业链")
    asked = SAMPLES.asked({"q": "储能 样例"})
    assert SAMPLES.page(asked, county.leader).rows == [sample]
    assert SAMPLES.page(asked, county.outsider).rows == []
    assert sample.name in sign_in(client, county.colleague).get("/samples?q=储能").text


def test_it_is_found_by_search(client: FlaskClient, county: County) -> None:
    sample = a_sample(county.officer, name="储能对接会")
    drained()
    assert opened(sample) in sign_in(client, county.officer).get("/search?q=储能对接会").text
    assert indexing.SOURCE.find("储能", county.officer, 5) == [sample.public_id]
    assert indexing.SOURCE.find("储能", county.outsider, 5) == []


def test_a_change_is_saved_and_a_second_one_from_an_old_page_is_not_lost(
    client: FlaskClient, county: County
) -> None:
    sample = a_sample(county.officer)
    me = sign_in(client, county.officer)
    chosen = next(form for form in forms_of(me.get(f"{opened(sample)}/edit").text) if "owner" in form.fields)
    assert chosen.fields["owner"] == person_of(county.officer).public_id
    saved = me.submit(f"{opened(sample)}/edit", the_form(county, name="改了的名称"))
    assert saved.location == opened(sample) and db.session.get_one(Sample, sample.id).name == "改了的名称"
    with acting_as(county.officer), pytest.raises(Stale):
        services.change_sample(sample, 1, sample_data(county.officer, name="又改"))


def test_another_owner_takes_over_its_unit_and_what_is_to_be_done(county: County) -> None:
    sample = a_sample(county.officer)
    step = make_step(person_of(county.officer), on=sample)
    with acting_as(county.officer):
        services.change_sample(sample, sample.version, sample_data(county.outsider))
    assert (sample.unit_id, step.unit_id) == (county.outsider.unit_id, county.outsider.unit_id)
    assert step.owner_id == county.outsider.person_id


def test_an_archived_one_is_read_and_nothing_is_left_to_do(client: FlaskClient, county: County) -> None:
    sample = a_sample(county.officer)
    step = make_step(person_of(county.officer), on=sample)
    db.session.commit()
    me = sign_in(client, county.officer)
    me.submit(opened(sample), {"reason": "记重了"}, f"{opened(sample)}/archive")
    assert db.session.get_one(Sample, sample.id, populate_existing=True).is_archived
    assert step.state is StepState.DROPPED
    page = me.get(opened(sample)).text
    assert "已归档，只能查看：记重了" in page and "/edit" not in page
    refused = me.get(f"{opened(sample)}/edit")
    assert refused.status_code == 403 and "已归档，只能查看" in refused.text
    assert sample.name not in me.get("/samples").text
    me.submit(opened(sample), {}, f"{opened(sample)}/restore")
    assert not db.session.get_one(Sample, sample.id, populate_existing=True).is_archived


def test_whoever_leaves_hands_over_what_is_still_under_way(county: County) -> None:
    sample, old = a_sample(county.officer), an_archived_sample(county.officer)
    held, leaving = HELD["samples"], county.officer.person_id
    assert (held.of_person(leaving), held.of_unit(county.park.id)) == (1, 1)
    held.from_person(leaving, county.outsider.person_id, today(), "调走")
    assert (sample.owner_id, sample.unit_id) == (county.outsider.person_id, county.outsider.unit_id)
    held.from_unit(county.outsider.unit_id, county.bureau.id, today(), "撤销")
    assert sample.unit_id == county.bureau.id
    assert (old.owner_id, old.unit_id) == (leaving, county.park.id)


def test_nobody_who_cannot_sign_in_is_made_its_owner(county: County) -> None:
    data = replace(sample_data(county.officer), owner=make_person("没有账号的人"))
    with acting_as(county.officer), pytest.raises(RuleBroken, match="没有账号"):
        services.create_sample(data)


def test_whom_it_names_is_told_before_they_are_erased(county: County, app: Flask) -> None:
    sample = a_sample(county.officer, notes="联系人严文舟")
    sought = Sought("0" * 16, county.enterprise.id, ("严文舟",))
    with app.test_request_context():
        assert [one.public_id for one in NAMED_IN["samples"](sought, county.officer)] == [sample.public_id]
        assert NAMED_IN["samples"](sought, county.outsider) == []


def test_it_has_next_steps_comments_tags_and_a_past(client: FlaskClient, county: County) -> None:
    sample = a_sample(county.officer)
    subject = subject_of(sample)
    me = sign_in(client, county.officer)
    said = {"text": "请盯紧"}
    me.submit(f"/comments/on/{subject.kind}/{subject.id}", said)
    planned = {"what": "发通知", "due_on": today().isoformat(), "owner": person_of(county.officer).public_id}
    assert me.submit(f"/steps/new/{subject.kind}/{subject.id}", planned).location == opened(sample)
    page = me.get(opened(sample)).text
    assert "请盯紧" in page and "发通知" in page
    assert sample.name in me.get("/steps").text
