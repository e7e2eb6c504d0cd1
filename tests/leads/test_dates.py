"""Dates of a lead that contradict each other, as people meet them: refused on the page, with the way out."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor, acting_as
from app.core.values.clock import today
from app.promotion.leads import queries, services
from app.promotion.leads.enums import Criterion, LeadStage
from app.promotion.leads.models import Lead
from app.promotion.visits import services as visits
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit
from tests.factories.leads import (
    ContactMade,
    County,
    a_contract,
    a_county,
    a_lead_at,
    a_lead_ready_to_sign,
    a_review,
    a_signed_lead,
    an_asked_review,
    move,
    person_id,
    redate,
    sign_in,
)
from tests.factories.visits import a_visit, visit_data

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]
S = LeadStage


def _ago(days: int) -> date:
    return today() - timedelta(days=days)


@pytest.fixture(autouse=True)
def _met(app: Flask) -> Iterator[None]:
    with ContactMade():
        yield


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def _send(client: FlaskClient, county: County, url: str, by: Actor | None = None, **fields: Any) -> Any:
    return sign_in(client, by or county.officer).submit(url, fields, url)


def _moved(client: FlaskClient, county: County, lead: Lead, to: S, day: date) -> Any:
    url = f"/leads/{lead.public_id}/move?to={to.value}"
    return _send(client, county, url, effective_on=day.isoformat())


def _fill(county: County, lead: Lead, **values: Any) -> None:
    with acting_as(county.officer):
        services.update_lead(lead, lead.version, values)


# --- a move before what opens it ---


def test_first_talk_is_no_earlier_than_the_first_talk(county: County, client: FlaskClient) -> None:
    lead = a_lead_at(county, S.ASSESSED)
    talk = {"first_negotiator_id": person_id(county.officer), "first_talk_on": _ago(10)}
    _fill(county, lead, assessment="跟进", **talk)
    refused = _moved(client, county, lead, S.FIRST_TALK, _ago(11))
    assert refused.status_code == 422
    assert f"进入「首谈」的日期（{_ago(11)}）不能早于首谈日期（{_ago(10)}）" in refused.text
    assert "先在首谈登记里改" in refused.text
    assert _moved(client, county, lead, S.FIRST_TALK, _ago(10)).status_code == 303


def test_negotiating_is_no_earlier_than_the_first_meeting(county: County, client: FlaskClient) -> None:
    lead = a_lead_at(county, S.FIRST_TALK)
    a_visit(county, lead=lead, held_on=_ago(20), kind=VisitKind.CALL)
    a_visit(county, lead=lead, held_on=_ago(5))
    a_visit(county, lead=lead, held_on=_ago(10), kind=VisitKind.RECEPTION)
    refused = _moved(client, county, lead, S.NEGOTIATING, _ago(11))
    assert refused.status_code == 422
    assert f"不能早于第一次见面的日期（{_ago(10)}）" in refused.text and "先补记那次走访" in refused.text
    assert _moved(client, county, lead, S.NEGOTIATING, _ago(10)).status_code == 303


def test_approval_is_no_earlier_than_the_meeting(county: County, client: FlaskClient) -> None:
    lead = a_lead_at(county, S.REVIEWING)
    _fill(county, lead, conclusion="同意", conclusion_on=_ago(10))
    refused = _moved(client, county, lead, S.APPROVED, _ago(11))
    assert refused.status_code == 422 and f"不能早于会议日期（{_ago(10)}）" in refused.text
    assert _moved(client, county, lead, S.APPROVED, _ago(8)).status_code == 303


@pytest.mark.parametrize("days", [1, -1])
def test_a_signing_on_another_day_than_the_contract_is_refused(
    county: County, client: FlaskClient, days: int
) -> None:
    lead = a_lead_ready_to_sign(county)
    redate(lead, county, _ago(10))
    day = _ago(10 + days)
    refused = _moved(client, county, lead, S.SIGNED, day)
    assert refused.status_code == 422
    assert f"进入「签约」的日期（{day}）要和合同签订日期（{_ago(10)}）是同一天" in refused.text
    assert _moved(client, county, lead, S.SIGNED, _ago(10)).status_code == 303


def test_the_form_of_a_signing_proposes_the_day_of_the_contract(county: County, client: FlaskClient) -> None:
    lead = a_lead_ready_to_sign(county)
    redate(lead, county, _ago(10))
    page = sign_in(client, county.officer).get(f"/leads/{lead.public_id}/move?to=signed").text
    assert f'value="{_ago(10)}"' in page and f"照合同签订日期 {_ago(10)}" in page


def test_the_form_says_so_when_the_contract_is_older_than_the_last_move(
    county: County, client: FlaskClient
) -> None:
    lead = a_lead_at(county, S.REVIEWING)
    _fill(county, lead, conclusion="同意", conclusion_on=lead.stage_since)
    move(lead, S.APPROVED, county.officer, _ago(5))
    contract = a_contract(lead, county, signed_on=_ago(9))
    a_review(contract, county, reviewed_on=_ago(9))
    page = sign_in(client, county.officer).get(f"/leads/{lead.public_id}/move?to=signed").text
    assert f"合同签订日期是 {_ago(9)}，早于上一次阶段变动（{_ago(5)}），两个日期对不上" in page
    assert "请招商局在阶段台账里更正那一行" in page


def test_a_card_goes_to_signed_on_the_day_of_its_contract(county: County, client: FlaskClient) -> None:
    lead = a_lead_ready_to_sign(county)
    redate(lead, county, _ago(10))
    me = sign_in(client, county.officer)
    answer = me.submit("/leads/board", {"stage": "signed"}, f"/leads/{lead.public_id}/shift")
    assert answer.status_code == 303
    assert f"照合同签订日期 {_ago(10)}" in me.get(answer.location).text


def test_a_signing_may_still_be_corrected_and_made_again(county: County, client: FlaskClient) -> None:
    lead = a_signed_lead(county)
    signing = queries.entries_of(lead)[0]
    with acting_as(county.head):
        services.correct_entry(lead, signing.id, "签约日期记错了")
    redate(lead, county, _ago(3))
    assert _moved(client, county, lead, S.SIGNED, _ago(3)).status_code == 303


def test_a_second_meeting_after_a_step_back_decides_anew(county: County, client: FlaskClient) -> None:
    lead = a_lead_at(county, S.APPROVED)
    move(lead, S.INSPECTING, county.head, _ago(20), reason="方案大改")
    move(lead, S.REVIEWING, county.officer, _ago(15))
    _fill(county, lead, conclusion="原则同意", conclusion_on=_ago(10))
    assert _moved(client, county, lead, S.APPROVED, _ago(11)).status_code == 422
    assert _moved(client, county, lead, S.APPROVED, _ago(10)).status_code == 303


# --- a fact rewritten after it has opened something ---


def test_a_first_talk_cannot_move_behind_the_stage_it_opened(county: County, client: FlaskClient) -> None:
    lead = a_lead_at(county, S.FIRST_TALK)
    url = f"/leads/{lead.public_id}/fill/first-talk"
    refused = _send(client, county, url, first_talk_on=_ago(1).isoformat())
    assert refused.status_code == 422
    assert f"首谈日期（{_ago(1)}）不能晚于进入「首谈」的日期（{lead.stage_since}）" in refused.text
    assert "阶段台账里更正" in refused.text
    assert _send(client, county, url, first_talk_on=_ago(90).isoformat()).status_code == 303


@pytest.mark.parametrize(
    ("days", "said"), [(70, "不能早于进入「评审」的日期"), (3, "不能晚于进入「上会」的日期")]
)
def test_a_meeting_stays_between_review_and_approval(
    county: County, client: FlaskClient, days: int, said: str
) -> None:
    lead = a_lead_at(county, S.APPROVED)
    url = f"/leads/{lead.public_id}/fill/conclusion"
    refused = _send(client, county, url, conclusion_on=_ago(days).isoformat())
    assert refused.status_code == 422 and said in refused.text
    assert _send(client, county, url, conclusion="同意，分两期").status_code == 303


@pytest.mark.parametrize(
    ("stage", "part", "field"),
    [(S.LEAD, "first-talk", "first_talk_on"), (S.LEAD, "conclusion", "conclusion_on")],
)
def test_a_year_that_cannot_be_is_refused(
    county: County, client: FlaskClient, stage: S, part: str, field: str
) -> None:
    lead = a_lead_at(county, stage)
    fields = {field: "1999-12-31", "conclusion": "同意", "first_negotiator_id": _public_id(county)}
    refused = _send(client, county, f"/leads/{lead.public_id}/fill/{part}", **fields)
    assert refused.status_code == 422 and "不能早于 2000-01-01，请核对年份" in refused.text


def _public_id(county: County) -> str:
    return visit_data(county, county.officer).next_step.owner.public_id  # type: ignore[union-attr]


def test_a_review_long_before_its_lead_is_asked_about_and_taken_when_it_is_right(
    county: County, client: FlaskClient
) -> None:
    lead = a_lead_at(county, S.APPROVED)
    contract = a_contract(lead, county, signed_on=lead.stage_since)
    an_asked_review(contract, county)
    url = f"/agreements/{contract.public_id}/conclude"
    near, far, farther = (lead.registered_on - timedelta(days=days) for days in (90, 91, 400))
    fields = {"number": "公审 7 号", "verdict": "passed"}
    asked = _send(client, county, url, by=county.colleague, reviewed_on=far.isoformat(), **fields)
    assert asked.status_code == 422 and contract.review is not None and contract.review.waits
    assert f"比线索登记（{lead.registered_on}）早 91 天" in asked.text
    assert f'name="reviewed_on-sure" value="{far}"' in asked.text
    sure = fields | {"reviewed_on-sure": far.isoformat()}
    other = _send(client, county, url, by=county.colleague, reviewed_on=farther.isoformat(), **sure)
    assert other.status_code == 422 and f'value="{farther}"' in other.text
    taken = _send(client, county, url, by=county.colleague, reviewed_on=far.isoformat(), **sure)
    assert taken.status_code == 303
    again = _send(client, county, url, by=county.colleague, number="公审 8 号")
    assert again.status_code == 303, "a day that stood there since before is not asked about"
    later = _send(client, county, url, by=county.colleague, reviewed_on=near.isoformat(), **fields)
    assert later.status_code == 303


def test_a_review_cannot_follow_the_signing(county: County, client: FlaskClient) -> None:
    lead = a_lead_ready_to_sign(county)
    [contract] = queries.agreements_of(lead)
    late = contract.signed_on + timedelta(days=1)
    url = f"/agreements/{contract.public_id}/conclude"
    refused = _send(client, county, url, by=county.colleague, reviewed_on=late.isoformat())
    assert refused.status_code == 422
    assert f"公平竞争审查日期（{late}）不能晚于合同签订日期（{contract.signed_on}）" in refused.text


def test_a_contract_cannot_come_before_its_review_or_the_meeting(county: County, client: FlaskClient) -> None:
    lead = a_lead_at(county, S.APPROVED)
    contract = a_contract(lead, county, signed_on=_ago(10))
    a_review(contract, county, reviewed_on=_ago(12))
    url = f"/agreements/{contract.public_id}/edit"
    before_review = _send(client, county, url, signed_on=_ago(13).isoformat())
    assert before_review.status_code == 422
    assert f"不能早于公平竞争审查日期（{_ago(12)}）" in before_review.text
    before_meeting = _send(client, county, url, signed_on=_ago(70).isoformat())
    assert before_meeting.status_code == 422 and "不能早于会议日期" in before_meeting.text
    assert _send(client, county, url, signed_on=_ago(12).isoformat()).status_code == 303


def test_the_visit_that_opened_negotiating_cannot_become_later(
    county: County, session: Db, client: FlaskClient
) -> None:
    lead = a_lead_at(county, S.FIRST_TALK)
    visit = a_visit(county, county.officer, lead=lead, held_on=_ago(20))
    move(lead, S.NEGOTIATING, county.officer, _ago(18))
    url = f"/visits/{visit.public_id}/edit"
    refused = _send(client, county, url, held_on=_ago(17).isoformat())
    assert refused.status_code == 422
    assert f"第一次见面的日期（{_ago(17)}）不能晚于进入「在谈」的日期（{_ago(18)}）" in refused.text
    assert session.scalars(select(Visit.held_on)).one() == _ago(20)
    assert _send(client, county, url, held_on=_ago(18).isoformat()).status_code == 303


def test_another_meeting_may_change_its_date_freely(county: County) -> None:
    lead = a_lead_at(county, S.FIRST_TALK)
    a_visit(county, county.officer, lead=lead, held_on=_ago(20))
    second = a_visit(county, county.officer, lead=lead, held_on=_ago(19))
    move(lead, S.NEGOTIATING, county.officer, _ago(18))
    with acting_as(county.officer):
        visits.edit_visit(second, second.version, visit_data(county, county.officer, held_on=_ago(1)))
    assert queries.day_of(Criterion.CONTACT_MADE, lead) == _ago(20)


def test_a_contradiction_from_before_the_rule_keeps_nobody_from_writing_the_rest(
    county: County, session: Db
) -> None:
    lead = a_lead_at(county, S.FIRST_TALK)
    lead.first_talk_on = _ago(1)
    session.commit()
    _fill(county, lead, first_talk_on=_ago(1), assessment="补充意见")
    assert lead.assessment == "补充意见"
