"""Signing in and out: limits, sessions that end, the first password, links that lead elsewhere."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core.storage.audit import AuditEvent
from app.core.storage.changes import BULK_ALLOWED
from app.core.storage.db import db
from app.core.values.clock import now
from app.register.accounts import passwords, services
from app.register.accounts.enums import Role
from app.register.accounts.models import LoginFailure, User, UserSession
from app.register.accounts.rules import KNOWN_BROWSER, OTHER_BROWSER
from tests.factories.accounts import PASSWORD, make_user, sign_in

pytestmark = pytest.mark.both_databases

NEW = "a new sentence of my own"


@pytest.fixture
def user(session):
    made = make_user(Role.OFFICER, login="shenruolan")
    session.commit()
    return made


def is_signed_in(client):
    answer = client.get("/account")
    return answer.status_code == 200


def actions(session):
    session.expire_all()
    return [action for action in session.scalars(select(AuditEvent.action).order_by(AuditEvent.id))]


def test_the_right_password_opens_a_session(session, client, user):
    answer = sign_in(client, user)
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_signed_in(client)
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "account.sign_in")).one()
    assert (event.actor_user_id, event.subject_id) == (user.id, user.public_id)


def test_a_sign_in_is_one_event_and_leaves_its_time(session, client, user):
    before = len(actions(session))
    sign_in(client, user)
    assert actions(session)[before:] == ["account.sign_in"]
    assert session.get_one(User, user.id).last_login_at is not None


def meanwhile(monkeypatch, act):
    """What somebody else does while the password of a sign-in is being checked."""
    check = passwords.is_right

    def slow(stored, password):
        is_right = check(stored, password)
        act()
        return is_right

    monkeypatch.setattr(passwords, "is_right", slow)


def changed_by_an_administrator(user, **values):
    statement = update(User).where(User.id == user.id).values(values)

    def act():
        with Session(db.engine) as own:
            own.execute(statement, execution_options={BULK_ALLOWED: "planted"})
            own.commit()

    return act


@pytest.mark.parametrize("what", ["disabled", "reset"])
def test_an_account_that_is_shut_out_or_reset_while_the_password_is_checked_stays_so(
    app, session, client, user, monkeypatch, what
):
    fresh = passwords.hashed(NEW)
    values = {"disabled": {"disabled_at": now()}, "reset": {"password_hash": fresh}}[what]
    stored = fresh if what == "reset" else user.password_hash
    # Even a hash that is to be renewed is not written over the one that the administrator set.
    monkeypatch.setattr(passwords, "needs_rehash", lambda _stored: True)
    meanwhile(monkeypatch, changed_by_an_administrator(user, **values))
    answer = sign_in(client, user)
    assert answer.status_code == 422 and services.WRONG in answer.text
    assert not is_signed_in(client)
    session.expire_all()
    assert (user.password_hash, user.last_login_at) == (stored, None)
    assert session.scalar(select(func.count()).select_from(UserSession)) == 0
    assert actions(session)[-1] == "account.sign_in_failed"


def test_the_login_is_read_without_regard_to_case_and_space(client, user):
    assert client.submit("/login", {"login": " ShenRuolan ", "password": PASSWORD}).status_code == 303


def test_the_token_stands_nowhere_in_the_database(session, client, user):
    sign_in(client, user)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    assert len(token) >= 43
    row = session.scalars(select(UserSession)).one()
    assert token not in (row.token_hash, row.agent)


def test_unknown_account_disabled_account_and_wrong_password_read_the_same(session, client, user):
    gone = make_user(login="zhoumingyuan")
    gone.disabled_at = now()
    pages = set()
    for login, password in (("shenruolan", "wrong"), ("nobody", "wrong"), ("zhoumingyuan", PASSWORD)):
        answer = client.submit("/login", {"login": login, "password": password})
        assert answer.status_code == 422
        assert services.WRONG in answer.text
        pages.add(re.sub(r'value="[^"]*"|"X-CSRFToken": "[^"]*"', "", answer.text))
    assert len(pages) == 1
    assert actions(session).count("account.sign_in_failed") == 3


def test_an_unknown_account_costs_a_hash_too(client, user, monkeypatch):
    checked = []
    monkeypatch.setattr(passwords, "is_right", lambda stored, _password: bool(checked.append(stored)))
    client.submit("/login", {"login": "nobody", "password": "wrong"})
    assert checked == [passwords.DUMMY]


def test_tries_sent_at_once_are_all_counted(app, session, user, monkeypatch):
    checked = []
    monkeypatch.setattr(passwords, "is_right", lambda *_: bool(checked.append(1)))

    def attempt(_number):
        with app.app_context(), pytest.raises(services.SignInRefused):
            services.sign_in("shenruolan", "wrong", services.Browser("10.0.0.1", "tests"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(attempt, range(16)))
    assert len(checked) == OTHER_BROWSER.free


def test_a_success_clears_the_count_of_its_browser(session, client, user):
    for _ in range(OTHER_BROWSER.free - 1):
        client.submit("/login", {"login": user.login, "password": "wrong"})
    assert sign_in(client, user).status_code == 303
    assert session.scalars(select(LoginFailure)).all() == []


def test_an_old_hash_is_renewed_at_sign_in(session, client, user):
    user.password_hash = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    assert sign_in(client, user).status_code == 303
    session.expire_all()
    assert "m=19456,t=2,p=1" in session.get_one(User, user.id).password_hash


def test_a_session_given_before_sign_in_is_not_taken_over(client, user):
    client.get("/login")
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "planted"
        cookie["planted"] = "1"
    sign_in(client, user)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != "planted"
        assert "planted" not in cookie


def test_signing_out_ends_the_session_for_a_copy_of_the_cookie_too(app, client, user):
    sign_in(client, user)
    copy = app.test_client()
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    with copy.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert is_signed_in(copy)
    assert client.submit("/account", action="/logout").location == "/login"
    assert not is_signed_in(client)
    assert not is_signed_in(copy)


def test_changing_the_password_ends_the_other_sessions_only(app, session, client, user):
    elsewhere = app.test_client()
    sign_in(client, user)
    sign_in(elsewhere, user)
    fields = {"old_password": PASSWORD, "new_password": NEW, "again": NEW}
    assert client.submit("/account/password", fields).status_code == 303
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert sign_in(elsewhere, user).status_code == 422
    assert sign_in(elsewhere, user, NEW).status_code == 303
    assert "account.password_changed" in actions(session)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"old_password": "wrong", "new_password": NEW, "again": NEW}, "原密码不对"),
        ({"old_password": PASSWORD, "new_password": "short", "again": "short"}, "至少 12 位"),
        ({"old_password": PASSWORD, "new_password": NEW, "again": "another"}, "两遍写得不一样"),
        ({"old_password": PASSWORD, "new_password": PASSWORD, "again": PASSWORD}, "不能和原来一样"),
        ({}, "写上现在的密码"),
    ],
)
def test_a_refused_new_password_changes_nothing(app, client, user, fields, sentence):
    sign_in(client, user)
    answer = client.submit("/account/password", fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert PASSWORD not in answer.text
    assert sign_in(app.test_client(), user).status_code == 303


def test_the_old_password_cannot_be_guessed_from_an_open_session(client, user):
    sign_in(client, user)
    codes = [
        client.submit(
            "/account/password", {"old_password": "w", "new_password": NEW, "again": NEW}
        ).status_code
        for _ in range(KNOWN_BROWSER.free + 1)
    ]
    assert codes[-1] == 429


def test_disabling_ends_every_session_at_once(session, client, user):
    sign_in(client, user)
    user.disabled_at = now()
    assert not is_signed_in(client)


def test_a_session_in_use_ends_after_twelve_hours_all_the_same(client, user):
    sign_in(client, user)
    began = now()
    for minutes in range(29, 719, 29):
        with time_machine.travel(began + timedelta(minutes=minutes)):
            assert is_signed_in(client)
    with time_machine.travel(began + timedelta(minutes=721)):
        assert not is_signed_in(client)


def test_use_is_noted_at_most_once_a_minute(session, client, user):
    sign_in(client, user)
    began = session.scalars(select(UserSession.seen_at)).one()

    def seen():
        session.expire_all()
        session.rollback()
        return session.scalars(select(UserSession.seen_at)).one()

    client.get("/account")
    assert seen() == began
    with time_machine.travel(now() + timedelta(seconds=61)):
        client.get("/account")
    assert seen() - began >= timedelta(seconds=60)


def test_a_writer_at_work_keeps_nobody_from_reading(session, client, user):
    sign_in(client, user)
    make_user()  # this test's own transaction now holds the write lock of SQLite
    answer = None
    with time_machine.travel(now() + timedelta(minutes=5), tick=True):
        answer = client.application.test_client()
        with client.session_transaction() as cookie:
            token = cookie["_user_id"]
        with answer.session_transaction() as cookie:
            cookie["_user_id"] = token
        assert is_signed_in(answer)


def test_whoever_holds_the_row_of_a_session_keeps_its_browser_from_nothing(session, client, user):
    sign_in(client, user)
    session.execute(update(UserSession).values(agent="someone else at work"))
    with time_machine.travel(now() + timedelta(minutes=5), tick=True), ThreadPoolExecutor() as pool:
        looking = pool.submit(is_signed_in, client)
        try:
            assert looking.result(timeout=5)
        finally:
            session.rollback()


def test_a_first_password_leads_every_page_to_its_change(client, session):
    newcomer = make_user(must_change=True)
    assert sign_in(client, newcomer).status_code == 303
    for path in ("/", "/account", "/enterprises", "/nowhere"):
        assert client.get(path).location == "/account/password"
    assert client.post("/account/sessions/1/end").status_code in {303, 400}
    fields = {"old_password": PASSWORD, "new_password": NEW, "again": NEW}
    assert client.submit("/account/password", fields).location == "/"
    assert is_signed_in(client)


@pytest.mark.parametrize("path", ["/account", "/account/password", "/admin/users", "/audit", "/"])
def test_who_is_not_signed_in_is_asked_to_and_comes_back(client, user, path):
    answer = client.get(f"{path}?page=2")
    assert answer.status_code == 303
    assert answer.location.startswith("/login?next=")
    back = client.submit(answer.location, {"login": user.login, "password": PASSWORD}, action="/login")
    assert back.location == f"{path}?page=2"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:x",
        "/\n/x",
    ],
)
def test_no_link_leads_outside_after_sign_in(client, user, target):
    answer = client.submit("/login", {"login": user.login, "password": PASSWORD, "next": target})
    assert answer.location == "/"


def test_scripts_are_told_and_not_redirected(client):
    json_answer = client.get("/account", headers={"Accept": "application/json"})
    assert json_answer.status_code == 401
    assert json_answer.json["error"] == "请先登录"
    assert client.get("/account", headers={"HX-Request": "true"}).status_code == 401


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"login": "x" * 5000, "password": "y"},
        {"login": "x", "password": "y" * 5000},
        {"login": "\ud800".encode("utf-8", "surrogatepass"), "password": "y"},
        {"login": "沈若岚' OR 1=1 --", "password": "y"},
    ],
)
def test_odd_input_is_refused_in_chinese(client, fields):
    answer = client.submit("/login", fields)
    assert answer.status_code == 422
    assert re.search("写上|最多|不对", answer.text)


def test_a_form_without_its_token_is_refused(client, user):
    answer = client.post("/login", data={"login": user.login, "password": PASSWORD})
    assert answer.status_code == 400
    assert not is_signed_in(client)
