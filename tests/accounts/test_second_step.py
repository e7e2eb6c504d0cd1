"""Signing in in two steps: codes of a phone (RFC 6238), recovery codes, what is refused, who resets."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from sqlalchemy import select

from app.core.access.auth import acting_as
from app.core.storage.audit import AuditEvent
from app.core.values.clock import now
from app.core.values.errors import RuleBroken
from app.office.settings import services as settings
from app.register.accounts import codes, rules, second_step
from app.register.accounts.cli import group
from app.register.accounts.enums import Role
from app.register.accounts.models import RecoveryCode, SecondStep, UserSession
from tests.factories.accounts import PASSWORD, actor_of, make_user, sign_in
from tests.services.client import forms_of

pytestmark = pytest.mark.both_databases
PAGE = "/account/second-step"
CONFIRM = f"{PAGE}/confirm"
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MORNING, tick=False) as frozen:
        yield frozen


@pytest.fixture
def user(session):
    made = make_user(Role.LEADER, login="liangsiyuan")
    session.commit()
    return made


def form_for(page, action):
    found = [form for form in forms_of(page) if form.action == action]
    assert len(found) == 1, f"{len(found)} forms for {action}"
    return found[0].fields


def begun(client, clock):
    """Begins the second step in a browser that is signed in; the phone, and the codes on paper."""
    shown = client.submit(PAGE, {"password": PASSWORD})
    assert shown.status_code == 200
    phone = pyotp.TOTP(re.search(r"密钥：<strong>([A-Z2-7 ]+)<", shown.text)[1].replace(" ", ""))
    given = client.post(CONFIRM, data=form_for(shown.text, CONFIRM) | {"code": phone.at(now())})
    assert given.status_code == 200
    clock.shift(60)  # the code of now is used up
    return phone, re.findall(r"<strong>([0-9]{4}-[0-9]{4}-[0-9]{4})<", given.text)


def enters_anew(client, user):
    """Signs in with the password, in a browser that has forgotten its session and is known all the same."""
    with client.session_transaction() as cookie:
        cookie.clear()
    return sign_in(client, user)


def at_the_door(client, user):
    """The page that asks for the code after the right password."""
    asked = enters_anew(client, user)
    assert asked.status_code == 200
    assert "再输验证码" in asked.text
    return form_for(asked.text, "/login/code")


def enters(client, user, code):
    return client.post("/login/code", data=at_the_door(client, user) | {"code": code})


def is_in(client):
    return client.get("/account").status_code == 200


def actions(session):
    session.rollback()
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_codes_are_those_of_the_standard():
    """RFC 6238, appendix B, SHA-1, the last six of eight digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in (
        (1111111109, "081804"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ):
        at = datetime.fromtimestamp(seconds, UTC)
        assert codes.step_of(secret, code, at) == seconds // 30
        assert codes.step_of(secret, code, at + timedelta(seconds=30)) == seconds // 30
        assert codes.step_of(secret, code, at - timedelta(seconds=30)) == seconds // 30
        assert codes.step_of(secret, code, at + timedelta(seconds=60)) is None
    assert codes.step_of(secret, "００５ ９２４", datetime.fromtimestamp(1234567890, UTC)) == 41152263


def test_whoever_has_begun_it_needs_password_and_code_and_a_known_browser_spares_nothing(
    session, client, user, clock
):
    sign_in(client, user)
    elsewhere = client.application.test_client()
    sign_in(elsewhere, user)
    with client.session_transaction() as cookie:
        before = cookie["_user_id"]
    phone, paper = begun(client, clock)
    assert len(paper) == 10
    assert is_in(client)
    assert not is_in(elsewhere)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != before  # another token for the same session
        cookie["_user_id"] = before
    assert not is_in(client)
    entered = enters(client, user, phone.at(now()))  # this browser is known
    assert (entered.status_code, entered.location) == (303, "/")
    assert is_in(client)
    assert actions(session)[-2:] == ["account.second_step_begun", "account.sign_in"]


def test_without_the_code_there_is_no_session_and_nothing_stands_in_the_database_that_makes_one(
    session, client, user, clock
):
    sign_in(client, user)
    phone, paper = begun(client, clock)
    thief = client.application.test_client()
    at_the_door(thief, user)
    assert not is_in(thief)
    row = session.scalars(select(SecondStep)).one()
    kept = row.sealed + "".join(session.scalars(select(RecoveryCode.digest)))
    assert phone.secret not in kept
    assert not any(code in kept for code in paper)
    other = make_user()
    assert codes.opened(other.public_id, row.sealed) is None  # good for nobody else
    client.application.config["SECRET_KEY"] = "another key than the one before, as long"
    assert codes.opened(user.public_id, row.sealed) is None


def test_a_form_sent_twice_at_once_is_answered_once_with_codes_and_these_stay_good(session, user):
    secret, actor = codes.new_secret(), actor_of(user)
    code = pyotp.TOTP(secret).at(now())
    with acting_as(actor):
        shown = second_step.begin(actor, secret, code)
        session.commit()
        with pytest.raises(RuleBroken, match="已经开通"):
            second_step.begin(actor, secret, code)
    session.rollback()
    kept = set(session.scalars(select(RecoveryCode.digest)))
    assert kept == {codes.digest_of(user.public_id, each) for each in shown}


@pytest.mark.parametrize("later", [0, 95])
def test_the_page_of_recovery_codes_loaded_again_voids_none(session, client, user, clock, later):
    sign_in(client, user)
    shown = client.submit(PAGE, {"password": PASSWORD})
    phone = pyotp.TOTP(re.search(r"密钥：<strong>([A-Z2-7 ]+)<", shown.text)[1].replace(" ", ""))
    sent = form_for(shown.text, CONFIRM) | {"code": phone.at(now())}
    told = re.findall(r"<strong>([0-9]{4}-[0-9]{4}-[0-9]{4})<", client.post(CONFIRM, data=sent).text)
    clock.shift(later)
    again = client.post(CONFIRM, data=sent)
    assert again.status_code == 422
    assert "这部手机已经开通" in again.text
    assert "换一批恢复码" in again.text
    assert "密钥：" not in again.text
    kept = set(session.scalars(select(RecoveryCode.digest)))
    assert kept == {codes.digest_of(user.public_id, each) for each in told}
    assert actions(session).count("account.second_step_begun") == 1


def test_a_code_is_good_once_and_one_step_early_or_late(session, client, user, clock):
    sign_in(client, user)
    phone, _paper = begun(client, clock)
    used = phone.at(now())
    assert enters(client, user, used).status_code == 303
    again = enters(client.application.test_client(), user, used)
    assert again.status_code == 422
    assert "刚用过" in again.text
    clock.shift(90)
    late, early = phone.at(now() - timedelta(seconds=30)), phone.at(now() + timedelta(seconds=30))
    assert enters(client, user, phone.at(now() - timedelta(seconds=60))).status_code == 422
    assert enters(client, user, late).status_code == 303
    assert enters(client, user, early).status_code == 303
    assert enters(client, user, phone.at(now())).status_code == 422  # older than one that was used
    assert actions(session).count("account.code_refused") == 3


def test_a_recovery_code_stands_in_once(session, client, user, clock):
    sign_in(client, user)
    _phone, paper = begun(client, clock)
    entered = enters(client, user, paper[3].replace("-", " "))
    assert entered.status_code == 303
    assert "还剩 9 个" in client.get("/").text
    assert enters(client, user, paper[3]).status_code == 422
    assert enters(client, user, paper[4]).status_code == 303


def test_wrong_codes_are_counted_by_account_and_only_behind_the_right_password(session, client, user, clock):
    sign_in(client, user)
    phone, _paper = begun(client, clock)
    asked = at_the_door(client, user)
    statuses = [client.post("/login/code", data=asked | {"code": "000000"}).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    told = enters(client.application.test_client(), user, phone.at(now()))  # wherever, whatever the code
    assert (told.status_code, told.headers["Retry-After"]) == (429, "300")
    stranger = client.application.test_client()
    assert sign_in(stranger, user, "wrong").status_code == 422  # who has no password takes no tries of codes
    clock.shift(301)
    assert enters(client, user, phone.at(now())).status_code == 303
    asked = at_the_door(client, user)
    assert client.post("/login/code", data=asked | {"code": "000000"}).status_code == 422  # counted anew


def test_how_often_a_code_may_be_tried():
    def until(*ages):
        end = rules.code_may_be_tried_at([MORNING - timedelta(minutes=age) for age in ages], MORNING)
        return (end - MORNING).total_seconds() / 60

    assert until() == 0
    assert until(0, 1, 2, 3) == 0
    assert until(0, 1, 2, 3, 4) == 1
    assert until(*range(3, 60, 3)) == 0
    assert until(*range(0, 60, 3)) == 3
    assert until(*range(0, 50 * 28, 28)) == 24 * 60 - 49 * 28
    assert until(-120, -120, -120, -120, -120) == 0  # by a clock that was ahead


def test_a_half_done_sign_in_ends_after_ten_minutes_and_with_the_password(session, client, user, clock):
    sign_in(client, user)
    phone, _paper = begun(client, clock)
    asked = at_the_door(client, user)
    clock.shift(601)
    late = client.post("/login/code", data=asked | {"code": phone.at(now())})
    assert late.status_code == 422
    assert "请重新登录" in late.text
    asked = at_the_door(client, user)
    user.password_hash = make_user(password="another sentence of mine").password_hash
    session.commit()
    assert "请重新登录" in client.post("/login/code", data=asked | {"code": phone.at(now())}).text
    forged = asked | {"half": asked["half"][:-2] + "xx", "code": phone.at(now())}
    assert client.post("/login/code", data=forged).status_code == 422
    assert session.scalars(select(UserSession.id).where(UserSession.created_at > MORNING)).all() == []


def test_a_clock_that_was_ahead_keeps_nobody_out_once_it_is_right(session, client, user, clock):
    sign_in(client, user)
    phone, _paper = begun(client, clock)
    clock.shift(7200)
    assert enters(client, user, phone.at(now())).status_code == 303
    clock.move_to(MORNING + timedelta(minutes=5))
    assert enters(client, user, phone.at(now())).status_code == 303


def test_who_must_have_it_is_led_there_and_gets_on_when_it_has_begun(session, client, user, clock):
    sign_in(client, user)
    assert client.get("/enterprises").status_code == 200
    settings.save(rules.SECOND_STEP, dict.fromkeys(Role, 0) | {Role.LEADER: 1})
    session.commit()
    for path in ("/", "/account", "/enterprises", "/nowhere"):
        assert client.get(path).location == PAGE
    assert "县里要求" in client.get(PAGE).text
    phone, _paper = begun(client, clock)
    assert client.get("/enterprises").status_code == 200
    fields = {"password": PASSWORD, "code": phone.at(now()), "deed": "end"}
    refused = client.post(PAGE, data=form_for(client.get(PAGE).text, PAGE) | fields)
    assert refused.status_code == 422
    assert "不能关" in refused.text
    officer = client.application.test_client()
    sign_in(officer, make_user(Role.OFFICER))
    assert officer.get("/enterprises").status_code == 200


def test_its_owner_moves_it_renews_the_paper_and_ends_it_with_password_and_code(session, client, user, clock):
    sign_in(client, user)
    phone, paper = begun(client, clock)

    def does(deed, code, password=PASSWORD):
        fields = {"password": password, "code": code, "deed": deed}
        return client.post(PAGE, data=form_for(client.get(PAGE).text, PAGE) | fields)

    assert does("end", "000000").status_code == 422
    assert does("end", phone.at(now()), "wrong").status_code == 422
    renewed = does("codes", phone.at(now()))
    assert len(re.findall(r"<strong>[0-9]{4}-", renewed.text)) == 10
    assert paper[0] not in renewed.text
    assert enters(client.application.test_client(), user, paper[0]).status_code == 422
    clock.shift(60)
    moved = does("move", phone.at(now()))
    other = pyotp.TOTP(re.search(r"密钥：<strong>([A-Z2-7 ]+)<", moved.text)[1].replace(" ", ""))
    wrong = client.post(CONFIRM, data=form_for(moved.text, CONFIRM) | {"code": "000000"})
    assert wrong.status_code == 422
    given = client.post(CONFIRM, data=form_for(wrong.text, CONFIRM) | {"code": other.at(now())})
    assert given.status_code == 200
    clock.shift(60)
    assert does("end", phone.at(now())).status_code == 422
    assert does("end", other.at(now())).location == "/account"
    assert enters_anew(client, user).status_code == 303
    assert session.scalars(select(RecoveryCode.id)).all() == []


def test_the_administrator_resets_it_and_its_owner_is_told_who_did(session, client, user, clock):
    sign_in(client, user)
    begun(client, clock)
    keeper = client.application.test_client()
    administrator = make_user(Role.ADMINISTRATOR)
    sign_in(keeper, administrator)
    path = f"/admin/users/{user.public_id}"
    assert keeper.submit(path, action=f"{path}/second-step/reset").status_code == 303
    assert not is_in(client)
    assert sign_in(client, user).status_code == 303
    told = client.get("/").text
    assert f"{administrator.person.name} 11-23 09:01 重置了您的两步验证" in told
    enters_anew(client, user)
    assert "重置了您的两步验证" not in client.get("/").text
    assert "account.second_step_reset" in actions(session)
    begun(keeper, clock)
    path = f"/admin/users/{administrator.public_id}"
    assert keeper.submit(path, action=f"{path}/second-step/reset").status_code == 422


def test_the_last_administrator_who_lost_the_phone_is_let_in_from_the_shell(session, app, client, clock):
    administrator = make_user(Role.ADMINISTRATOR, login="zhengqiming")
    sign_in(client, administrator)
    begun(client, clock)
    done = app.test_cli_runner().invoke(group, ["reset-second-step", "zhengqiming"])
    assert done.exit_code == 0, done.output
    assert not is_in(client)
    assert sign_in(client, administrator).status_code == 303
    assert "系统 11-23 09:01 重置了您的两步验证" in client.get("/").text
