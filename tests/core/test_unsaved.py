"""What was typed comes again: after the session ended, from a second tab, on a busy database, with a scan."""

import re
import sqlite3
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from app.core.access.auth import Actor
from app.core.storage.changes import BULK_ALLOWED
from app.core.storage.db import db
from app.core.values.clock import now, today
from app.core.web import files, unsaved
from app.core.web.receiving import LARGEST_FILE
from app.office.settings import services as settings
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Agreement
from app.promotion.visits import services as visits
from app.promotion.visits.models import Visit
from app.register.accounts import session as browsing
from app.register.accounts.enums import Role
from app.register.accounts.models import User
from app.register.accounts.rules import SECOND_STEP
from tests.factories.accounts import PASSWORD
from tests.factories.files import files_of
from tests.factories.leads import PDF, County, a_county, a_file, a_lead_at, sign_in
from tests.services.client import Form, forms_of

pytestmark = pytest.mark.both_databases

Db = scoped_session[Session]
STEP = "/account/second-step"
NEW = "/visits/new"
TYPED = "严总看中离苏州近，想要 60 亩地"
NEXT = "约严总来看厂房"


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def me(client: FlaskClient, county: County) -> FlaskClient:
    return sign_in(client, county.resident)


def written(page: str, county: County) -> dict[str, Any]:
    """What the browser holds when 保存走访 is pressed."""
    due = (today() + timedelta(days=3)).isoformat()
    words = {"enterprise": county.enterprise.name, "summary": TYPED, "next_what": NEXT, "next_due_on": due}
    return the_form(page).fields | words


def the_form(page: str, action: str = NEW) -> Form:
    found = [form for form in forms_of(page) if form.action == action]
    assert len(found) == 1, f"{len(found)} forms for {action}"
    return found[0]


def signs_in(client: FlaskClient, page: str, actor: Actor, password: str = PASSWORD) -> TestResponse:
    """Fills in the sign-in page that a form met."""
    login = db.session.get_one(User, actor.user_id).login
    fields = the_form(page, "/login").fields
    return client.post("/login", data=fields | {"login": login, "password": password})


def end_session_of(actor: Actor) -> None:
    browsing.end_all(actor.user_id or 0)
    db.session.commit()


def how_many_visits(session: Db) -> int:
    return session.scalar(select(func.count()).select_from(Visit)) or 0


def is_filled(answer: TestResponse, words: str) -> bool:
    """Whether a page is the form as it was typed, says so, and has saved nothing."""
    fields = the_form(answer.text).fields
    return (fields["summary"].strip(), fields["next_what"]) == (TYPED, NEXT) and words in answer.text


def opened(client: FlaskClient, page: str) -> TestResponse:
    """What comes when 打开填好的表单 is pressed."""
    return client.post(NEW, data=the_form(page).fields)


# --- the session ended ---


def test_a_visit_that_was_written_while_the_session_ran_out_comes_again_and_is_saved(
    session: Db, me: FlaskClient, county: County
) -> None:
    form = written(me.get(NEW).text, county)
    with time_machine.travel(now() + timedelta(hours=8, minutes=1), tick=False):
        refused = me.post(NEW, data=form)
        assert refused.status_code == 401 and "刚才写的还没有保存，登录以后原样回来" in refused.text
        back = signs_in(me, refused.text, county.resident)
        assert "登录以前写的还没有保存" in back.text
        again = opened(me, back.text)
        assert again.status_code == 200 and is_filled(again, unsaved.CHECK_AGAIN)
        assert how_many_visits(session) == 0
        assert me.post(NEW, data=the_form(again.text).fields).status_code == 303
    assert session.scalars(select(Visit.summary)).all() == [TYPED]


def test_what_was_written_while_the_clock_was_ahead_comes_again_once_it_is_right(
    session: Db, me: FlaskClient, county: County
) -> None:
    with time_machine.travel(now() + timedelta(hours=2), tick=False):
        signs_in(me, me.get("/login").text, county.resident)
        form = written(me.get(NEW).text, county)
    refused = me.post(NEW, data=form)
    assert refused.status_code == 401
    assert is_filled(opened(me, signs_in(me, refused.text, county.resident).text), unsaved.CHECK_AGAIN)


def test_signing_out_in_another_tab_loses_nothing(session: Db, me: FlaskClient, county: County) -> None:
    form = written(me.get(NEW).text, county)
    out = next(form for form in forms_of(me.get("/account").text) if form.action == "/logout")
    assert me.post("/logout", data=out.fields).status_code == 303
    refused = me.post(NEW, data=form)
    assert refused.status_code == 401
    assert is_filled(opened(me, signs_in(me, refused.text, county.resident).text), unsaved.CHECK_AGAIN)


