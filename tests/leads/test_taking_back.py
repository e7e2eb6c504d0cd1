"""A slip in the ledger is taken back by who made it, for a while, as long as nothing stands on it."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.records.history import EntryKind
from app.core.values import clock
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.core.values.money import read_amount
from app.delivery.projects import queries as project_queries
from app.delivery.projects import services as projects
from app.delivery.projects.enums import ProjectStage
from app.promotion.leads import queries, services
from app.promotion.leads.enums import LeadStage, LossReason
from app.promotion.leads.models import Lead
from app.promotion.steps.enums import StepState
from app.promotion.steps.models import Step
from tests.factories.leads import (
    ContactMade,
    County,
    a_county,
    a_lead,
    a_signed_lead,
    move,
    person_id,
    sign_in,
)
from tests.factories.projects import advance, project_of

Db = scoped_session[Session]
both = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def _met(app: Flask) -> Iterator[None]:
    with ContactMade():
        yield


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def _take_back(lead: Lead, actor) -> None:
    """The last row of the ledger, as 撤销 on the page asks for it."""
    with acting_as(actor):
        services.take_back(lead, queries.entries_of(lead)[0].id)


def _refused(lead: Lead, actor) -> str:
    with pytest.raises(RuleBroken) as refused:
        _take_back(lead, actor)
    return str(refused.value)


@both
def test_who_moved_a_lead_takes_it_back_and_the_ledger_keeps_both(county: County) -> None:
    lead = a_lead(county)
    since = lead.stage_since
    move(lead, LeadStage.ASSESSED, county.officer, today())
    _take_back(lead, county.officer)
    assert (lead.stage, lead.stage_since) == (LeadStage.LEAD, since)
    voiding, moved = queries.entries_of(lead)[:2]
    assert (voiding.kind, voiding.voids, voiding.reason) == (EntryKind.CORRECT, moved.id, "本人撤销")


def test_two_moves_are_taken_back_one_after_the_other(county: County) -> None:
    lead = a_lead(county)
    move(lead, LeadStage.ASSESSED, county.officer, today())
    first = queries.entries_of(lead)[0].id
    move(lead, LeadStage.ON_HOLD, county.officer, today(), reason="等年报")
    with acting_as(county.officer), pytest.raises(RuleBroken) as refused:
        services.take_back(lead, first)
    assert "要先撤销后面的" in str(refused.value)
    _take_back(lead, county.officer)
    with acting_as(county.officer):
        services.take_back(lead, first)
    assert lead.stage is LeadStage.LEAD
    assert "已经撤销或更正过了" in _refused_row(lead, county, first)


def _refused_row(lead: Lead, county: County, entry_id: int) -> str:
    with acting_as(county.officer), pytest.raises(RuleBroken) as refused:
        services.take_back(lead, entry_id)
    return str(refused.value)


def test_nobody_else_takes_it_back_not_even_the_head(county: County) -> None:
    lead = a_lead(county)
    move(lead, LeadStage.ASSESSED, county.officer, today())
    assert "只有记这一步的人能撤销" in _refused(lead, county.colleague)
    assert "只有记这一步的人能撤销" in _refused(lead, county.head)


def test_after_half_an_hour_it_is_the_bureau_that_corrects(county: County) -> None:
    lead = a_lead(county)
    move(lead, LeadStage.ASSESSED, county.officer, today())
    moved_at = queries.entries_of(lead)[0].recorded_at
    with clock.as_if(moved_at + timedelta(minutes=31)):
        assert "超过 30 分钟，请招商局在阶段台账里更正" in _refused(lead, county.officer)
    with clock.as_if(moved_at + timedelta(minutes=29)):
        _take_back(lead, county.officer)
    assert lead.stage is LeadStage.LEAD


def test_what_a_registration_wrote_is_not_taken_back(county: County) -> None:
    assert "登记错了请归档" in _refused(a_lead(county), county.officer)


@both
def test_a_loss_taken_back_takes_up_the_steps_it_dropped(county: County, session: Db) -> None:
    lead = a_lead(county, next_what="打电话", next_on=today())
    move(lead, LeadStage.LOST, county.officer, today(), reason_code=LossReason.SITE)
    step = session.scalars(select(Step)).one()
    assert step.state is StepState.DROPPED
    _take_back(lead, county.officer)
    assert (lead.stage, lead.loss_reason) == (LeadStage.LEAD, None)
    assert (step.state, step.done_on, step.outcome) == (StepState.OPEN, None, "")


def test_a_loss_corrected_by_the_bureau_takes_them_up_as_well(county: County, session: Db) -> None:
    lead = a_lead(county, next_what="打电话", next_on=today())
    move(lead, LeadStage.LOST, county.officer, today(), reason_code=LossReason.SITE)
    with acting_as(county.head):
        services.correct_entry(lead, queries.entries_of(lead)[0].id, "点错了")
    assert session.scalars(select(Step)).one().state is StepState.OPEN


def test_a_resumption_taken_back_leaves_the_reason_of_the_hold(county: County) -> None:
    lead = a_lead(county)
    move(lead, LeadStage.ON_HOLD, county.officer, today(), reason="等企业年报")
    move(lead, LeadStage.LEAD, county.officer, today())
    assert lead.hold_reason == ""
    _take_back(lead, county.officer)
    assert (lead.stage, lead.hold_reason) == (LeadStage.ON_HOLD, "等企业年报")


@both
def test_an_amount_taken_back_stands_there_again_as_it_was_written(county: County) -> None:
    lead = a_lead(county, amount=read_amount("约2.6亿"))
    with acting_as(county.officer):
        services.update_lead(lead, lead.version, {}, read_amount("26亿"))
    _take_back(lead, county.officer)
    assert (lead.amount, lead.amount_text, lead.amount_doubtful) == (260_000_000, "约2.6亿", True)


def test_an_assignment_taken_back_gives_the_steps_of_the_owner_back_and_no_others(
    county: County, session: Db
) -> None:
    lead = a_lead(county, next_what="打电话", next_on=today())
    with acting_as(county.officer):
        services.set_next_step(lead, "送方案", today(), person_id(county.colleague))
        services.assign_lead(lead, owner_id=person_id(county.outsider), effective_on=today())
    owners = {step.what: step.owner_id for step in session.scalars(select(Step))}
    assert owners == {"打电话": person_id(county.outsider), "送方案": person_id(county.colleague)}
    _take_back(lead, county.officer)
    assert lead.owner_id == person_id(county.officer)
    owners = {step.what: step.owner_id for step in session.scalars(select(Step))}
    assert owners == {"打电话": person_id(county.officer), "送方案": person_id(county.colleague)}


@both
def test_a_signing_taken_back_takes_its_project_out_unless_somebody_worked_on_it(county: County) -> None:
    lead = a_signed_lead(county)
    project = project_of(lead)
    advance(project, ProjectStage.REGISTERED, county.colleague)
    assert "签约的项目已经到「注册」" in _refused(lead, county.officer)
    with acting_as(county.colleague):
        projects.take_back(project, project_queries.entries_of(project)[0].id)
    assert project.stage is ProjectStage.SIGNED
    _take_back(lead, county.officer)
    assert lead.stage is LeadStage.APPROVED and project.is_archived


@both
def test_a_lead_renamed_after_the_signing_keeps_nobody_from_taking_the_signing_back(
    county: County, session: Db
) -> None:
    lead = a_signed_lead(county)
    with acting_as(county.officer):
        services.update_lead(lead, lead.version, {"name": "储能电池二期"})
    session.commit()
    _take_back(lead, county.officer)
    assert lead.stage is LeadStage.APPROVED and project_of(lead).is_archived


@both
@pytest.mark.parametrize("field", ["name", "project_code"])
def test_a_signing_whose_project_was_edited_is_not_taken_back(
    county: County, session: Db, field: str
) -> None:
    lead = a_signed_lead(county)
    project = project_of(lead)
    written = {"name": "储能电池二期", "project_code": "2404-330100-04-01-123456"}[field]
    with acting_as(county.officer):
        projects.update_project(project, project.version, {field: written})
    session.commit()
    assert "签约的项目已经改过资料" in _refused(lead, county.officer)


def test_a_move_of_a_project_is_its_makers_to_take_back(county: County) -> None:
    project = project_of(a_signed_lead(county))
    advance(project, ProjectStage.REGISTERED, county.officer)
    entry = project_queries.entries_of(project)[0]
    with acting_as(county.head), pytest.raises(RuleBroken):
        projects.take_back(project, entry.id)
    with acting_as(county.officer):
        projects.take_back(project, entry.id)
    assert project.stage is ProjectStage.SIGNED


# --- on the pages ---


def _post(me: FlaskClient, path: str, **fields: str) -> int:
    """Sent as by a press on a page that was shown before."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', me.get("/").text)
    assert token
    return me.post(path, data={"csrf_token": token[1]} | fields).status_code


