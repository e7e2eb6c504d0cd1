"""One act on many records of a list: each is done or says why not, and none holds up another."""

import re
import sqlite3
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import now, today
from app.promotion.leads import services
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead
from app.promotion.leads.services import set_next_step
from app.promotion.steps.models import Step
from app.register.accounts.models import Person
from app.register.enterprises.models import Enterprise
from app.register.tags.models import Tag
from tests.factories.leads import (
    County,
    a_confidential_lead,
    a_county,
    a_lead,
    an_enterprise,
    person_id,
    sign_in,
)
from tests.services.client import forms_of

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases
ARCHIVE = {"reason": "重复登记", "steps": "drop"}


@pytest.fixture
def county(session: Db) -> County:
    """Leads 第1条 to 第3条 of the officer."""
    found = a_county()
    for number in range(1, 4):
        a_lead(found, name=f"第{number}条", enterprise_id=an_enterprise().id)
    return found


def _lead(name: str) -> Lead:
    db.session.expire_all()
    return db.session.query(Lead).filter_by(name=name).one()


def _do(me: FlaskClient, act: str, fields: dict[str, Any], *leads: str, of: str = "leads") -> TestResponse:
    """Ticks these, goes on to what is asked, sends it."""
    ids = "&".join(f"ids={_lead(name).public_id}" for name in leads)
    page = f"/{of}/many/{act}?{ids}"
    return me.submit(page, fields, action=f"/{of}/many/{act}")


def _failed(page: str) -> dict[str, str]:
    """Names and reasons of those that were not done."""
    rows = re.findall(r'<th scope="row">(?:<[^>]+>)*([^<]+).*?</th><td class="whole">([^<]+)', page)
    return dict(rows)


def _public_id(actor: Actor) -> str:
    return db.session.query(Person).filter_by(id=person_id(actor)).one().public_id


def test_all_that_were_chosen_are_done(county: County, client: FlaskClient) -> None:
    answer = _do(sign_in(client, county.head), "archive", ARCHIVE, "第1条", "第2条")
    assert answer.status_code == 200
    assert "归档：办成 2 条" in answer.text
    assert _failed(answer.text) == {}
    assert [_lead(f"第{number}条").is_archived for number in (1, 2, 3)] == [True, True, False]
    assert _lead("第1条").archive_reason == "重复登记"


def test_what_was_done_by_mistake_is_taken_back_from_its_report(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.head)
    report = _do(me, "archive", ARCHIVE, "第1条", "第2条")
    assert "撤销归档" in report.text
    answer = me.post("/leads/many/restore", data=_form(report.text, "restore"))
    assert "恢复：办成 2 条" in answer.text
    assert "撤销恢复" not in answer.text
    assert not any(_lead(f"第{number}条").is_archived for number in (1, 2))
    assert _lead("第1条").archive_reason is None


def test_an_archive_offers_to_bring_many_back_and_nothing_else(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.head)
    _do(me, "archive", ARCHIVE, "第1条", "第2条")
    offered = re.compile(r'formaction="/leads/many/(\w+)"')
    assert offered.findall(me.get("/leads?archived=1&state=all").text) == ["restore"]
    assert "restore" not in offered.findall(me.get("/leads").text)
    answer = _do(me, "restore", {}, "第2条")
    assert "恢复：办成 1 条" in answer.text
    assert [_lead(f"第{number}条").is_archived for number in (1, 2)] == [True, False]


def test_one_that_cannot_be_brought_back_says_why_and_the_others_are(
    county: County, client: FlaskClient
) -> None:
    me = sign_in(client, county.head)
    _do(me, "archive", ARCHIVE, "第1条", "第2条")
    enterprise = _lead("第1条").enterprise
    enterprise.archived_at = now()
    db.session.commit()
    answer = _do(me, "restore", {}, "第1条", "第2条")
    assert "恢复：办成 1 条，没有办成 1 条" in answer.text
    assert "归档" in _failed(answer.text)["第1条"]


