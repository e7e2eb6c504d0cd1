"""The board: a card says what it lacks before it is dropped, and a refused one stays where it was."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from app.core.storage.db import db
from app.promotion.leads import queries
from app.promotion.leads.enums import Criterion, LeadStage
from tests.factories.leads import (
    ContactMade,
    County,
    a_contract,
    a_county,
    a_lead,
    a_lead_at,
    a_lead_ready_to_sign,
    sign_in,
)

Db = scoped_session[Session]


@pytest.fixture(autouse=True)
def _met(app: Flask) -> Iterator[None]:
    with ContactMade():
        yield


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def _shift(me: FlaskClient, lead, stage: str, board: str = "/leads/board"):
    return me.submit(board, {"stage": stage}, f"/leads/{lead.public_id}/shift")


@pytest.mark.both_databases
def test_what_many_leads_lack_is_what_each_lacks_alone(county: County) -> None:
    leads = [
        a_lead(county),
        a_lead_at(county, LeadStage.ASSESSED),
        a_lead_at(county, LeadStage.APPROVED),
        a_lead_ready_to_sign(county),
    ]
    a_contract(leads[2], county, scanned=False)
    stages = queries.stages_on()
    found = queries.missing_next(leads, stages)
    assert {lead.id: [item.criterion for item in found.get(lead.id, [])] for lead in leads} == {
        leads[0].id: [],
        leads[1].id: [Criterion.ASSESSMENT, Criterion.FIRST_NEGOTIATOR],
        leads[2].id: [Criterion.AGREEMENT, Criterion.FAIR_REVIEW],
        leads[3].id: [],
    }
    assert found[leads[2].id] == queries.missing(queries.LeadNow(leads[2]), LeadStage.SIGNED, stages)


def test_the_menu_of_a_card_says_what_the_next_stage_still_asks_for(
    county: County, client: FlaskClient
) -> None:
    a_lead_at(county, LeadStage.ASSESSED)
    page = sign_in(client, county.officer).get("/leads/board").text
    assert "首谈<small>还差 2 项：研判意见、首谈人和首谈日期</small>" in page
    assert 'data-jump="到「在谈」是跳步，不在您的职责内，要由招商局负责人办理"' in page


def test_a_column_tells_once_what_all_its_cards_can_do_by_a_form(county: County, client: FlaskClient) -> None:
    for _ in range(2):
        lead = a_lead(county)
    page = sign_in(client, county.head).get("/leads/board").text
    column = page.partition('data-stage="lead"')[2].partition("</section>")[0]
    assert (
        column.count('<a href="/leads/-card-/move?to=reviewing" data-to="reviewing">跳步到「评审」…</a>') == 1
    )
    assert column.count('<a href="/leads/-card-/move?to=on_hold" data-to="on_hold">暂缓…</a>') == 1
    assert column.count("data-card=") == 2
    # Without JavaScript the page of the lead has them all.
    assert f'<a href="/leads/{lead.public_id}" data-other-ways>其他阶段…' in column
    assert "data-jump" not in page


def test_who_may_not_correct_finds_no_jump_in_a_column(county: County, client: FlaskClient) -> None:
    a_lead(county)
    page = sign_in(client, county.officer).get("/leads/board").text
    column = page.partition('data-stage="lead"')[2].partition("</section>")[0]
    assert 'data-to="on_hold"' in column and "跳步到" not in column.partition("<template")[2]


def test_who_only_reads_finds_no_menu(county: County, client: FlaskClient) -> None:
    a_lead(county)
    page = sign_in(client, county.leader).get("/leads/board").text
    assert "data-card=" in page and "data-other-ways" not in page and "移到" not in page


def test_a_refused_card_stays_on_the_board_with_a_way_to_what_is_missing(
    county: County, client: FlaskClient
) -> None:
    lead, me = a_lead_at(county, LeadStage.ASSESSED), sign_in(client, county.officer)
    answer = _shift(me, lead, "first_talk")
    assert answer.status_code == 303 and answer.location == f"/leads/board#card-{lead.public_id}"
    page = me.get("/leads/board").text
    card = page.partition(f'id="card-{lead.public_id}"')[2].partition("</article>")[0]
    assert f"「{lead.name}」没有移到「首谈」，还差 2 项" in card
    assert f'href="/leads/{lead.public_id}/fill/assessment"' in card
    db.session.expire_all()
    assert lead.stage is LeadStage.ASSESSED
    assert "没有移到" not in me.get("/leads/board").text


def test_a_refusal_that_a_form_can_answer_leads_to_it(county: County, client: FlaskClient) -> None:
    lead, me = a_lead(county), sign_in(client, county.head)
    _shift(me, lead, "reviewing")
    page = me.get("/leads/board").text
    assert "跳步要写明原因" in page
    assert f'href="/leads/{lead.public_id}/move?to=reviewing">填写后再移</a>' in page


def test_a_jump_that_others_decide_on_is_said_beside_the_card(county: County, client: FlaskClient) -> None:
    lead, me = a_lead(county), sign_in(client, county.officer)
    assert _shift(me, lead, "reviewing").status_code == 303
    assert "到「评审」是跳步，不在您的职责内" in me.get("/leads/board").text


def test_a_refused_card_that_no_column_shows_is_said_above_them(county: County, client: FlaskClient) -> None:
    lead, me = a_lead_at(county, LeadStage.ASSESSED), sign_in(client, county.officer)
    _shift(me, lead, "first_talk")
    page = me.get("/leads/board?q=别的").text
    assert f"「{lead.name}」没有移到「首谈」" in page and f'id="card-{lead.public_id}"' not in page