def test_a_part_of_a_page_that_was_sent_after_the_session_ended_is_told_so(
    me: FlaskClient, county: County
) -> None:
    form = written(me.get(NEW).text, county)
    out = next(form for form in forms_of(me.get("/account").text) if form.action == "/logout")
    me.post("/logout", data=out.fields)
    assert me.post(NEW, data=form, headers={"HX-Request": "true"}).status_code == 401


def test_a_wrong_password_on_the_way_loses_nothing(session: Db, me: FlaskClient, county: County) -> None:
    form = written(me.get(NEW).text, county)
    end_session_of(county.resident)
    slipped = signs_in(me, me.post(NEW, data=form).text, county.resident, "not the password")
    assert slipped.status_code == 422
    assert is_filled(opened(me, signs_in(me, slipped.text, county.resident).text), unsaved.CHECK_AGAIN)


def test_nor_does_a_password_that_must_be_changed_first(session: Db, me: FlaskClient, county: County) -> None:
    form = written(me.get(NEW).text, county)
    end_session_of(county.resident)
    statement = update(User).where(User.id == county.resident.user_id).values(must_change_password=True)
    session.execute(statement, execution_options={BULK_ALLOWED: "as an administrator's reset leaves it"})
    asked = signs_in(me, me.post(NEW, data=form).text, county.resident)
    assert "改完密码原样回来" in asked.text
    own = "a new sentence of my own"
    fields = the_form(asked.text, "/account/password").fields
    passwords = {"old_password": PASSWORD, "new_password": own, "again": "another"}
    differing = me.post("/account/password", data=fields | passwords)
    fields = the_form(differing.text, "/account/password").fields
    back = me.post("/account/password", data=fields | passwords | {"again": own})
    assert is_filled(opened(me, back.text), unsaved.CHECK_AGAIN)


def test_nor_does_a_second_step_that_must_be_begun_or_a_code_that_is_asked_for(
    session: Db, me: FlaskClient, county: County
) -> None:
    form = written(me.get(NEW).text, county)
    settings.save(SECOND_STEP, dict.fromkeys(Role, 1))
    end_session_of(county.resident)
    asked = signs_in(me, me.post(NEW, data=form).text, county.resident)
    shown = me.post(STEP, data=the_form(asked.text, STEP).fields | {"password": PASSWORD})
    secret = re.search("密钥：<strong>([A-Z2-7 ]+)<", shown.text)
    assert secret is not None
    phone, confirm = pyotp.TOTP(secret[1].replace(" ", "")), f"{STEP}/confirm"
    given = me.post(confirm, data=the_form(shown.text, confirm).fields | {"code": phone.now()})
    back = me.post(f"{STEP}/go-on", data=the_form(given.text, f"{STEP}/go-on").fields)
    assert is_filled(opened(me, back.text), unsaved.CHECK_AGAIN)
    end_session_of(county.resident)
    asked = signs_in(me, me.post(NEW, data=form).text, county.resident)
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        code = {"code": phone.at(now())}
        back = me.post("/login/code", data=the_form(asked.text, "/login/code").fields | code)
        assert is_filled(opened(me, back.text), unsaved.CHECK_AGAIN)


def test_somebody_else_who_signs_in_sees_nothing_of_it(session: Db, me: FlaskClient, county: County) -> None:
    form = written(me.get(NEW).text, county)
    end_session_of(county.resident)
    answer = signs_in(me, me.post(NEW, data=form).text, county.officer)
    assert answer.status_code == 303
    home = me.get(answer.location).text
    assert "是用另一个账号填的" in home and TYPED not in home


def test_whoever_never_signed_in_is_sent_to_the_sign_in_page_with_nothing(client: FlaskClient) -> None:
    token = the_form(client.get("/login").text, "/login").fields["csrf_token"]
    answer = client.post(NEW, data={"csrf_token": token, "summary": TYPED})
    assert (answer.status_code, answer.location) == (303, "/login")


def test_a_form_made_up_elsewhere_is_not_taken_for_the_persons_own(
    session: Db, me: FlaskClient, county: County
) -> None:
    form = written(me.get(NEW).text, county)
    end_session_of(county.resident)
    page = me.post(NEW, data=form).text
    sealed = the_form(page, "/login").fields["unsaved"]
    login = db.session.get_one(User, county.resident.user_id).login
    sent = {"login": login, "password": PASSWORD, "unsaved": sealed[:-3] + "abc"}
    answer = me.post("/login", data=the_form(page, "/login").fields | sent)
    assert answer.status_code == 303


