"""A lead that was entered late: its day of registration is corrected, and the way to the signing is open."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor, acting_as
from app.core.records import history
from app.core.records.history import EntryKind
from app.core.values.clock import now, today
from app.core.values.errors import NotAllowed, RuleBroken
from app.promotion.leads import projection, queries, services
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead, LeadReach
from tests.factories.days import in_days, told
from tests.factories.leads import (
    ContactMade,
    County,
    a_contract,
    a_county,
    a_lead,
    a_lead_at,
    a_review,
    fill_for,
    move,
    person_id,
    sign_in,
)

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]
S = LeadStage
WHY = "9月已经接洽，11月才录入"


def _ago(days: int) -> date:
    return today() - timedelta(days=days)


@pytest.fixture(autouse=True)
def _met(app: Flask) -> Iterator[None]:
    with ContactMade():
        yield


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def _send(client: FlaskClient, actor: Actor, lead: Lead, **fields: Any) -> Any:
    url = f"/leads/{lead.public_id}/registration"
    return sign_in(client, actor).submit(url, {"reason": WHY} | fields, url)


def _redate(county: County, lead: Lead, day: date) -> None:
    with acting_as(county.head):
        services.correct_registration(lead, day, WHY)


def test_a_contract_older_than_the_registration_is_signed_after_the_day_is_corrected(
    county: County, client: FlaskClient, session: Db
) -> None:
    lead = a_lead(county, registered_on=_ago(2))
    url = f"/leads/{lead.public_id}/move?to=assessed"
    with acting_as(county.officer):
        services.update_lead(lead, lead.version, {"assessment": "跟进"})
    session.commit()
    refused = sign_in(client, county.officer).submit(url, {"effective_on": _ago(30).isoformat()}, url)
    assert refused.status_code == 422
    assert (
        f"生效日期不能早于登记日期（{_ago(2)}）；登记日期写晚了，请招商局在阶段台账里改登记日期"
        in refused.text
    )
    answer = _send(client, county.head, lead, registered_on=_ago(60).isoformat())
    assert answer.status_code == 303
    session.refresh(lead)
    assert (lead.registered_on, lead.stage_since) == (_ago(60), _ago(60))
    for to in tuple(LeadStage)[1:8]:
        if to is S.SIGNED:
            contract = a_contract(lead, county, signed_on=_ago(9))
            a_review(contract, county, reviewed_on=_ago(12))
        else:
            fill_for(lead, to, county)
        move(lead, to, county.officer, _ago(9) if to is S.SIGNED else _ago(30))
    assert (lead.stage, lead.stage_since) == (S.SIGNED, _ago(9))


def test_the_form_of_a_signing_says_that_the_registration_is_too_late(
    county: County, client: FlaskClient
) -> None:
    lead = a_lead_at(county, S.APPROVED, registered_on=_ago(5))
    with acting_as(county.officer):
        services.update_lead(lead, lead.version, {"conclusion": "同意"})
    contract = a_contract(lead, county, signed_on=_ago(5))
    a_review(contract, county, reviewed_on=_ago(9))
    contract.signed_on = _ago(9)
    page = sign_in(client, county.officer).get(f"/leads/{lead.public_id}/move?to=signed").text
    assert f"合同签订日期是 {_ago(9)}，早于登记日期（{_ago(5)}），两个日期对不上" in page
    assert "请招商局在阶段台账里改登记日期，其后记晚了的阶段也在那里更正" in page


def test_the_cohort_moves_and_what_was_known_before_stays(county: County, session: Db) -> None:
    lead = a_lead(county, registered_on=_ago(2))
    before = now()
    _redate(county, lead, _ago(60))
    reach = session.scalars(select(LeadReach).where(LeadReach.lead_id == lead.id)).one()
    assert (reach.first_date, reach.cohort_date) == (_ago(60), _ago(60))
    assert (reach.owner_id, reach.amount) == (person_id(county.officer), lead.amount)
    entries = projection.entries_of([lead.id])[lead.id]
    [then] = history.spans(history.effective(entries, known_at=before))
    assert then.d1 == _ago(2)
    drift = projection.LedgerDrift()
    projection.compare(drift, [lead])
    assert drift.is_clean


def test_the_ledger_tab_offers_it_to_the_bureau_and_tells_what_was_done(
    county: County, client: FlaskClient
) -> None:
    lead = a_lead(county, registered_on=_ago(2))
    ledger = f"/leads/{lead.public_id}?tab=ledger"
    link = f'href="/leads/{lead.public_id}/registration"'
    assert link not in sign_in(client, county.officer).get(ledger).text
    me = sign_in(client, county.head)
    assert me.get(ledger).text.count(link) == 1
    _send(client, county.head, lead, registered_on=_ago(60).isoformat())
    page = me.get(ledger).text
    told = f"登记日期由 {_ago(2)} 改为 {_ago(60)}：{WHY}"
    assert f"已更正：{told}" in page and "已更正：随登记日期更正" in page
    assert page.count(link) == 1
    timeline = me.get(f"/leads/{lead.public_id}").text
    assert told in timeline and "更正：「登记线索」不算数" in timeline
    assert "交给" not in timeline and "更正：「计划总投资" not in timeline


def test_only_the_bureau_may(county: County, client: FlaskClient) -> None:
    lead = a_lead(county, registered_on=_ago(2))
    for actor in (county.officer, county.resident, county.leader):
        assert sign_in(client, actor).get(f"/leads/{lead.public_id}/registration").status_code in (403, 404)
    with acting_as(county.officer), pytest.raises(NotAllowed):
        services.correct_registration(lead, _ago(60), WHY)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"registered_on": in_days(1)}, "登记日期不能晚于今天"),
        ({"registered_on": "1999-12-31"}, "登记日期不能早于 2000-01-01，请核对年份"),
        ({"registered_on": "2026-02-30"}, "真有的一天"),
        ({"registered_on": ""}, "选登记日期"),
        ({"registered_on": in_days(-40)}, lambda: f"登记日期已经是 {_ago(40)}，不用改"),
        ({"registered_on": in_days(-20)}, lambda: f"登记日期要早于登记以后的第一行台账（{_ago(20)}）"),
        ({"registered_on": in_days(-60), "reason": ""}, "写明为什么更正"),
        ({"registered_on": in_days(-60), "reason": "长" * 201}, "最多 200 个字"),
    ],
)
def test_a_day_that_cannot_be_is_refused_and_nothing_is_lost(
    county: County, client: FlaskClient, session: Db, fields: dict[str, Any], said: Any
) -> None:
    lead = a_lead(county, registered_on=_ago(40))
    move(lead, S.ON_HOLD, county.officer, _ago(20), reason="等土地")
    answer = _send(client, county.head, lead, **{name: str(value) for name, value in told(fields).items()})
    assert answer.status_code == 422 and told(said) in answer.text
    assert fields.get("reason", WHY)[:200] in answer.text
    session.refresh(lead)
    assert lead.registered_on == _ago(40)


def test_it_may_become_later_as_long_as_it_stays_before_the_rest(county: County, session: Db) -> None:
    lead = a_lead(county, registered_on=_ago(400))
    move(lead, S.ON_HOLD, county.officer, _ago(20), reason="等土地")
    _redate(county, lead, _ago(35))
    _redate(county, lead, _ago(21))
    assert lead.registered_on == _ago(21)
    [first, second] = history.spans(history.effective(projection.entries_of([lead.id])[lead.id]))
    assert (first.stage, first.d1, first.d2) == (S.LEAD, _ago(21), _ago(20))
    assert second.stage == S.ON_HOLD


def test_the_new_rows_of_the_registration_cannot_be_voided_either(county: County, session: Db) -> None:
    lead = a_lead(county, registered_on=_ago(2))
    _redate(county, lead, _ago(60))
    rows = queries.registration_of(queries.entries_of(lead))
    for kind in (EntryKind.MOVE, EntryKind.ASSIGN):
        with acting_as(county.head), pytest.raises(RuleBroken, match="登记时的第一行不能更正"):
            services.correct_entry(lead, rows[kind].id, "点错了")


def test_an_amount_that_was_voided_does_not_come_back(county: County, session: Db) -> None:
    lead = a_lead(county, registered_on=_ago(2))
    amount = queries.registration_of(queries.entries_of(lead))[EntryKind.AMOUNT]
    with acting_as(county.head):
        services.correct_entry(lead, amount.id, "听错了")
    _redate(county, lead, _ago(60))
    assert lead.amount == 0


def test_somebody_who_saved_meanwhile_is_shown(county: County, client: FlaskClient, session: Db) -> None:
    lead = a_lead(county, registered_on=_ago(2))
    url = f"/leads/{lead.public_id}/registration"
    fields = {"registered_on": _ago(60).isoformat(), "reason": WHY, "version": "0"}
    answer = sign_in(client, county.head).submit(url, fields, url)
    assert answer.status_code == 409
    assert f"{_ago(2)}，线索" in answer.text and str(_ago(60)) in answer.text
