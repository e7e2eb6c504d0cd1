"""What surrounds every page."""

from datetime import UTC, datetime

import pytest
import time_machine

from app.register.accounts.enums import Role
from tests.factories.accounts import make_user, sign_in

pytestmark = pytest.mark.both_databases
NOT_YET = "还没有设为正式运行"


@pytest.mark.parametrize("host", ["zs.county.local", "192.168.1.20:8000", "[2001:db8::5]"])
def test_an_installation_to_look_around_says_so_to_others(session, client, host) -> None:
    assert NOT_YET in client.get("/login", base_url=f"http://{host}").text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000"])
def test_who_sits_at_the_machine_is_not_told(session, client, host) -> None:
    assert NOT_YET not in client.get("/login", base_url=f"http://{host}").text


def test_a_real_installation_is_not_told(app, session, client) -> None:
    app.config["IS_PRODUCTION"] = True
    assert NOT_YET not in client.get("/login", base_url="http://zs.county.local").text


def test_who_has_signed_in_is_told_beside_the_menu(session, client) -> None:
    sign_in(client, make_user(Role.OFFICER))
    assert NOT_YET not in client.get("/account").text
    kept = client.get_cookie("session")
    client.set_cookie("session", kept.value, domain="zs.county.local")
    assert NOT_YET in client.get("/account", base_url="http://zs.county.local").text


@pytest.mark.parametrize(("year", "is_told"), [(2026, False), (2038, True)])
def test_a_year_whose_holidays_are_not_known_is_told_on_every_page(session, client, year, is_told):
    user = make_user(Role.OFFICER)
    with time_machine.travel(datetime(year, 3, 1, 2, tzinfo=UTC)):
        sign_in(client, user)
        for path in ("/account", "/enterprises"):
            page = client.get(path).text
            assert (f"没有 {year} 年的节假日安排" in page) is is_told