def _undo(page: str) -> str:
    """Where 撤销 in the message of a page is sent to."""
    toast = page.partition("data-toast>")[2].partition("data-toast-close")[0]
    found = re.search(r'action="([^"]+)"', toast)
    assert found and "撤销" in toast
    return found[1]


def test_the_message_of_a_move_offers_to_undo_it(county: County, session: Db, client: FlaskClient) -> None:
    lead, me = a_lead(county), sign_in(client, county.officer)
    url = f"/leads/{lead.public_id}"
    me.submit(f"{url}/move?to=assessed", {})
    page = me.get(url).text
    assert "您刚记下：从「线索」到「研判」" in page
    assert _post(me, f"{url}/ledger/4/take-back") == 303
    session.expire_all()
    assert lead.stage is LeadStage.LEAD
    assert "已撤销" in me.get(url).text and "您刚记下" not in me.get(url).text


def test_a_card_dropped_by_mistake_goes_back(county: County, session: Db, client: FlaskClient) -> None:
    lead, me = a_lead(county), sign_in(client, county.officer)
    answer = me.submit("/leads/board", {"stage": "assessed"}, f"/leads/{lead.public_id}/shift")
    undo = _undo(me.get(answer.location).text)
    assert undo == f"/leads/{lead.public_id}/ledger/4/take-back"
    assert _post(me, undo) == 303
    session.expire_all()
    assert lead.stage is LeadStage.LEAD