def test_a_token_of_long_ago_brings_nothing_back(session: Db, me: FlaskClient, county: County) -> None:
    form = written(me.get(NEW).text, county)
    with time_machine.travel(now() + timedelta(days=8), tick=False):
        assert me.post(NEW, data=form).status_code in {303, 400}


def test_a_button_pressed_after_the_session_ended_is_offered_once_more(
    session: Db, client: FlaskClient, county: County
) -> None:
    lead = a_lead_at(county, LeadStage.LEAD)
    me = sign_in(client, county.officer)
    board = me.get("/leads/board").text
    shift = f"/leads/{lead.public_id}/shift"
    form = next(form for form in forms_of(board) if form.action.startswith(shift))
    end_session_of(county.officer)
    met = me.post(form.action, data=form.fields | {"stage": "assessed"})
    back = signs_in(me, met.text, county.officer)
    asked = me.post(form.action, data=the_form(back.text, form.action).fields)
    fields = the_form(asked.text, form.action).fields
    assert asked.status_code == 200 and fields["stage"] == "assessed"
    session.expire_all()
    assert lead.stage is LeadStage.LEAD
    assert me.post(form.action, data=fields).status_code == 303


# --- a second tab ---


def test_a_form_of_before_a_new_sign_in_comes_again_with_a_good_token(
    session: Db, me: FlaskClient, county: County
) -> None:
    form = written(me.get(NEW).text, county)
    with me.session_transaction() as cookie:
        del cookie["csrf_token"]  # as a sign-in in another tab leaves it
    refused = me.post(NEW, data=form)
    assert refused.status_code == 400 and is_filled(refused, "页面放得太久，没有提交。内容还在")
    assert how_many_visits(session) == 0
    assert me.post(NEW, data=the_form(refused.text).fields).status_code == 303


def test_a_form_of_somebody_else_is_never_shown(session: Db, client: FlaskClient, county: County) -> None:
    form = written(sign_in(client, county.resident).get(NEW).text, county)
    client.delete_cookie("session")
    other = sign_in(client, county.officer)
    refused = other.post(NEW, data=form)
    assert refused.status_code == 400 and TYPED not in refused.text


# --- what fails on the server ---