def test_one_that_cannot_be_done_says_why_and_the_others_are_done(
    county: County, client: FlaskClient
) -> None:
    me = sign_in(client, county.head)
    _do(me, "archive", ARCHIVE, "第2条")
    answer = _do(me, "archive", ARCHIVE, "第1条", "第2条", "第3条")
    assert "归档：办成 2 条，没有办成 1 条" in answer.text
    assert _failed(answer.text) == {"第2条": "这条线索已归档，只能查看；要改请先恢复"}


def test_who_was_chosen_is_told_from_others_of_that_name(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.head)
    page = me.get(f"/leads/many/archive?ids={_lead('第1条').public_id}").text
    assert re.search(r"第1条\s*<span class=\"muted\">（线索）", page)
    report = _do(me, "archive", ARCHIVE, "第1条").text
    assert re.search(r"第1条</a>\s*<span class=\"muted\">线索", report)


def test_each_is_done_as_a_single_act_would_be(county: County, client: FlaskClient) -> None:
    fields = {
        "owner": _public_id(county.colleague),
        "effective_on": today().isoformat(),
        "reason": "分工调整",
    }
    answer = _do(sign_in(client, county.head), "assign", fields, "第1条", "第3条")
    assert "分派：办成 2 条" in answer.text
    owners = [_lead(f"第{number}条").owner_id for number in (1, 2, 3)]
    assert owners == [person_id(county.colleague), person_id(county.officer), person_id(county.colleague)]
    assert _lead("第1条").entries[-1].reason == "分工调整"


def test_the_reason_that_a_jump_asks_for_can_be_written_for_many(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.head)
    jump = {"to": "first_talk", "effective_on": today().isoformat()}
    refused = _do(me, "move", jump, "第1条", "第2条")
    told = _failed(refused.text)
    assert set(told) == {"第1条", "第2条"}
    assert all("跳步要写明原因" in why for why in told.values())
    asked = _form(me.post("/leads/many/move", data=_form(refused.text, "move")).text, "move")
    told = _failed(me.post("/leads/many/move", data=asked | {"reason": "上一任已经谈过"}).text)
    assert not any("原因" in why for why in told.values())


def _form(page: str, act: str = "archive") -> dict[str, Any]:
    """What the form for an act on this page would send."""
    return next(form.fields for form in forms_of(page) if form.action.startswith(f"/leads/many/{act}"))


def _ticked(me: FlaskClient, *leads: str) -> dict[str, Any]:
    """What the page for archiving these would send."""
    ids = "&".join(f"ids={_lead(name).public_id}" for name in leads)
    return _form(me.get(f"/leads/many/archive?{ids}").text) | ARCHIVE


def test_a_form_that_is_sent_twice_does_each_once(county: County, client: FlaskClient, session: Db) -> None:
    me = sign_in(client, county.head)
    form = _ticked(me, "第1条", "第2条")
    for _time in range(2):
        answer = me.post("/leads/many/archive", data=form)
        assert "归档：办成 2 条" in answer.text
        assert _failed(answer.text) == {}
    assert _lead("第1条").version == _lead("第3条").version + 1


def test_a_form_that_comes_back_changed_is_not_done_to_those_it_was_done_to(
    county: County, client: FlaskClient
) -> None:
    me = sign_in(client, county.head)
    form = _ticked(me, "第1条", "第2条")
    me.post("/leads/many/archive", data=form)
    answer = me.post("/leads/many/archive", data=form | {"reason": "不来了"})
    assert "没有办成 2 条" in answer.text
    assert set(_failed(answer.text).values()) == {"这张表已经提交过一次，内容却不一样。请刷新页面后重新填写"}
    assert _lead("第1条").archive_reason == "重复登记"