def test_others_are_not_offered_what_they_cannot_take_back(county: County, client: FlaskClient) -> None:
    lead = a_lead(county)
    move(lead, LeadStage.ASSESSED, county.officer, today())
    assert "您刚记下" not in sign_in(client, county.colleague).get(f"/leads/{lead.public_id}").text


def test_who_assigned_a_lead_out_of_sight_can_still_undo_it(
    county: County, session: Db, client: FlaskClient
) -> None:
    lead, me = a_lead(county), sign_in(client, county.officer)
    with acting_as(county.officer):
        services.assign_lead(lead, owner_id=person_id(county.outsider), effective_on=today())
    session.commit()
    lead_url = f"/leads/{lead.public_id}"
    with acting_as(county.head):
        services.update_lead(lead, lead.version, {"content": "两条线"})
    session.commit()
    lead.author_id = person_id(county.colleague)
    session.commit()
    assert me.get(lead_url).status_code == 404
    assert _post(me, f"{lead_url}/ledger/4/take-back") == 303
    session.expire_all()
    assert lead.owner_id == person_id(county.officer)


def test_nobody_reaches_a_hidden_lead_that_way(county: County, client: FlaskClient) -> None:
    lead = a_lead(county)
    me = sign_in(client, county.outsider)
    assert _post(me, f"/leads/{lead.public_id}/ledger/3/take-back") == 404


def test_an_archived_lead_comes_back_with_one_press(county: County, session: Db, client: FlaskClient) -> None:
    lead, me = a_lead(county, next_what="送方案", next_on=today()), sign_in(client, county.officer)
    url = f"/leads/{lead.public_id}"
    me.submit(f"{url}/archive", {"reason": "记重了", "steps": "drop"})
    page = me.get(url).text
    session.refresh(lead)
    assert _undo(page) == f"{url}/restore" and f'name="version" value="{lead.version}"' in page
    assert _post(me, f"{url}/restore", version=str(lead.version)) == 303
    session.expire_all()
    assert not lead.is_archived
    step = session.scalars(select(Step)).one()
    assert (step.what, step.state, step.outcome) == ("送方案", StepState.OPEN, "")