@pytest.mark.parametrize(
    ("failure", "status", "words"),
    [
        (OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked")), 503, "暂时忙不过来"),
        (RuntimeError("a fault"), 500, "程序出错了，没有保存。内容还在"),
    ],
)
def test_what_fails_on_the_way_leaves_the_form_filled(
    session: Db, me: FlaskClient, county: County, monkeypatch, failure: Exception, status: int, words: str
) -> None:
    def fails(_data: visits.VisitData) -> Visit:
        raise failure

    monkeypatch.setattr(visits, "log_visit", fails)
    refused = me.post(NEW, data=written(me.get(NEW).text, county))
    assert refused.status_code == status and is_filled(refused, words)
    monkeypatch.undo()
    assert me.post(NEW, data=the_form(refused.text).fields).status_code == 303
    assert how_many_visits(session) == 1


def test_a_form_that_cannot_be_shown_leaves_its_words_to_be_copied(
    session: Db, client: FlaskClient, county: County
) -> None:
    lead = a_lead_at(county, LeadStage.LEAD)
    url = f"/leads/{lead.public_id}/edit"
    me = sign_in(client, county.officer)
    form = the_form(me.get(url).text, url).fields | {"content": TYPED}
    lead.archived_at = now()
    refused = me.post(url, data=form)
    assert refused.status_code >= 400 and TYPED in refused.text
    assert form["version"] not in [line.strip() for line in refused.text.splitlines()]


# --- scans ---


def a_new_agreement(client: FlaskClient, county: County) -> tuple[str, dict[str, Any]]:
    url = f"/leads/{a_lead_at(county, LeadStage.LEAD).public_id}/agreements/new"
    fields = the_form(client.get(url).text, url).fields
    return url, fields | {"kind": "contract", "title": "投资协议", "amount": "2.6亿"}


def send(client: FlaskClient, url: str, fields: dict[str, Any]) -> TestResponse:
    return client.post(url, data=fields, content_type="multipart/form-data")


def test_a_scan_beside_a_refused_field_need_not_be_chosen_again(
    session: Db, client: FlaskClient, county: County
) -> None:
    me = sign_in(client, county.officer)
    url, fields = a_new_agreement(me, county)
    refused = send(me, url, fields | {"title": "", "file": (a_file().stream, "协议扫描件.pdf")})
    assert refused.status_code == 422 and "已选 <strong>协议扫描件.pdf</strong>" in refused.text
    again = the_form(refused.text, url).fields | {"title": "投资协议"}
    again.pop("file")
    assert send(me, url, again).status_code == 303
    agreement = session.scalars(select(Agreement)).one()
    assert [row.name for row in files_of("agreement", agreement.public_id)] == ["协议扫描件.pdf"]


def test_a_scan_kept_for_one_person_is_nothing_to_another(
    session: Db, client: FlaskClient, county: County
) -> None:
    me = sign_in(client, county.officer)
    url, fields = a_new_agreement(me, county)
    refused = send(me, url, fields | {"title": "", "file": (a_file().stream, "协议.pdf")})
    kept = the_form(refused.text, url).fields["file_kept"]
    other = sign_in(client, county.head)
    own = the_form(other.get(url).text, url).fields
    answer = send(other, url, own | {"kind": "intent", "title": "意向", "file_kept": kept})
    assert answer.status_code == 303
    agreement = session.scalars(select(Agreement)).one()
    assert files_of("agreement", agreement.public_id) == []


def multipart(fields: dict[str, Any], scan: bytes) -> bytes:
    """What a browser sends, in memory: the test client would leave a file of its own open."""
    head = '--part\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    texts = [head.format(name, "") + f"{value}\r\n" for name, value in fields.items() if name != "file"]
    file = head.format("file", '; filename="scan.pdf"').encode() + scan
    return "".join(texts).encode() + file + b"\r\n--part--\r\n"


def test_a_scan_that_is_too_large_is_refused_beside_its_field_and_the_rest_stays(
    session: Db, client: FlaskClient, county: County
) -> None:
    me = sign_in(client, county.officer)
    url, fields = a_new_agreement(me, county)
    body = multipart(fields, PDF + b"0" * (33 * 1024 * 1024))
    refused = me.post(url, data=body, content_type="multipart/form-data; boundary=part")
    assert refused.status_code == 422 and "文件太大，最大 20 MB" in refused.text
    again = the_form(refused.text, url).fields
    assert (again["title"], again["amount"]) == ("投资协议", "2.6亿")


def test_of_a_file_that_is_too_large_no_more_is_kept_than_is_needed_to_know(app) -> None:
    with app.request_class({})._get_file_stream(None, None) as stream:
        for _part in range(33):
            stream.write(b"0" * 1024 * 1024)
        stream.seek(0)
        assert len(stream.read()) == LARGEST_FILE + 1


# --- how the page's own script is answered ---


def test_the_script_of_a_page_is_told_where_to_go(session: Db, me: FlaskClient, county: County) -> None:
    answer = me.post(NEW, data=written(me.get(NEW).text, county), headers={"X-Sent-By": "page"})
    visit = session.scalars(select(Visit)).one()
    assert (answer.status_code, answer.headers["X-Location"]) == (200, f"/visits/{visit.public_id}")
    assert "已保存" in me.get(answer.headers["X-Location"]).text


def test_and_that_nobody_is_signed_in_any_more(session: Db, me: FlaskClient, county: County) -> None:
    form = written(me.get(NEW).text, county)
    end_session_of(county.resident)
    assert me.post(NEW, data=form, headers={"X-Sent-By": "page"}).status_code == 401
    me.delete_cookie("session")
    assert me.post(NEW, data={}, headers={"X-Sent-By": "page"}).status_code in {400, 401}


def test_a_form_that_asks_to_be_shown_is_never_saved(session: Db, me: FlaskClient, county: County) -> None:
    form = written(me.get(NEW).text, county) | {unsaved.FIELD: "1"}
    assert is_filled(me.post(NEW, data=form), unsaved.CHECK_AGAIN)
    assert how_many_visits(session) == 0


# --- whose scan is taken in ---


def test_a_scan_of_who_may_not_is_not_even_stored(session: Db, client: FlaskClient, county: County) -> None:
    url, fields = a_new_agreement(sign_in(client, county.officer), county)
    stranger = sign_in(client.application.test_client(), county.outsider)
    token = the_form(stranger.get("/visits/new").text, "/visits/new").fields["csrf_token"]
    refused = send(stranger, url, fields | {"csrf_token": token, "file": a_file()})
    assert refused.status_code == 404
    assert not [path for path in files.instance_folder("files").rglob("*") if path.is_file()]
