"""Two people change one lead at once: the second reads both values and who was first, and may go on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.money import read_amount
from app.core.web import files
from app.promotion.leads import queries, services
from app.promotion.leads.enums import LeadStage, LossReason, ReviewVerdict
from app.promotion.leads.models import Lead
from app.register.accounts.models import Person
from tests.factories.accounts import make_person
from tests.factories.leads import (
    ContactMade,
    County,
    a_conclusion,
    a_contract,
    a_county,
    a_file,
    a_lead,
    a_lead_at,
    person_id,
    sign_in,
)
from tests.services.client import SeparateClient, forms_of

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]
DAY = today().isoformat()


@pytest.fixture(autouse=True)
def _met(app: Flask) -> Iterator[None]:
    with ContactMade():
        yield


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def _signed_in(client: FlaskClient, actor: Actor) -> SeparateClient:
    found = sign_in(client, actor)
    assert isinstance(found, SeparateClient)
    return found


def _public_id(actor: Actor) -> str:
    return db.session.get_one(Person, actor.person_id).public_id


@contextmanager
def _meanwhile(actor: Actor) -> Iterator[None]:
    """What this person does in between, saved."""
    with acting_as(actor):
        yield
        db.session.commit()


def _renamed(lead: Lead, by: Actor, name: str = "二期") -> None:
    with _meanwhile(by):
        services.update_lead(lead, lead.version, {"name": name})


def _moved(lead: Lead, to: LeadStage, by: Actor, **more: Any) -> None:
    with _meanwhile(by):
        services.advance_stage(lead, to, today(), **more)


def _go_on(client: SeparateClient, url: str, clash: TestResponse, **chosen: str) -> TestResponse:
    """Sends the form of the conflict page, as 用我的 or 按所选保存 does."""
    form = next(form for form in forms_of(clash.text) if form.action == url)
    return client.post(url, data={**form.fields, **chosen})


def _refused(answer: TestResponse, by: Actor, *words: str) -> None:
    assert answer.status_code == 409
    for expected in (by.name, *words):
        assert expected in answer.text


def test_a_move_over_another_one_shows_both_stages_and_may_go_on(county: County, client: FlaskClient) -> None:
    lead = a_lead(county)
    me, url, seen = (
        _signed_in(client, county.officer),
        f"/leads/{lead.public_id}/move?to=on_hold",
        lead.version,
    )
    _moved(lead, LeadStage.ASSESSED, county.colleague)
    clash = me.submit(url, {"reason": "等年报", "effective_on": DAY, "version": seen})
    _refused(clash, county.colleague, "研判", "到「暂缓」", "改了阶段", "用我的")
    assert _go_on(me, url, clash).status_code == 303
    db.session.expire_all()
    assert (lead.stage, lead.hold_reason) == (LeadStage.ON_HOLD, "等年报")


def test_a_move_that_somebody_else_has_made_is_not_offered_again(county: County, client: FlaskClient) -> None:
    lead = a_lead(county)
    url = f"/leads/{lead.public_id}/move?to=assessed"
    me, seen = _signed_in(client, county.officer), lead.version
    sent = forms_of(me.get(url).text)[-1].fields
    _moved(lead, LeadStage.ASSESSED, county.colleague)
    clash = me.post(url, data={**sent, "effective_on": DAY, "version": seen})
    _refused(clash, county.colleague, "不能再照原来的办", f'href="/leads/{lead.public_id}"')
    assert "用我的" not in clash.text and "按所选保存" not in clash.text


def test_resuming_what_somebody_else_resumed_is_not_offered_again(
    county: County, client: FlaskClient
) -> None:
    lead = a_lead(county)
    _moved(lead, LeadStage.ON_HOLD, county.officer, reason="等年报")
    url, seen = f"/leads/{lead.public_id}/move?to=lead", lead.version
    me = _signed_in(client, county.officer)
    sent = forms_of(me.get(url).text)[-1].fields
    _moved(lead, LeadStage.LEAD, county.colleague)
    clash = me.post(url, data={**sent, "version": seen})
    _refused(clash, county.colleague, "到「线索」", "不能再照原来的办")


def test_a_loss_over_a_new_name_may_go_on(county: County, client: FlaskClient) -> None:
    lead = a_lead(county)
    me, url, seen = _signed_in(client, county.officer), f"/leads/{lead.public_id}/move?to=lost", lead.version
    _renamed(lead, county.colleague)
    clash = me.submit(url, {"reason_code": LossReason.SITE.value, "version": seen})
    _refused(clash, county.colleague, "到「流失」", "改了线索名称")
    assert _go_on(me, url, clash).status_code == 303


def test_a_card_moved_under_ones_hand_shows_where_it_is_now(county: County, client: FlaskClient) -> None:
    lead = a_lead(county)
    me, url, seen = _signed_in(client, county.officer), f"/leads/{lead.public_id}/shift", lead.version
    _renamed(lead, county.colleague)
    clash = me.submit("/leads/board", {"stage": "assessed", "version": seen}, url)
    _refused(clash, county.colleague, "线索（", "到「研判」")
    assert _go_on(me, url, clash).status_code == 303
    db.session.expire_all()
    assert lead.stage is LeadStage.ASSESSED


def test_of_two_assignments_each_part_can_be_chosen(county: County, client: FlaskClient) -> None:
    lead = a_lead(county)
    me, url, seen = _signed_in(client, county.head), f"/leads/{lead.public_id}/assign", lead.version
    with _meanwhile(county.officer):
        services.assign_lead(lead, owner_id=person_id(county.colleague), effective_on=today())
    clash = me.submit(url, {"owner": _public_id(county.resident), "version": seen})
    _refused(clash, county.officer, county.colleague.name, county.resident.name, county.team.name)
    theirs = {"owner": _public_id(county.colleague), "unit": county.park.public_id, "team": ""}
    assert _go_on(me, url, clash, **theirs).status_code == 303
    db.session.expire_all()
    assert (lead.owner_id, lead.unit_id, lead.team_id) == (county.colleague.person_id, county.park.id, None)


def test_who_may_see_a_lead_is_not_silently_overwritten(county: County, client: FlaskClient) -> None:
    lead = a_lead(county)
    me, url, seen = _signed_in(client, county.officer), f"/leads/{lead.public_id}/access", lead.version
    with _meanwhile(county.head):
        services.set_confidential(lead, False, [person_id(county.resident)])
    clash = me.submit(url, {"confidential": "y", "members": [_public_id(county.colleague)], "version": seen})
    _refused(clash, county.head, "不保密", county.resident.name, county.colleague.name, "用我的")
    assert _go_on(me, url, clash).status_code == 303
    db.session.expire_all()
    assert lead.confidential
    assert [person.id for person in queries.members_of(lead)] == [county.colleague.person_id]


def test_a_row_is_corrected_once(county: County, client: FlaskClient) -> None:
    lead = a_lead(county)
    _moved(lead, LeadStage.LOST, county.officer, reason_code=LossReason.COST)
    entry = queries.entries_of(lead)[0]
    url, seen = f"/leads/{lead.public_id}/correct/4", lead.version
    me = _signed_in(client, county.head)
    with _meanwhile(county.head):
        services.correct_entry(lead, entry.id, "又联系上了")
    clash = me.submit(url, {"reason": "点错了", "version": seen})
    _refused(clash, county.head, "已更正：又联系上了", "不算数：点错了", "不能再照原来的办")


def test_archiving_what_somebody_just_changed_says_what_was_changed(
    county: County, client: FlaskClient
) -> None:
    lead = a_lead(county)
    me, url, seen = _signed_in(client, county.officer), f"/leads/{lead.public_id}/archive", lead.version
    _renamed(lead, county.colleague)
    clash = me.submit(url, {"reason": "重复登记", "version": seen})
    _refused(clash, county.colleague, "没有归档，改了线索名称", "归档：重复登记")
    assert _go_on(me, url, clash).status_code == 303
    db.session.expire_all()
    assert lead.is_archived


def test_restoring_asks_for_the_version_that_was_seen(county: County, client: FlaskClient) -> None:
    lead = a_lead(county)
    with _meanwhile(county.officer):
        services.archive_lead(lead, "重复登记")
    me, page, url = _signed_in(client, county.officer), f"/leads/{lead.public_id}", ""
    url = f"{page}/restore"
    assert me.submit(page, {"version": ""}, url).status_code == 409
    sent = next(form for form in forms_of(me.get(page).text) if form.action == url).fields
    with _meanwhile(county.colleague):
        services.restore_lead(lead)
    clash = me.post(url, data=sent)
    _refused(clash, county.colleague, "没有归档", "恢复", "不能再照原来的办")


def test_two_editors_of_an_agreement_choose_field_by_field(county: County, client: FlaskClient) -> None:
    agreement = a_contract(a_lead_at(county, LeadStage.APPROVED), county)
    db.session.commit()
    me, url, seen = (
        _signed_in(client, county.officer),
        f"/agreements/{agreement.public_id}/edit",
        agreement.version,
    )
    theirs = services.AgreementData(
        kind=agreement.kind,
        title="投资协议（修订）",
        drafter_id=agreement.drafter_id,
        signed_on=today() - timedelta(days=1),
        amount=read_amount("3亿"),
    )
    with _meanwhile(county.colleague):
        services.update_agreement(agreement, seen, theirs)
    mine: dict[str, Any] = {"amount": "2.8亿", "version": seen, "file": (a_file().stream, "新协议.pdf")}
    clash = me.submit(url, mine)
    _refused(clash, county.colleague, "投资协议（修订）", "3亿", "2.8亿", "选好的「新协议.pdf」还在")
    assert "起草人" not in clash.text
    kept = _go_on(me, url, clash, title="投资协议（修订）", amount="2.8亿", signed_on=DAY)
    assert kept.status_code == 303
    db.session.expire_all()
    assert (agreement.title, agreement.amount, agreement.signed_on) == (
        "投资协议（修订）",
        280_000_000,
        today(),
    )
    assert queries.files_by_agreement([agreement])[agreement.public_id][0].name == "新协议.pdf"


def test_two_reviews_show_both_and_who_was_first(county: County, client: FlaskClient) -> None:
    lead = a_lead(county)
    agreement = a_contract(lead, county)
    outside = make_person("傅以宁", county.bureau)
    db.session.commit()
    url, seen = f"/agreements/{agreement.public_id}/review", agreement.version
    me = _signed_in(client, county.colleague)
    found = a_conclusion(number="公审 9 号", verdict=ReviewVerdict.AMENDED)
    with _meanwhile(county.head):
        services.record_paper(agreement, outside.id, found, files.store(a_file()))
    mine = {"reviewer": outside.public_id, "reviewed_on": DAY, "file": (a_file().stream, "结论书.pdf")}
    clash = me.submit(url, {"number": "公审 8 号", "verdict": "passed", "version": seen, **mine})
    _refused(clash, county.head, "公审 9 号", "公审 8 号", "修改后通过")
    assert (
        _go_on(
            me, url, clash, number="公审 9 号", verdict="amended", opinion="删去", reviewed_on=DAY
        ).status_code
        == 303
    )


def test_what_gates_ask_for_is_not_silently_overwritten(county: County, client: FlaskClient) -> None:
    lead = a_lead(county)
    me, url, seen = (
        _signed_in(client, county.officer),
        f"/leads/{lead.public_id}/fill/assessment",
        lead.version,
    )
    with _meanwhile(county.colleague):
        services.update_lead(lead, seen, {"assessment": "不跟进"})
    clash = me.submit(url, {"assessment": "跟进", "version": seen})
    _refused(clash, county.colleague, "不跟进", "研判意见", "按所选保存")
    assert _go_on(me, url, clash, assessment="不跟进").status_code == 303


def test_two_who_assign_a_lead_to_the_same_person_do_not_stand_in_each_others_way(
    county: County, client: FlaskClient
) -> None:
    lead = a_lead(county)
    me, url, seen = _signed_in(client, county.head), f"/leads/{lead.public_id}/assign", lead.version
    with _meanwhile(county.officer):
        services.assign_lead(lead, owner_id=person_id(county.colleague), effective_on=today())
    same = {"owner": _public_id(county.colleague), "effective_on": DAY, "version": seen}
    assert me.submit(url, same).status_code == 303


@pytest.mark.parametrize("path", ["move?to=on_hold", "assign", "access", "archive"])
def test_a_form_without_its_version_is_as_stale_as_an_old_one(
    county: County, client: FlaskClient, path: str
) -> None:
    lead = a_lead(county)
    me, url = _signed_in(client, county.head), f"/leads/{lead.public_id}/{path}"
    other = {"owner": _public_id(county.colleague), "confidential": "y"}
    sent = {"version": "", "reason": "等年报", "effective_on": DAY, **other}
    assert me.submit(url, sent).status_code == 409