def test_on_a_busy_database_the_report_tells_how_far_it_got_and_leads_on(
    county: County, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, archive = list[str](), services.archive_lead

    def busy_after_the_first(lead: Lead, *args: Any, **kwargs: Any) -> None:
        if done:
            raise OperationalError("UPDATE", {}, sqlite3.OperationalError("database is locked"))
        done.append(lead.name)
        archive(lead, *args, **kwargs)

    monkeypatch.setattr(services, "archive_lead", busy_after_the_first)
    me = sign_in(client, county.head)
    report = me.post("/leads/many/archive", data=_ticked(me, "第1条", "第2条", "第3条"))
    assert report.status_code == 200
    assert "归档：办成 1 条，没有办成 2 条" in report.text
    assert set(_failed(report.text).values()) == {"系统正忙，还没有办到这一条"}
    monkeypatch.undo()
    again = me.post("/leads/many/archive", data=_form(report.text))
    assert again.status_code == 200
    assert "归档 2 条线索" in again.text
    assert "重复登记" in again.text
    assert not _lead("第2条").is_archived
    form = _form(again.text)
    assert "办成 2 条" in me.post("/leads/many/archive", data=form).text
    assert all(_lead(f"第{number}条").is_archived for number in (1, 2, 3))


def test_what_is_asked_wrongly_is_asked_again_and_nothing_is_done(
    county: County, client: FlaskClient
) -> None:
    answer = _do(sign_in(client, county.head), "archive", {"reason": " "}, "第1条", "第2条")
    assert answer.status_code == 422
    assert "写一句为什么归档" in answer.text
    assert re.search(r'name="chosen" value="\w{16} \w{16}"', answer.text)
    assert not _lead("第1条").is_archived


def test_one_that_is_hidden_is_told_like_one_that_is_not_there(county: County, client: FlaskClient) -> None:
    hidden = a_confidential_lead(county, county.head, name="看不到的", enterprise_id=an_enterprise().id)
    fields = {**ARCHIVE, "chosen": f"{hidden.public_id} 0123456789abcdef"}
    page = f"/leads/many/archive?ids={hidden.public_id}&ids=0123456789abcdef"
    me = sign_in(client, county.officer)
    assert "看不到的" not in me.get(page).text.replace("已经看不到的", "")
    answer = me.submit(page, fields, action="/leads/many/archive")
    assert "没有办成 2 条" in answer.text
    assert answer.text.count("已经看不到这一条了") == 2
    assert not _lead("看不到的").is_archived


def test_a_step_that_is_hidden_is_not_called_by_its_words(county: County, client: FlaskClient) -> None:
    hidden = a_confidential_lead(county, county.head, name="看不到的", enterprise_id=an_enterprise().id)
    with acting_as(county.head):
        step = set_next_step(hidden, "约赤鹞来谈", today(), person_id(county.head))
    db.session.commit()
    page = f"/steps/many/move?ids={step.public_id}"
    assert "赤鹞" in sign_in(client, county.head).get(page).text
    assert "赤鹞" not in sign_in(client, county.officer).get(page).text


def test_all_that_the_list_finds_are_those_that_stood_there(county: County, client: FlaskClient) -> None:
    me = sign_in(client, county.head)
    page = "/leads/many/archive?all=1&among=q%3D%E7%AC%AC&ids="
    shown = me.get(page).text
    assert "归档 3 条线索" in shown
    a_lead(county, name="第4条", enterprise_id=an_enterprise().id)
    chosen = re.search(r'name="chosen" value="([^"]+)"', shown)
    assert chosen
    answer = me.submit(page, {**ARCHIVE, "chosen": chosen[1]}, action="/leads/many/archive")
    assert "归档：办成 3 条" in answer.text
    assert not _lead("第4条").is_archived


def test_the_way_back_is_the_list_as_it_was(county: County, client: FlaskClient) -> None:
    page = sign_in(client, county.head).get("/leads/many/archive?all=1&among=q%3D%E7%AC%AC%26page%3D1").text
    assert 'href="/leads?q=%E7%AC%AC&amp;page=1">返回线索与在谈' in page


@pytest.mark.parametrize("query", ["", "?ids=", "?ids=x%22", "?all=1&among=q%3D%E6%B2%A1%E6%9C%89"])
def test_who_has_chosen_none_is_told(county: County, client: FlaskClient, query: str) -> None:
    answer = sign_in(client, county.head).get(f"/leads/many/archive{query}", follow_redirects=True)
    assert answer.request.path == "/leads"
    assert "还没有选线索，请在列表里勾上要办的再点" in answer.text


def test_too_many_at_once_are_refused(
    county: County, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.core.records.bulk.MOST", 2)
    answer = sign_in(client, county.head).get("/leads/many/archive?all=1", follow_redirects=True)
    assert "一次最多办 2 条，请先加条件缩小范围" in answer.text


def test_the_list_offers_what_its_reader_may_do_to_many(county: County, client: FlaskClient) -> None:
    page = sign_in(client, county.head).get("/leads").text
    assert 'formaction="/leads/many/assign"' in page
    assert page.count("data-tick>") == 3
    assert "data-tick" not in sign_in(client, county.leader).get("/leads?state=all").text
    of_resident = sign_in(client, county.resident).get("/enterprises").text
    assert 'formaction="/enterprises/many/tag"' in of_resident
    assert 'formaction="/enterprises/many/archive"' not in of_resident


def test_who_may_not_do_it_is_refused_before_anything_is_asked(county: County, client: FlaskClient) -> None:
    lead = _lead("第1条").public_id
    me = sign_in(client, county.resident)
    assert me.get(f"/leads/many/assign?ids={lead}").status_code == 403
    assert me.get(f"/leads/many/nothing?ids={lead}").status_code == 404


def test_companies_are_archived_together(county: County, client: FlaskClient) -> None:
    both = [an_enterprise(f"苏州闲置{number}有限公司") for number in (1, 2)]
    db.session.commit()
    page = "/enterprises/many/archive?" + "&".join(f"ids={row.public_id}" for row in both)
    me = sign_in(client, county.head)
    done = me.submit(page, {"reason": "已注销"}, action="/enterprises/many/archive").text
    assert "归档：办成 2 家" in done
    again = me.submit(page, {"reason": "已注销"}, action="/enterprises/many/archive").text
    assert set(_failed(again)) == {"苏州闲置1有限公司", "苏州闲置2有限公司"}
    db.session.expire_all()
    assert all(
        row.is_archived for row in db.session.query(Enterprise).filter(Enterprise.name.contains("闲置"))
    )


def test_many_go_on_to_a_stage_and_those_that_lack_something_say_what(
    county: County, client: FlaskClient
) -> None:
    me = sign_in(client, county.officer)
    fields = {"to": "assessed", "effective_on": today().isoformat(), "evidence": "研判会"}
    assert "推进：办成 2 条" in _do(me, "move", fields, "第1条", "第2条").text
    assert {_lead("第1条").stage, _lead("第2条").stage} == {LeadStage.ASSESSED}
    assert _lead("第3条").stage is LeadStage.LEAD
    answer = _do(me, "move", fields | {"to": "first_talk"}, "第1条")
    assert "没有办成 1 条" in answer.text
    assert "研判" in _failed(answer.text)["第1条"]
    assert 'value="signed"' not in me.get(f"/leads/many/move?ids={_lead('第1条').public_id}").text


def test_a_tag_is_put_on_many_and_the_list_is_narrowed_by_it(county: County, client: FlaskClient) -> None:
    tag = Tag(kind="lead", name="重点")
    db.session.add(tag)
    db.session.commit()
    me = sign_in(client, county.officer)
    answer = _do(me, "tag", {"tag": tag.public_id}, "第1条", "第3条")
    assert "贴标签：办成 2 条" in answer.text
    page = me.get(f"/leads?tag={tag.public_id}").text
    assert [name in page for name in ("第1条", "第2条", "第3条")] == [True, False, True]
    assert "选一个标签" in _do(me, "tag", {"tag": ""}, "第1条").text


def test_steps_get_another_date_together(county: County, client: FlaskClient) -> None:
    with acting_as(county.officer):
        steps = [
            set_next_step(_lead(name), f"约{name}来看厂房", today(), person_id(county.officer))
            for name in ("第1条", "第2条")
        ]
    db.session.commit()
    page = "/steps/many/move?" + "&".join(f"ids={step.public_id}" for step in steps)
    later = today().replace(year=today().year + 1).isoformat()
    answer = sign_in(client, county.officer).submit(page, {"due_on": later}, action="/steps/many/move")
    assert "改期：办成 2 件" in answer.text
    db.session.expire_all()
    assert {step.due_on.isoformat() for step in db.session.query(Step)} == {later}
