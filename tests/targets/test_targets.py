"""目标企业: taken up, moved, given to others, dropped; found and listed; seen by whose they are."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken, Stale
from app.core.values.registries import HELD, NAMED_IN, Sought
from app.promotion.leads.enums import LeadSource
from app.promotion.steps.enums import StepState
from app.promotion.steps.models import Step
from app.promotion.targets import indexing, metrics, queries, services
from app.promotion.targets.enums import TargetStage as S
from app.promotion.targets.listing import TARGETS
from app.promotion.targets.models import TargetEnterprise
from app.register.chains.models import ChainNode
from app.register.reference.models import Division
from tests.factories.chains import a_chain, a_node
from tests.factories.leads import County, a_county, a_lead, an_enterprise, sign_in
from tests.factories.steps import make_step
from tests.factories.targets import (
    a_dropped_target,
    a_planned_target,
    a_target,
    move_target,
    new_target,
    target_data,
)
from tests.factories.visits import a_visit, person_of
from tests.services.client import forms_of
from tests.services.index import drained

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases
DAY = timedelta(days=1)


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def link(county: County) -> ChainNode:
    return a_node(county.head, a_chain(county.head), "CELL-05", "隔膜")


def page(target: TargetEnterprise) -> str:
    return f"/targets/{target.public_id}"


def the_form(county: County, **changed: str) -> dict[str, str]:
    return {
        "enterprise": county.enterprise.public_id,
        "method": "referral",
        "origin": "链主推荐",
        "note": "",
        "owner": person_of(county.officer).public_id,
        "registered_on": today().isoformat(),
    } | changed


# --- taken up ----------------------------------------------------------------------------------------


def test_an_officer_takes_a_company_up_for_a_link_and_what_is_known_is_filled_in(
    client: FlaskClient, county: County, link: ChainNode
) -> None:
    me = sign_in(client, county.officer)
    new = me.get(f"/targets/new?enterprise={county.enterprise.public_id}&node={link.public_id}").text
    form = next(one for one in forms_of(new) if "method" in one.fields)
    assert form.fields["enterprise"] == county.enterprise.name and form.fields["nodes"] == [link.public_id]
    answer = me.submit("/targets/new", the_form(county, nodes=link.public_id))
    target = db.session.scalars(select(TargetEnterprise)).one()
    assert answer.location == page(target)
    assert (target.stage, target.unit_id, target.owner_id) == (
        S.POOL,
        county.park.id,
        county.officer.person_id,
    )
    assert "隔膜" in me.get(page(target)).text


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(
    client: FlaskClient, county: County
) -> None:
    refused = sign_in(client, county.officer).submit(
        "/targets/new", the_form(county, method="", origin="展会名录")
    )
    assert refused.status_code == 422
    assert "选招商方式" in refused.text and "展会名录" in refused.text
    assert db.session.scalars(select(TargetEnterprise)).all() == []


def test_a_company_is_one_open_target_and_who_does_not_see_it_reads_no_name(county: County) -> None:
    a_target(county)
    with acting_as(county.colleague), pytest.raises(RuleBroken, match="已经是目标企业：待研判"):
        services.create_target(new_target(county, county.colleague))
    db.session.rollback()
    with acting_as(county.outsider), pytest.raises(RuleBroken) as refused:
        services.create_target(new_target(county, county.outsider))
    assert refused.value.problems == {"enterprise": "已有单位把这家企业列为目标，请招商局转达"}


def test_after_it_was_dropped_the_company_may_be_taken_up_again_and_the_old_one_stays_dropped(
    county: County,
) -> None:
    old = a_dropped_target(county)
    a_target(county)
    with acting_as(county.officer), pytest.raises(RuleBroken, match="已经是目标企业"):
        services.take_back(old, queries.entries_of(old)[0].id)


def test_nobody_lists_a_company_for_others_but_who_assigns(client: FlaskClient, county: County) -> None:
    me = sign_in(client, county.resident)
    refused = me.submit("/targets/new", the_form(county))
    assert refused.status_code == 422 and "只能列到自己名下" in refused.text


def test_a_unit_alone_may_hold_it(county: County) -> None:
    target = a_target(county, owner=None, unit_id=county.park.id)
    assert (target.owner_id, target.unit_id) == (None, county.park.id)
    asked = TARGETS.asked()
    assert TARGETS.page(asked, county.colleague).rows == [target]
    with acting_as(county.officer), pytest.raises(RuleBroken, match="选负责人"):
        services.create_target(new_target(county, owner=None, enterprise=an_enterprise()))


# --- moved -------------------------------------------------------------------------------------------


def test_its_way_is_kept_in_a_ledger_that_nobody_changes(county: County) -> None:
    target = a_planned_target(county)
    move_target(target, S.CONTACTED, county.officer, reason="展会上换了名片")
    assert [row.stage for row in queries.ledger_of(target).counted() if row.stage] == [
        S.POOL,
        S.PLANNED,
        S.CONTACTED,
    ]
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text("UPDATE target_entry SET reason = 'x'"))
    db.session.rollback()


def test_talks_are_not_entered_by_hand_and_steps_back_are_for_the_head(county: County) -> None:
    target = a_planned_target(county)
    with acting_as(county.head), pytest.raises(RuleBroken, match="登记了线索"):
        services.move_target(target, S.IN_TALKS, today(), "谈得不错")
    with acting_as(county.officer), pytest.raises(NotAllowed, match="退步"):
        services.move_target(target, S.POOL, today(), "再看看")
    move_target(target, S.POOL, county.head, reason="再看看")
    assert target.stage is S.POOL


def test_a_page_from_before_a_move_does_not_move_it_once_more(county: County) -> None:
    target = a_target(county)
    seen = target.version
    move_target(target, S.PLANNED, county.officer)
    with acting_as(county.officer), pytest.raises(Stale):
        services.move_target(target, S.PLANNED, today(), version=seen)


def test_dropping_asks_why_ends_what_was_to_be_done_and_can_be_taken_back(
    client: FlaskClient, county: County
) -> None:
    target = a_target(county)
    step = make_step(person_of(county.officer), on=target)
    me = sign_in(client, county.officer)
    form = {"to": "dropped", "effective_on": today().isoformat(), "reason": ""}
    at = f"{page(target)}/move?to=dropped"
    assert "放弃要写明原因" in me.submit(at, form, f"{page(target)}/move").text
    me.submit(at, form | {"reason": "总部三年内不扩产"}, f"{page(target)}/move")
    shown = me.get(page(target)).text
    assert "已放弃：总部三年内不扩产" in shown and step.state is StepState.DROPPED
    me.submit(page(target), {}, f"{page(target)}/ledger/3/take-back")
    db.session.expire_all()
    assert (target.stage, step.state) == (S.POOL, StepState.OPEN)


def test_in_talks_nothing_is_moved_by_hand(client: FlaskClient, county: County) -> None:
    target = a_target(county)
    a_lead(county, registered_on=today() - DAY)
    refused = sign_in(client, county.head).get(f"{page(target)}/move?to=dropped")
    assert refused.status_code == 400 and "目标随线索走" in refused.text


# --- given to others ---------------------------------------------------------------------------------


def test_another_owner_takes_over_its_unit_and_what_is_to_be_done(county: County) -> None:
    target = a_target(county)
    step = make_step(person_of(county.officer), on=target)
    with acting_as(county.head):
        services.assign_target(target, owner=person_of(county.outsider), effective_on=today())
        db.session.commit()
    assert (target.unit_id, step.unit_id) == (county.outsider.unit_id, county.outsider.unit_id)
    assert step.owner_id == county.outsider.person_id


def test_many_are_given_to_one_at_once(client: FlaskClient, county: County) -> None:
    rows = [a_target(county, enterprise=an_enterprise()) for _ in range(2)]
    me = sign_in(client, county.head)
    chosen = "&".join(f"ids={row.public_id}" for row in rows)
    form = {"owner": person_of(county.outsider).public_id, "effective_on": today().isoformat()}
    me.submit(f"/targets/many/assign?{chosen}", form, "/targets/many/assign")
    db.session.expire_all()
    assert {row.owner_id for row in rows} == {county.outsider.person_id}


def test_whoever_leaves_hands_over_what_is_open(county: County) -> None:
    target = a_target(county)
    old = a_dropped_target(county, enterprise=an_enterprise())
    held, leaving = HELD["targets"], county.officer.person_id
    assert (held.of_person(leaving), held.of_unit(county.park.id)) == (1, 1)
    with acting_as(county.head):
        held.from_person(leaving, county.outsider.person_id, today(), "调走")
        assert (target.owner_id, target.unit_id) == (county.outsider.person_id, county.outsider.unit_id)
        held.from_unit(county.outsider.unit_id, county.bureau.id, today(), "撤销")
    assert target.unit_id == county.bureau.id and target.owner_id == county.outsider.person_id
    assert old.owner_id == leaving


# --- changed, archived -------------------------------------------------------------------------------


def test_a_change_is_saved_and_a_second_one_from_an_old_page_is_not_lost(
    client: FlaskClient, county: County, link: ChainNode
) -> None:
    target = a_target(county)
    me = sign_in(client, county.officer)
    fields = {"nodes": link.public_id, "method": "event", "origin": "进博会", "note": "看过样品"}
    saved = me.submit(f"{page(target)}/edit", fields)
    db.session.expire_all()
    assert saved.location == page(target)
    assert (target.method, [row.node for row in target.wanted_for]) == (LeadSource.EVENT, [link])
    with acting_as(county.officer), pytest.raises(Stale):
        services.change_target(target, 1, target_data())


def test_an_archived_one_is_read_leaves_the_list_and_comes_back(client: FlaskClient, county: County) -> None:
    target = a_target(county, next_what="约采购负责人", next_on=today())
    me = sign_in(client, county.officer)
    me.submit(page(target), {"reason": "列错了"}, f"{page(target)}/archive")
    shown = me.get(page(target)).text
    assert "已归档，只能查看：列错了" in shown and "/edit" not in shown
    assert county.enterprise.name not in me.get("/targets").text
    a_visit(county)
    me.submit(page(target), {}, f"{page(target)}/restore")
    db.session.expire_all()
    assert target.stage is S.CONTACTED  # what was meanwhile
    step = db.session.scalars(select(Step).where(Step.what == "约采购负责人")).one()
    assert step.state is StepState.OPEN


def test_it_does_not_come_back_beside_another_open_one(client: FlaskClient, county: County) -> None:
    target = a_target(county)
    with acting_as(county.officer):
        services.ARCHIVING.archive(target, target.version, "列错了")
        db.session.commit()
    a_target(county)
    with acting_as(county.officer), pytest.raises(RuleBroken, match="已经是目标企业"):
        services.ARCHIVING.restore(target, target.version)


# --- found -------------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_link_chain_place_and_state(county: County, link: ChainNode) -> None:
    company = an_enterprise()
    company.region_code = "320506"
    target = a_target(county, enterprise=company, data=target_data(nodes=[link]))
    other = a_target(county)

    def rows(state: str = "all", view: str = "all", **values: object) -> list[TargetEnterprise]:
        return list(TARGETS.page(TARGETS.asked(values, view=view, state=state), county.officer).rows)

    assert rows(chain=link.chain) == rows(node=link) == [target]
    assert set(rows(method=LeadSource.REFERRAL)) == {target, other}
    assert rows(state="planned") == []
    assert rows(q="隔膜龙头 链主") != []
    assert rows(view="due") == []
    make_step(person_of(county.officer), on=other, due_in=0)
    assert rows(view="due") == [other]
    assert [row for row in rows(region=_region("320500")) if row is target] == [target]


def _region(code: str) -> object:
    return Division(code=code, name="苏州市", full_name="江苏省苏州市", depth=2)


def test_numbers_of_targets_are_their_rows(county: County) -> None:
    a_target(county)
    a_planned_target(county, enterprise=an_enterprise())
    a_dropped_target(county, enterprise=an_enterprise())
    counts = {one.code: one.ask(county.officer, one.asked()).count for one in metrics.OWN}
    assert {code: int(str(count)) for code, count in counts.items()} == {
        "target.pool": 1,
        "target.planned": 1,
        "target.contacted": 0,
        "target.in_talks": 0,
        "target.dropped": 1,
    }


def test_it_is_found_by_search_and_by_those_who_see_it_alone(client: FlaskClient, county: County) -> None:
    target = a_target(county)
    drained()
    assert page(target) in sign_in(client, county.officer).get(f"/search?q={county.enterprise.name}").text
    assert indexing.SOURCE.find("链主推荐", county.officer, 5) == [target.public_id]
    assert indexing.SOURCE.find("链主推荐", county.outsider, 5) == []


def test_it_stands_on_the_pages_of_its_company_and_its_link(
    client: FlaskClient, county: County, link: ChainNode
) -> None:
    target = a_target(county, data=target_data(nodes=[link]))
    company, node = f"/enterprises/{county.enterprise.public_id}", f"/chains/nodes/{link.public_id}"
    me = sign_in(client, county.officer)
    for at in (company, node):
        assert page(target) in me.get(at).text
    other = sign_in(client, county.outsider)
    for at in (company, node):
        assert page(target) not in other.get(at).text


def test_one_press_opens_the_form_of_a_lead_with_what_is_known(
    client: FlaskClient, county: County, link: ChainNode
) -> None:
    target = a_target(county, data=target_data(nodes=[link]))
    me = sign_in(client, county.officer)
    address = me.get(page(target)).text.split('href="/leads/new?')[1].split('"')[0].replace("&amp;", "&")
    form = next(one for one in forms_of(me.get(f"/leads/new?{address}").text) if "source" in one.fields)
    assert form.fields["enterprise"] == county.enterprise.name
    assert (form.fields["source"], form.fields["introducer"]) == ("referral", "链主推荐")
    assert (form.fields["name"], form.fields["content"].strip()) == ("隔膜项目", "隔膜龙头")
    me.submit("/leads/new", {**form.fields, "idempotency_key": ""})
    db.session.expire_all()
    assert target.stage is S.IN_TALKS


def test_whom_it_names_is_told_before_they_are_erased(county: County, app: Flask) -> None:
    target = a_target(county, data=target_data(note="采购负责人严文舟"))
    sought = Sought("0" * 16, county.enterprise.id, ("严文舟",))
    with app.test_request_context():
        assert [one.public_id for one in NAMED_IN["targets"](sought, county.officer)] == [target.public_id]
        assert NAMED_IN["targets"](sought, county.outsider) == []


def test_it_has_next_steps_comments_and_a_past(client: FlaskClient, county: County) -> None:
    target = a_target(county, owner=None, unit_id=county.park.id)
    subject = subject_of(target)
    me = sign_in(client, county.officer)
    me.submit(f"/comments/on/{subject.kind}/{subject.id}", {"text": "请盯紧"})
    planned = {
        "what": "约总经理",
        "due_on": today().isoformat(),
        "owner": person_of(county.officer).public_id,
    }
    assert me.submit(f"/steps/new/{subject.kind}/{subject.id}", planned).location == page(target)
    shown = me.get(page(target)).text
    assert all(words in shown for words in ("请盯紧", "约总经理", "列为目标企业"))
    assert "由单位负责，先不定人" in me.get(f"{page(target)}?tab=ledger").text
