"""Tries to sign in: a known browser keeps its own count, any other waits, nobody is kept out by others."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.work.regular import NIGHTLY
from app.register.accounts import browsers, passwords, services, tries
from app.register.accounts.enums import Role
from app.register.accounts.models import LoginFailure, UserSession
from app.register.accounts.rules import ADDRESS, KEPT, KNOWN_BROWSER, MOST_OF_ACCOUNT, OTHER_BROWSER, WINDOW
from tests.factories.accounts import PASSWORD, make_user, sign_in

pytestmark = pytest.mark.both_databases

HOME, ELSEWHERE, OFFICE = "198.51.100.1", "203.0.113.9", "192.0.2.7"


@pytest.fixture(autouse=True)
def clock():
    """Nothing passes but what a test lets pass."""
    with time_machine.travel(datetime(2026, 11, 23, 1, 0, tzinfo=UTC), tick=False) as frozen:
        yield frozen


@pytest.fixture(autouse=True)
def hashed(monkeypatch):
    """What was hashed, each in no time."""
    seen = []

    def is_right(stored, password):
        seen.append(password)
        return stored != passwords.DUMMY and password == PASSWORD

    monkeypatch.setattr(passwords, "is_right", is_right)
    return seen


@pytest.fixture
def user(session):
    made = make_user(Role.OFFICER, login="shenruolan")
    session.commit()
    return made


@pytest.fixture
def at(app):
    """A new browser at an address."""

    def new(address=OFFICE):
        browser = app.test_client()
        browser.environ_base["REMOTE_ADDR"] = address
        return browser

    return new


def tried(browser, login, password="wrong"):
    return browser.submit("/login", {"login": login, "password": password})


def guess(login, address, password="wrong"):
    """A try of somebody who takes no page; whether it was made at all."""
    db.session.commit()  # what the test has read must not hold the lock of SQLite
    with pytest.raises(services.SignInRefused) as refused:
        services.sign_in(login, password, services.Browser(address, "script"))
    return not refused.value.wait


def guesses(count, login, address):
    return [guess(login, address) for _ in range(count)].count(True)


def waits(answer):
    return int(answer.headers["Retry-After"]) if answer.status_code == 429 else 0


def actions(session):
    session.expire_all()
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_after_five_failures_another_browser_waits_longer_and_longer_and_never_over_a_minute(at, user, clock):
    browser, seen = at(), []
    for _ in range(OTHER_BROWSER.free + 6):
        if wait := waits(tried(browser, user.login)):
            seen.append(wait)
            clock.shift(wait - 1)
            assert waits(tried(browser, user.login)) == 1
            clock.shift(1)
            assert tried(browser, user.login).status_code == 422
    assert seen == [15, 30, 60, 60, 60, 60]


def test_who_waits_is_told_until_when_and_what_to_do_and_nothing_is_hashed(at, user, session, hashed):
    browser = at()
    for _ in range(OTHER_BROWSER.free):
        assert tried(browser, user.login).status_code == 422
    answer = tried(browser, user.login, PASSWORD)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "15")
    assert "请等 15 秒，09:00:15 以后再试" in answer.text
    assert "换平时登录这个账号的电脑或手机" in answer.text and "请管理员放行" in answer.text
    assert hashed == ["wrong"] * OTHER_BROWSER.free
    assert actions(session)[-1] == "account.slowed"


def test_hammering_neither_lengthens_the_wait_nor_fills_the_ledger(at, user, session, clock):
    assert guesses(200, user.login, OFFICE) == OTHER_BROWSER.free
    assert actions(session).count("account.slowed") == 1
    assert session.scalar(select(func.count()).select_from(LoginFailure)) == OTHER_BROWSER.free + 1
    clock.shift(15)
    assert sign_in(at(), user).status_code == 303


def test_what_others_fail_at_never_keeps_a_known_browser_waiting(at, user, session, clock):
    own = at()
    sign_in(own, user)
    own.submit("/account", action="/logout")
    for _ in range(20):
        guesses(10, user.login, OFFICE)
        guesses(10, user.login, ELSEWHERE)
        clock.shift(60)
    assert tried(own, user.login).status_code == 422
    assert sign_in(own, user).status_code == 303


def test_a_known_browser_has_a_limit_of_its_own_that_touches_nobody_else(at, user, clock):
    own = at()
    sign_in(own, user)
    own.submit("/account", action="/logout")
    assert [tried(own, user.login).status_code for _ in range(KNOWN_BROWSER.free + 1)] == [422] * 5 + [429]
    answer = tried(own, user.login, PASSWORD)
    assert (waits(answer), "忘记密码，请管理员重设" in answer.text) == (60, True)
    assert sign_in(at(), user).status_code == 303
    clock.shift(60)
    assert sign_in(own, user).status_code == 303


def test_thirty_tries_from_thirty_addresses_are_stopped_at_the_tenth(user, hashed):
    made = [guess(user.login, f"203.0.113.{number}") for number in range(30)]
    assert made == [True] * MOST_OF_ACCOUNT + [False] * 20
    assert len(hashed) == MOST_OF_ACCOUNT


def test_the_owner_gets_in_from_a_new_browser_within_a_minute_while_the_attack_goes_on(at, user, clock):
    crowd = [f"203.0.113.{number}" for number in range(MOST_OF_ACCOUNT + 2)]

    def attack():
        for address in crowd:
            guess(user.login, address)

    attack()
    new = at(HOME)
    wait = waits(sign_in(new, user))
    assert 0 < wait <= 60
    for _ in range(wait):
        clock.shift(1)
        attack()
    assert sign_in(new, user).status_code == 303


def test_the_owner_gets_in_within_a_minute_also_at_the_address_of_the_attack(at, user, clock):
    for _ in range(60):
        guesses(3, user.login, OFFICE)
        clock.shift(17)
    while not guess(user.login, OFFICE):
        clock.shift(1)
    new = at(OFFICE)
    assert waits(sign_in(new, user)) == 60
    clock.shift(60)
    assert sign_in(new, user).status_code == 303


def test_invented_names_slow_only_unknown_browsers_of_their_own_address(at, user, hashed, session, clock):
    own = at(OFFICE)
    sign_in(own, user)
    own.submit("/account", action="/logout")
    hashed.clear()
    assert sum(guess(f"nobody{number}", OFFICE) for number in range(300)) == ADDRESS.free == len(hashed)
    assert actions(session).count("account.slowed") == 1
    assert session.scalar(select(func.count()).select_from(LoginFailure)) == ADDRESS.free + 1
    assert sign_in(own, user).status_code == 303
    assert sign_in(at(HOME), user).status_code == 303
    other = make_user()
    assert waits(sign_in(at(OFFICE), other)) == 2
    clock.shift(2)
    assert sign_in(at(OFFICE), other).status_code == 303


def test_one_slowed_account_leaves_the_others_alone(at, user):
    other = make_user()
    guesses(MOST_OF_ACCOUNT + 5, user.login, OFFICE)
    assert sign_in(at(OFFICE), other).status_code == 303


def test_an_account_that_is_not_there_is_slowed_just_as_one_that_is(at, user):
    told = []
    for login in (user.login, "nobody"):
        answers = [tried(at(address), login) for address in (HOME, ELSEWHERE) for _ in range(7)]
        told.append([(answer.status_code, answer.headers.get("Retry-After")) for answer in answers])
    assert told[0] == told[1]
    assert ("429", "15") in {(str(code), wait) for code, wait in told[0]}


def test_addresses_of_one_ipv6_network_share_a_count(user):
    assert guesses(5, user.login, "2001:db8:1:2::1") == 5
    assert not guess(user.login, "2001:db8:1:2:ffff::9")
    assert guess(user.login, "2001:db8:1:3::1")


def test_what_is_no_address_is_neither_stored_nor_counted_as_it_came(at, user, session):
    odd = at("<script>" * 40)
    assert tried(odd, user.login).status_code == 422
    assert sign_in(odd, user).status_code == 303
    assert session.scalars(select(UserSession.address)).all() == ["unknown"]
    assert set(session.scalars(select(AuditEvent.address))) <= {"", "unknown"}


def test_the_cookie_of_a_known_browser_is_kept_from_scripts_and_is_no_session(at, user):
    browser = at()
    set_by = sign_in(browser, user).headers.getlist("Set-Cookie")
    (known,) = [line for line in set_by if line.startswith("browser=")]
    assert "HttpOnly" in known and "SameSite=Lax" in known and "Path=/" in known
    assert f"Max-Age={400 * 86400}" in known
    assert user.login not in known
    copy = at()
    copy.set_cookie("browser", browser.get_cookie("browser").value)
    assert copy.get("/account").status_code == 303


def test_in_production_the_cookie_is_bound_to_the_host(app, user):
    app.config["SESSION_COOKIE_SECURE"] = True
    with app.test_request_context():
        answer = app.make_response("")
        browsers.remember(answer, user.login)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-browser=") and "; Secure;" in cookie


@pytest.mark.parametrize("value", ["", "x", "W10.aaaa.bbbb", "é"])
def test_a_cookie_that_we_did_not_sign_makes_no_known_browser(at, user, value):
    guesses(5, user.login, OFFICE)
    stranger = at(OFFICE)
    stranger.set_cookie("browser", value)
    assert waits(sign_in(stranger, user)) == 15


def test_a_browser_is_known_for_those_who_signed_in_there_and_for_nobody_else(at, user):
    shared, second, third = at(OFFICE), make_user(), make_user()
    for one in (user, second):
        assert sign_in(shared, one).status_code == 303
        shared.submit("/account", action="/logout")
    for one in (user, second, third):
        guesses(5, one.login, OFFICE)
    assert waits(sign_in(shared, third)) == 15
    assert sign_in(shared, user).status_code == 303
    shared.submit("/account", action="/logout")
    assert sign_in(shared, second).status_code == 303


def test_of_the_accounts_of_a_browser_the_latest_are_kept(at, user):
    shared = at()
    for one in [user, *(make_user() for _ in range(browsers.MOST))]:
        sign_in(shared, one)
        shared.submit("/account", action="/logout")
    guesses(5, user.login, OFFICE)
    assert waits(sign_in(shared, user)) == 15
    assert len(shared.get_cookie("browser").value) < 1000


def test_what_was_typed_as_an_account_is_kept_as_a_digest_only(at, session, user):
    tried(at(), "my-own-password")
    row = session.scalars(select(LoginFailure)).one()
    assert "password" not in row.account
    assert row.address == OFFICE


def test_failures_are_forgotten_after_a_quarter_of_an_hour_and_removed_by_night(at, user, session, clock):
    guesses(6, user.login, OFFICE)
    clock.shift(WINDOW + timedelta(seconds=1))
    assert guess(user.login, OFFICE)
    clock.shift(KEPT - timedelta(seconds=1))
    NIGHTLY["accounts"]()
    session.commit()
    assert len(session.scalars(select(LoginFailure)).all()) == 1


def test_a_clock_that_is_put_back_makes_nobody_wait_longer(at, user, clock):
    guesses(6, user.login, OFFICE)
    clock.shift(timedelta(hours=-2))
    new = at(OFFICE)
    wait = waits(sign_in(new, user))
    assert wait <= 15


def test_guesses_of_strangers_do_not_keep_the_owner_from_changing_the_password(at, user):
    own = at(OFFICE)
    sign_in(own, user)
    guesses(30, user.login, OFFICE)
    new = "a new sentence of my own"
    fields = {"old_password": PASSWORD, "new_password": new, "again": new}
    assert own.submit("/account/password", fields).status_code == 303


# --- the administrator -----------------------------------------------------------------------------


@pytest.fixture
def administrator(at, user):
    browser = at(HOME)
    sign_in(browser, make_user(Role.ADMINISTRATOR))
    return browser


def page_of(user):
    return f"/admin/users/{user.public_id}"


def test_the_administrator_sees_what_failed_and_clears_it(at, administrator, user, session):
    guesses(5, user.login, ELSEWHERE)
    stranger = at(ELSEWHERE)
    assert waits(sign_in(stranger, user)) == 15
    shown = administrator.get(page_of(user)).text
    assert (
        shown.count(ELSEWHERE) == 5
        and "没登录过这个账号" in shown
        and "最近一天 5 次" in shown
        and "放行" in shown
    )
    assert user.person.name in administrator.get("/admin/users?view=slowed").text
    answer = administrator.submit(page_of(user), action=f"{page_of(user)}/release")
    assert answer.location == page_of(user)
    assert actions(session)[-1] == "account.released"
    shown = administrator.get(page_of(user)).text
    assert ELSEWHERE not in shown and "已放行" in shown
    assert sign_in(stranger, user).status_code == 303


def test_of_many_failures_the_last_are_listed(administrator, user, clock):
    for number in range(30):
        guess(user.login, f"203.0.113.{number}")
        clock.shift(60)
        guess(user.login, f"203.0.113.{number}")
    shown = administrator.get(page_of(user)).text
    assert "列出最后 20 次" in shown and "203.0.113.29" in shown and "203.0.113.0<" not in shown


def test_without_failures_there_is_nothing_to_clear(administrator, user, session):
    assert "放行" not in administrator.get(page_of(user)).text
    services.release(user)
    session.commit()
    assert "account.released" not in actions(session)


def test_whoever_is_given_a_new_password_need_not_wait(at, administrator, user, monkeypatch):
    guesses(8, user.login, OFFICE)
    administrator.submit(page_of(user), action=f"{page_of(user)}/reset")
    assert tries.failures_of(user.login, 10) == ([], 0)
    assert sign_in(at(OFFICE), user).status_code == 303
